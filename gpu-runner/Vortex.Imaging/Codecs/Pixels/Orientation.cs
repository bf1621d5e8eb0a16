using System.Runtime.InteropServices;

namespace Vortex.Imaging.Codecs.Pixels;

/// <summary>The eight EXIF orientations: how stored pixels are turned and mirrored to stand upright.</summary>
internal static class Orientation
{
    // A tile of this side keeps the rows read and the rows written in the first-level cache while turning by a quarter.
    private const int Tile = 32;

    /// <summary>Writes the upright picture.</summary>
    /// <param name="orientation">2 to 8; 1 copies.</param>
    /// <param name="source">Stored pixels, <paramref name="width"/> by <paramref name="height"/>.</param>
    /// <param name="width">Stored columns.</param>
    /// <param name="height">Stored rows.</param>
    /// <param name="channels">Bytes per pixel, 1 to 4.</param>
    /// <param name="result">As many bytes as <paramref name="source"/>.</param>
    /// <returns>Whether width and height have changed places.</returns>
    internal static bool Apply(int orientation, ReadOnlySpan<byte> source, int width, int height, int channels, Span<byte> result)
    {
        switch (channels)
        {
            case 1:
                return Apply(orientation, source, width, height, result);
            case 2:
                return Apply(orientation, MemoryMarshal.Cast<byte, ushort>(source), width, height, MemoryMarshal.Cast<byte, ushort>(result));
            case 3:
                return Apply(orientation, MemoryMarshal.Cast<byte, Rgb>(source), width, height, MemoryMarshal.Cast<byte, Rgb>(result));
            case 4:
                return Apply(orientation, MemoryMarshal.Cast<byte, uint>(source), width, height, MemoryMarshal.Cast<byte, uint>(result));
            default:
                throw new ArgumentOutOfRangeException(nameof(channels));
        }
    }

    private static bool Apply<T>(int orientation, ReadOnlySpan<T> source, int width, int height, Span<T> result)
        where T : struct
    {
        // 5 to 8 exchange rows and columns; after that only mirroring is left, seen in the result.
        bool swap = orientation is >= 5 and <= 8;
        bool mirror = orientation is 2 or 3 or 6 or 7;
        bool flip = orientation is 3 or 4 or 7 or 8;
        if (!swap)
        {
            for (int y = 0; y < height; y++)
            {
                Span<T> row = result.Slice((flip ? height - 1 - y : y) * width, width);
                source.Slice(y * width, width).CopyTo(row);
                if (mirror)
                {
                    row.Reverse();
                }
            }

            return false;
        }

        for (int top = 0; top < height; top += Tile)
        {
            int bottom = Math.Min(top + Tile, height);
            for (int left = 0; left < width; left += Tile)
            {
                int right = Math.Min(left + Tile, width);
                for (int x = left; x < right; x++)
                {
                    // Stored column x is row x of the result, or counted from its end.
                    Span<T> row = result.Slice((flip ? width - 1 - x : x) * height, height);
                    for (int y = top; y < bottom; y++)
                    {
                        row[mirror ? height - 1 - y : y] = source[(y * width) + x];
                    }
                }
            }
        }

        return true;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly struct Rgb
    {
        private readonly byte _red;
        private readonly byte _green;
        private readonly byte _blue;
    }
}
