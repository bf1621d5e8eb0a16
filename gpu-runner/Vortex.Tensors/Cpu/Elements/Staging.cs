using Vortex.Tensors.Formats;

namespace Vortex.Tensors.Cpu.Elements;

/// <summary>Reads strided values of any format as consecutive float32 ones.</summary>
internal static unsafe class Staging
{
    /// <summary>Reads <paramref name="count"/> values, <paramref name="step"/> values apart.</summary>
    public static void Read(DType type, byte* source, long step, float* target, long count)
    {
        if (step == 1)
        {
            NumberFormats.ToFloats(type, source, target, count);
        }
        else if (step == 0)
        {
            float value;
            NumberFormats.ToFloats(type, source, &value, 1);
            new Span<float>(target, checked((int)count)).Fill(value);
        }
        else if (type == DType.Float32)
        {
            float* floats = (float*)source;
            for (long i = 0; i < count; i++)
            {
                target[i] = floats[i * step];
            }
        }
        else
        {
            long bytes = step * type.Size();
            for (long i = 0; i < count; i++)
            {
                NumberFormats.ToFloats(type, source + (i * bytes), target + i, 1);
            }
        }
    }
}
