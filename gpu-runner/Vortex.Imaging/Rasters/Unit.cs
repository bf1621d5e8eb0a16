using System.Numerics;
using System.Runtime.Intrinsics;

namespace Vortex.Imaging.Rasters;

/// <summary>Small operations on values that nominally lie between 0 and 1.</summary>
internal static class Unit
{
    /// <summary>Returns the value, or the end of 0..1 beyond which it lies. NaN stays NaN.</summary>
    internal static float Clamp(float value) => value < 0f ? 0f : value > 1f ? 1f : value;

    /// <summary>The same for whole vectors.</summary>
    internal static Vector<float> Clamp(Vector<float> value)
    {
        Vector<float> low = Vector.ConditionalSelect(Vector.LessThan(value, Vector<float>.Zero), Vector<float>.Zero, value);
        return Vector.ConditionalSelect(Vector.GreaterThan(low, Vector<float>.One), Vector<float>.One, low);
    }

    /// <summary>Returns 255 * value, clamped to 0..255 and cut to a whole number; NaN gives 0.</summary>
    internal static byte ToByte(float value)
    {
        float scaled = 255f * value;
        return scaled >= 255f ? (byte)255 : scaled > 0f ? (byte)scaled : (byte)0;
    }

    /// <summary>Converts each value with <see cref="ToByte"/>.</summary>
    internal static void ToBytes(ReadOnlySpan<float> source, Span<byte> result)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= source.Length - 32; i += 32)
            {
                Vector256<ushort> low = Vector256.Narrow(Scaled(source[i..]), Scaled(source[(i + 8)..]));
                Vector256<ushort> high = Vector256.Narrow(Scaled(source[(i + 16)..]), Scaled(source[(i + 24)..]));
                Vector256.Narrow(low, high).CopyTo(result[i..]);
            }
        }

        for (; i < source.Length; i++)
        {
            result[i] = ToByte(source[i]);
        }
    }

    /// <summary>Divides each byte by 255, in float32.</summary>
    internal static void FromBytes(ReadOnlySpan<byte> source, Span<float> result)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<float> divisor = Vector256.Create(255f);
            for (; i <= source.Length - 16; i += 16)
            {
                (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Create(source[i..]));
                (Vector256<uint> a, Vector256<uint> b) = Vector256.Widen(Vector256.Create(low, high));
                (Vector256.ConvertToSingle(a.AsInt32()) / divisor).CopyTo(result[i..]);
                (Vector256.ConvertToSingle(b.AsInt32()) / divisor).CopyTo(result[(i + 8)..]);
            }
        }

        for (; i < source.Length; i++)
        {
            result[i] = source[i] / 255f;
        }
    }

    private static Vector256<uint> Scaled(ReadOnlySpan<float> source)
    {
        Vector256<float> scaled = Vector256.Create(source) * 255f;
        // Greater-than is false for NaN, so the mask turns it into 0.
        scaled &= Vector256.GreaterThan(scaled, Vector256<float>.Zero);
        scaled = Vector256.ConditionalSelect(Vector256.LessThan(scaled, Vector256.Create(255f)), scaled, Vector256.Create(255f));
        return Vector256.ConvertToInt32Native(scaled).AsUInt32();
    }
}
