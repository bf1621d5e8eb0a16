using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vortex.Imaging.Codecs.Pixels;

/// <summary>Changes the channels of 8-bit pixels.</summary>
internal static class ChannelConversion
{
    /// <summary>Writes RGB: grey is repeated, alpha dropped. <paramref name="result"/> has at least three bytes for each pixel.</summary>
    internal static void ToRgb(ReadOnlySpan<byte> source, int channels, Span<byte> result)
    {
        int pixels = source.Length / channels;
        int i = 0;
        if (Vector128.IsHardwareAccelerated && channels != 3)
        {
            // Four pixels a step. Sixteen bytes are read and stored, of which fewer count: stop where either would run over the end.
            Vector128<byte> order = channels switch
            {
                1 => Vector128.Create((byte)0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0),
                2 => Vector128.Create((byte)0, 0, 0, 2, 2, 2, 4, 4, 4, 6, 6, 6, 0, 0, 0, 0),
                _ => Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0),
            };
            ref byte from = ref MemoryMarshal.GetReference(source);
            ref byte to = ref MemoryMarshal.GetReference(result);
            while ((i * channels) + 16 <= source.Length && (i * 3) + 16 <= result.Length)
            {
                Vector128<byte> block = Vector128.LoadUnsafe(ref from, (nuint)(i * channels));
                Vector128.ShuffleNative(block, order).StoreUnsafe(ref to, (nuint)(i * 3));
                i += 4;
            }
        }

        for (; i < pixels; i++)
        {
            int at = i * channels;
            (byte red, byte green, byte blue) = channels < 3
                ? (source[at], source[at], source[at])
                : (source[at], source[at + 1], source[at + 2]);
            (result[i * 3], result[(i * 3) + 1], result[(i * 3) + 2]) = (red, green, blue);
        }
    }

    /// <summary>Writes the first channel of each pixel of two: grey without its alpha.</summary>
    internal static void DropGreyAlpha(ReadOnlySpan<byte> source, Span<byte> result)
    {
        for (int i = 0; i < source.Length / 2; i++)
        {
            result[i] = source[i * 2];
        }
    }

    /// <summary>Writes RGBA from grey and alpha.</summary>
    internal static void GreyAlphaToRgba(ReadOnlySpan<byte> source, Span<byte> result)
    {
        for (int i = 0; i < source.Length / 2; i++)
        {
            result.Slice(i * 4, 3).Fill(source[i * 2]);
            result[(i * 4) + 3] = source[(i * 2) + 1];
        }
    }

    /// <summary>Writes RGB from CMYK as JPEG files hold it, inverted: 255 is no ink.</summary>
    /// <remarks>Each colour is what its ink and the black leave over, k - (1 - c) * k with the product rounded, as Pillow computes it.</remarks>
    internal static void InvertedCmykToRgb(ReadOnlySpan<byte> source, Span<byte> result)
    {
        int to = 0;
        for (int i = 0; i + 4 <= source.Length; i += 4)
        {
            int black = source[i + 3];
            for (int ink = 0; ink < 3; ink++)
            {
                int product = ((255 - source[i + ink]) * black) + 128;
                result[to++] = (byte)(black - (((product >> 8) + product) >> 8));
            }
        }
    }
}
