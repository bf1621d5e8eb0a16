using System.Runtime.CompilerServices;

namespace Vortex.Tensors.Formats;

/// <summary>Conversions between stored number formats and float32, value by value: the definitions that faster ones are compared with.</summary>
public static class NumberFormats
{
    /// <summary>Returns the float32 of a bfloat16; exact.</summary>
    public static float FromBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>Rounds to bfloat16, to nearest even. NaN becomes the quiet NaN 0x7FC0.</summary>
    public static ushort ToBFloat16(float value)
    {
        if (float.IsNaN(value))
        {
            return 0x7FC0;
        }

        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Returns the float32 of a half; exact.</summary>
    public static float FromFloat16(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    /// <summary>Rounds to half precision, to nearest even; beyond 65504 to infinity.</summary>
    public static ushort ToFloat16(float value) => BitConverter.HalfToUInt16Bits((Half)value);

    /// <summary>Returns the float32 of an e4m3fn value; exact.</summary>
    public static float FromFloat8E4M3(byte bits) => FromFloat8(bits, 3, 7, (bits & 0x7F) == 0x7F ? float.NaN : null);

    /// <summary>Returns the float32 of an e5m2 value; exact.</summary>
    public static float FromFloat8E5M2(byte bits) => (float)BitConverter.UInt16BitsToHalf((ushort)(bits << 8));

    /// <summary>Rounds to e4m3fn, to nearest even. What would round above 448 becomes NaN, as infinities do: nothing saturates.</summary>
    public static byte ToFloat8E4M3(float value)
    {
        byte sign = (byte)(BitConverter.SingleToUInt32Bits(value) >> 31 << 7);
        float size = MathF.Abs(value);
        if (!(size <= 464f))
        {
            return (byte)(sign | 0x7F);
        }

        // The step between neighbours is 2^(exponent - 3), and never below the step of the subnormals, 2^-9.
        int exponent = Math.Max((int)(BitConverter.SingleToUInt32Bits(size) >> 23) - 127, -6);
        float steps = MathF.Round(MathF.ScaleB(size, 3 - exponent), MidpointRounding.ToEven);
        return (byte)(sign | (((exponent + 6) * 8) + (int)steps));
    }

    /// <summary>Rounds to e5m2, to nearest even; beyond 57344 (and a half step) to infinity.</summary>
    public static byte ToFloat8E5M2(float value)
    {
        byte sign = (byte)(BitConverter.SingleToUInt32Bits(value) >> 31 << 7);
        float size = MathF.Abs(value);
        if (float.IsNaN(size))
        {
            return (byte)(sign | 0x7F);
        }

        if (size >= 61440f)
        {
            return (byte)(sign | 0x7C);
        }

        int exponent = Math.Max((int)(BitConverter.SingleToUInt32Bits(size) >> 23) - 127, -14);
        float steps = MathF.Round(MathF.ScaleB(size, 2 - exponent), MidpointRounding.ToEven);
        return (byte)(sign | (((exponent + 14) * 4) + (int)steps));
    }

    /// <summary>Reads values of any format as float32; whole numbers round to nearest.</summary>
    /// <param name="type">The format.</param>
    /// <param name="source">The values; need not be aligned.</param>
    /// <param name="target">Room for <paramref name="count"/> values.</param>
    /// <param name="count">How many.</param>
    public static unsafe void ToFloats(DType type, void* source, float* target, long count)
    {
        switch (type)
        {
            case DType.Float32:
                Buffer.MemoryCopy(source, target, count * 4, count * 4);
                break;
            case DType.Float16:
                Widening.Float16((ushort*)source, target, count);
                break;
            case DType.BFloat16:
                Widening.BFloat16((ushort*)source, target, count);
                break;
            case DType.Float8E4M3:
                Widening.Float8E4M3((byte*)source, target, count);
                break;
            case DType.Float8E5M2:
                Widening.Float8E5M2((byte*)source, target, count);
                break;
            default:
                for (long i = 0; i < count; i++)
                {
                    target[i] = type == DType.Float64 ? (float)((double*)source)[i] : ReadInteger(type, source, i);
                }

                break;
        }
    }

    /// <summary>Writes float32 values in any format: floating formats round to nearest even, whole numbers towards zero.</summary>
    /// <param name="type">The format.</param>
    /// <param name="source">The values.</param>
    /// <param name="target">Room for <paramref name="count"/> values; need not be aligned.</param>
    /// <param name="count">How many.</param>
    public static unsafe void FromFloats(DType type, float* source, void* target, long count)
    {
        switch (type)
        {
            case DType.Float32:
                Buffer.MemoryCopy(source, target, count * 4, count * 4);
                break;
            case DType.Float16:
                Each(source, (ushort*)target, count, &ToFloat16);
                break;
            case DType.BFloat16:
                Each(source, (ushort*)target, count, &ToBFloat16);
                break;
            case DType.Float8E4M3:
                Each(source, (byte*)target, count, &ToFloat8E4M3);
                break;
            case DType.Float8E5M2:
                Each(source, (byte*)target, count, &ToFloat8E5M2);
                break;
            case DType.Float64:
                Each(source, (double*)target, count, &Widen);
                break;
            case DType.Bool:
                Each(source, (byte*)target, count, &IsNotZero);
                break;
            default:
                for (long i = 0; i < count; i++)
                {
                    WriteInteger(type, target, i, (long)source[i]);
                }

                break;
        }
    }

    /// <summary>Reads one value of a format of whole numbers.</summary>
    public static unsafe long ReadInteger(DType type, void* source, long index) => type switch
    {
        DType.Int64 => ((long*)source)[index],
        DType.Int32 => ((int*)source)[index],
        DType.Int16 => ((short*)source)[index],
        DType.Int8 => ((sbyte*)source)[index],
        DType.Bool => ((byte*)source)[index] != 0 ? 1 : 0,
        DType.UInt8 => ((byte*)source)[index],
        _ => throw new TensorShapeException($"{type} does not hold whole numbers."),
    };

    /// <summary>Writes one value of a format of whole numbers; what does not fit wraps round.</summary>
    public static unsafe void WriteInteger(DType type, void* target, long index, long value)
    {
        switch (type)
        {
            case DType.Int64:
                ((long*)target)[index] = value;
                break;
            case DType.Int32:
                ((int*)target)[index] = (int)value;
                break;
            case DType.Int16:
                ((short*)target)[index] = (short)value;
                break;
            case DType.Bool:
                ((byte*)target)[index] = value != 0 ? (byte)1 : (byte)0;
                break;
            default:
                ((byte*)target)[index] = (byte)value;
                break;
        }
    }

    private static float FromFloat8(byte bits, int mantissaBits, int bias, float? special)
    {
        int exponent = (bits & 0x7F) >> mantissaBits;
        int mantissa = bits & ((1 << mantissaBits) - 1);
        float size = special ?? (exponent == 0
            ? MathF.ScaleB(mantissa, 1 - bias - mantissaBits)
            : MathF.ScaleB(mantissa + (1 << mantissaBits), exponent - bias - mantissaBits));
        return (bits & 0x80) != 0 ? -size : size;
    }

    private static double Widen(float value) => value;

    private static byte IsNotZero(float value) => value != 0 ? (byte)1 : (byte)0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Each<TFrom, TTo>(TFrom* source, TTo* target, long count, delegate*<TFrom, TTo> convert)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        for (long i = 0; i < count; i++)
        {
            target[i] = convert(source[i]);
        }
    }
}
