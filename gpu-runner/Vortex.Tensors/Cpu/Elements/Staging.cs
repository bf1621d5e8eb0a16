using Vortex.Tensors.Formats;

namespace Vortex.Tensors.Cpu.Elements;

/// <summary>Reads strided values of any format as consecutive float32 ones.</summary>
internal static unsafe class Staging
{
    /// <summary>Reads <paramref name="count"/> values, <paramref name="step"/> values apart.</summary>
    public static void Read(DType type, byte* source, long step, float* target, long count)
    {
        switch (type)
        {
            case DType.Float32:
                Each((float*)source, step, target, count, static x => x);
                break;
            case DType.Float16:
                Each((Half*)source, step, target, count, static x => (float)x);
                break;
            case DType.BFloat16:
                Each((ushort*)source, step, target, count, BFloat16.ToSingle);
                break;
            case DType.Float8E4M3:
                Each(source, step, target, count, Float8.FromE4M3);
                break;
            case DType.Float8E5M2:
                Each(source, step, target, count, Float8.FromE5M2);
                break;
            case DType.Float64:
                Each((double*)source, step, target, count, static x => (float)x);
                break;
            case DType.Int64:
                Each((long*)source, step, target, count, static x => x);
                break;
            case DType.Int32:
                Each((int*)source, step, target, count, static x => x);
                break;
            case DType.Int16:
                Each((short*)source, step, target, count, static x => x);
                break;
            case DType.Int8:
                Each((sbyte*)source, step, target, count, static x => x);
                break;
            case DType.UInt8:
            case DType.Bool:
                Each(source, step, target, count, static x => x);
                break;
            default:
                throw new TensorShapeException($"Values of the format {type} cannot be read as float32.");
        }
    }

    private static void Each<T>(T* source, long step, float* target, long count, Func<T, float> convert)
        where T : unmanaged
    {
        for (long i = 0; i < count; i++)
        {
            target[i] = convert(source[i * step]);
        }
    }
}
