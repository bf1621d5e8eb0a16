using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vortex.Imaging.Codecs.Pixels;

/// <summary>Between bytes 0..255 and floats 0..1, the way ComfyUI loads and saves pictures, bit for bit.</summary>
/// <remarks>
/// Loading divides by 255 in float32; a multiplication by the reciprocal would round differently. Saving multiplies by 255,
/// clamps and cuts off the fraction; NaN becomes 0. The scalar functions are the definition; the vector paths equal them.
/// </remarks>
public static class UnitConversion
{
    /// <summary>Returns value / 255.</summary>
    public static float ToUnit(byte value) => value / 255f;

    /// <summary>Returns 255 * value, clamped to 0..255 and cut to a whole number; NaN gives 0.</summary>
    public static byte ToByte(float value)
    {
        float scaled = 255f * value;
        return scaled >= 255f ? (byte)255 : scaled > 0f ? (byte)scaled : (byte)0;
    }

    /// <summary>Converts each byte; <paramref name="result"/> is as long as <paramref name="source"/> or longer.</summary>
    public static void ToUnit(ReadOnlySpan<byte> source, Span<float> result)
    {
        result = result[..source.Length];
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref byte from = ref MemoryMarshal.GetReference(source);
            ref float to = ref MemoryMarshal.GetReference(result);
            Vector256<float> divisor = Vector256.Create(255f);
            for (; i <= source.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
            {
                (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
                (Vector256<uint> a, Vector256<uint> b) = Vector256.Widen(low);
                (Vector256<uint> c, Vector256<uint> d) = Vector256.Widen(high);
                (Vector256.ConvertToSingle(a.AsInt32()) / divisor).StoreUnsafe(ref to, (nuint)i);
                (Vector256.ConvertToSingle(b.AsInt32()) / divisor).StoreUnsafe(ref to, (nuint)i + 8);
                (Vector256.ConvertToSingle(c.AsInt32()) / divisor).StoreUnsafe(ref to, (nuint)i + 16);
                (Vector256.ConvertToSingle(d.AsInt32()) / divisor).StoreUnsafe(ref to, (nuint)i + 24);
            }
        }

        for (; i < source.Length; i++)
        {
            result[i] = ToUnit(source[i]);
        }
    }

    /// <summary>Converts each float; <paramref name="result"/> is as long as <paramref name="source"/> or longer.</summary>
    public static void ToBytes(ReadOnlySpan<float> source, Span<byte> result)
    {
        result = result[..source.Length];
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref float from = ref MemoryMarshal.GetReference(source);
            ref byte to = ref MemoryMarshal.GetReference(result);
            for (; i <= source.Length - 32; i += 32)
            {
                Vector256<short> low = Vector256.Narrow(Scale(ref from, (nuint)i), Scale(ref from, (nuint)i + 8));
                Vector256<short> high = Vector256.Narrow(Scale(ref from, (nuint)i + 16), Scale(ref from, (nuint)i + 24));
                Vector256.Narrow(low.AsUInt16(), high.AsUInt16()).StoreUnsafe(ref to, (nuint)i);
            }
        }

        for (; i < source.Length; i++)
        {
            result[i] = ToByte(source[i]);
        }
    }

    /// <summary>Returns one picture of a batch as bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The batch has no such picture.</exception>
    internal static byte[] ToBytes(ImageBatch batch, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, batch.Count);
        byte[] pixels = GC.AllocateUninitializedArray<byte>(batch.Stride);
        ToBytes(batch.Picture(index), pixels);
        return pixels;
    }

    /// <summary>Converts 8-bit pixels of 1 to 4 channels to RGB floats: grey is repeated, alpha dropped.</summary>
    internal static void RgbToUnit(ReadOnlySpan<byte> source, int channels, Span<float> result)
    {
        if (channels == 3)
        {
            ToUnit(source, result);
            return;
        }

        // Through a small buffer of RGB bytes, so that the division stays one vector loop.
        const int Block = 1024;
        Span<byte> rgb = stackalloc byte[Block * 3];
        int pixels = source.Length / channels;
        for (int start = 0; start < pixels; start += Block)
        {
            int count = Math.Min(Block, pixels - start);
            ChannelConversion.ToRgb(source.Slice(start * channels, count * channels), channels, rgb);
            ToUnit(rgb[..(count * 3)], result[(start * 3)..]);
        }
    }

    /// <summary>Writes 1 - alpha / 255 for each pixel of 2 or 4 channels.</summary>
    internal static void InvertedAlpha(ReadOnlySpan<byte> source, int channels, Span<float> result)
    {
        int pixels = source.Length / channels;
        int i = 0;
        if (Vector256.IsHardwareAccelerated && channels == 4 && BitConverter.IsLittleEndian)
        {
            ref uint from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, uint>(source));
            ref float to = ref MemoryMarshal.GetReference(result);
            Vector256<float> divisor = Vector256.Create(255f);
            for (; i <= pixels - Vector256<uint>.Count; i += Vector256<uint>.Count)
            {
                Vector256<int> alpha = (Vector256.LoadUnsafe(ref from, (nuint)i) >>> 24).AsInt32();
                (Vector256<float>.One - (Vector256.ConvertToSingle(alpha) / divisor)).StoreUnsafe(ref to, (nuint)i);
            }
        }
        else if (Vector256.IsHardwareAccelerated && channels == 2 && BitConverter.IsLittleEndian)
        {
            ref ushort from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ushort>(source));
            ref float to = ref MemoryMarshal.GetReference(result);
            Vector256<float> divisor = Vector256.Create(255f);
            for (; i <= pixels - Vector128<ushort>.Count; i += Vector128<ushort>.Count)
            {
                (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)i) >>> 8);
                Vector256<int> alpha = Vector256.Create(low, high).AsInt32();
                (Vector256<float>.One - (Vector256.ConvertToSingle(alpha) / divisor)).StoreUnsafe(ref to, (nuint)i);
            }
        }

        for (; i < pixels; i++)
        {
            result[i] = 1f - ToUnit(source[(i * channels) + channels - 1]);
        }
    }

    private static Vector256<int> Scale(ref float from, nuint at)
    {
        Vector256<float> scaled = Vector256.LoadUnsafe(ref from, at) * 255f;
        // The comparison is false for NaN, which so becomes 0.
        Vector256<float> positive = Vector256.ConditionalSelect(Vector256.GreaterThan(scaled, Vector256<float>.Zero), scaled, Vector256<float>.Zero);
        return Vector256.ConvertToInt32(Vector256.MinNative(positive, Vector256.Create(255f)));
    }
}
