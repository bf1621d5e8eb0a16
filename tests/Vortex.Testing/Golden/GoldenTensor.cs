using System.Buffers.Binary;
using System.Globalization;

namespace Vortex.Testing.Golden;

/// <summary>One tensor of a safetensors file: its shape, its type as the file names it, its bytes.</summary>
/// <param name="Name">The name inside the file.</param>
/// <param name="DType">F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL.</param>
/// <param name="Shape">Dimensions, outermost first; empty for a single value.</param>
/// <param name="Bytes">The values, row-major and little-endian.</param>
public sealed record GoldenTensor(string Name, string DType, int[] Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Gets the number of values.</summary>
    public int Length => Bytes.Length / SizeOf(DType);

    /// <summary>Returns the values as float32. Halves are exact, doubles and wide integers are rounded.</summary>
    public float[] Floats()
    {
        float[] values = new float[Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)ValueAt(i);
        }

        return values;
    }

    /// <summary>Returns the values as double, exactly but for integers beyond 2^53.</summary>
    public double[] Doubles()
    {
        double[] values = new double[Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ValueAt(i);
        }

        return values;
    }

    /// <summary>Returns the values of an integer or BOOL tensor.</summary>
    public long[] Integers()
    {
        long[] values = new long[Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = IntegerAt(i);
        }

        return values;
    }

    /// <summary>Says the shape as people write it, for messages: [1, 20, 28, 3].</summary>
    public string ShapeText() => $"[{string.Join(", ", Shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";

    internal static int SizeOf(string dtype) => dtype switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" => 1,
        _ => throw new InvalidDataException($"Unknown tensor type {dtype}."),
    };

    private double ValueAt(int index)
    {
        ReadOnlySpan<byte> at = Bytes.Span[(index * SizeOf(DType))..];
        return DType switch
        {
            "F64" => BinaryPrimitives.ReadDoubleLittleEndian(at),
            "F32" => BinaryPrimitives.ReadSingleLittleEndian(at),
            "F16" => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
            "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
            _ => IntegerAt(index),
        };
    }

    private long IntegerAt(int index)
    {
        ReadOnlySpan<byte> at = Bytes.Span[(index * SizeOf(DType))..];
        return DType switch
        {
            "I64" or "U64" => BinaryPrimitives.ReadInt64LittleEndian(at),
            "I32" => BinaryPrimitives.ReadInt32LittleEndian(at),
            "U32" => BinaryPrimitives.ReadUInt32LittleEndian(at),
            "I16" => BinaryPrimitives.ReadInt16LittleEndian(at),
            "U16" => BinaryPrimitives.ReadUInt16LittleEndian(at),
            "I8" => (sbyte)at[0],
            "U8" or "BOOL" => at[0],
            _ => throw new InvalidDataException($"{Name} is {DType}, not an integer type."),
        };
    }
}
