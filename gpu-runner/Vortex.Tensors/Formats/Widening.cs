using System.Runtime.Intrinsics;

namespace Vortex.Tensors.Formats;

/// <summary>Reads 16-bit and 8-bit floating-point values as float32, eight at a time. Exact.</summary>
internal static unsafe class Widening
{
    private static readonly float[] s_e4m3 = Table(NumberFormats.FromFloat8E4M3);
    private static readonly float[] s_e5m2 = Table(NumberFormats.FromFloat8E5M2);

    /// <summary>Halves.</summary>
    public static void Float16(ushort* source, float* target, long count)
    {
        long i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector256<uint> bits = Wide(source + i);
            Vector256<uint> size = bits & Vector256.Create(0x7FFFu);
            // Multiplying by 2^112 moves the exponent and makes subnormal halves normal; infinities and NaN get their exponent by hand.
            Vector256<float> value = (size << 13).AsSingle() * 5.192296858534828e33f;
            Vector256<uint> special = Vector256.GreaterThan(size.AsInt32(), Vector256.Create(0x7BFF)).AsUInt32() & Vector256.Create(0x7F800000u);
            Vector256<uint> sign = (bits & Vector256.Create(0x8000u)) << 16;
            (value.AsUInt32() | special | sign).AsSingle().Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] = NumberFormats.FromFloat16(source[i]);
        }
    }

    /// <summary>Upper halves of float32.</summary>
    public static void BFloat16(ushort* source, float* target, long count)
    {
        long i = 0;
        for (; i <= count - 8; i += 8)
        {
            (Wide(source + i) << 16).AsSingle().Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] = NumberFormats.FromBFloat16(source[i]);
        }
    }

    /// <summary>Float8 with 4 bits of exponent.</summary>
    public static void Float8E4M3(byte* source, float* target, long count) => LookUp(s_e4m3, source, target, count);

    /// <summary>Float8 with 5 bits of exponent.</summary>
    public static void Float8E5M2(byte* source, float* target, long count) => LookUp(s_e5m2, source, target, count);

    private static void LookUp(float[] table, byte* source, float* target, long count)
    {
        fixed (float* values = table)
        {
            for (long i = 0; i < count; i++)
            {
                target[i] = values[source[i]];
            }
        }
    }

    private static Vector256<uint> Wide(ushort* source)
    {
        Vector128<ushort> eight = Vector128.Load(source);
        return Vector256.Create(Vector128.WidenLower(eight), Vector128.WidenUpper(eight));
    }

    private static float[] Table(Func<byte, float> value) => [.. Enumerable.Range(0, 256).Select(bits => value((byte)bits))];
}
