using System.Numerics;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Filters;

/// <summary>Filters along x and then along y with one kernel; beyond the edge the picture is mirrored without repeating the edge.</summary>
/// <remarks>Sums run from the first weight to the last in float32, without fused operations: the same bits on every machine.</remarks>
internal static class SeparableFilter
{
    /// <summary>Refuses a picture that has fewer rows or columns than mirroring needs.</summary>
    internal static void CheckSize(Raster source, int radius, string argument)
    {
        if (source.Width <= radius || source.Height <= radius)
        {
            throw new ImagingException(
                ImagingCodes.TooSmall,
                argument,
                $"The picture is {source.Width}x{source.Height}; a radius of {radius} needs at least {radius + 1} rows and columns. Choose a smaller radius, or scale the picture up.");
        }
    }

    internal static Raster Run(Raster source, float[] kernel, CancellationToken cancellationToken)
    {
        int radius = kernel.Length / 2;
        Raster along = source.AllocateSame();
        Bands.Run(source.Rows, source.RowLength * (long)kernel.Length, (first, end) =>
        {
            float[] padded = new float[source.RowLength + (2 * radius * source.Channels)];
            for (int row = first; row < end; row++)
            {
                Pad(source.Row(row), source.Channels, radius, padded);
                Weigh(padded, source.Channels, kernel, along.Row(row));
            }
        }, cancellationToken);

        Raster result = source.AllocateSame();
        Bands.Run(source.Rows, source.RowLength * (long)kernel.Length, (first, end) =>
        {
            int[] offsets = new int[kernel.Length];
            for (int row = first; row < end; row++)
            {
                (int entry, int y) = Math.DivRem(row, source.Height);
                for (int t = 0; t < kernel.Length; t++)
                {
                    offsets[t] = ((entry * source.Height) + Mirrored(y + t - radius, source.Height)) * source.RowLength;
                }

                Mix(along.Values, offsets, kernel, result.Row(row));
            }
        }, cancellationToken);
        return result;
    }

    /// <summary>Returns the position inside 0..size-1 that mirroring at the first and last position leads to.</summary>
    internal static int Mirrored(int position, int size) =>
        position < 0 ? -position : position >= size ? (2 * (size - 1)) - position : position;

    private static void Pad(ReadOnlySpan<float> row, int channels, int radius, Span<float> padded)
    {
        int width = row.Length / channels;
        row.CopyTo(padded[(radius * channels)..]);
        for (int i = 1; i <= radius; i++)
        {
            row.Slice(i * channels, channels).CopyTo(padded[((radius - i) * channels)..]);
            row.Slice((width - 1 - i) * channels, channels).CopyTo(padded[((radius + width - 1 + i) * channels)..]);
        }
    }

    private static void Weigh(ReadOnlySpan<float> padded, int step, float[] kernel, Span<float> to)
    {
        int[] offsets = new int[kernel.Length];
        for (int t = 0; t < offsets.Length; t++)
        {
            offsets[t] = t * step;
        }

        Mix(padded, offsets, kernel, to);
    }

    /// <summary>to[i] = sum over t of values[offsets[t] + i] * kernel[t].</summary>
    private static void Mix(ReadOnlySpan<float> values, int[] offsets, float[] kernel, Span<float> to)
    {
        int width = Vector<float>.Count;
        int i = 0;
        // Two vectors at a time hide the latency of the additions.
        for (; i <= to.Length - (2 * width); i += 2 * width)
        {
            Vector<float> a = Vector<float>.Zero;
            Vector<float> b = Vector<float>.Zero;
            for (int t = 0; t < kernel.Length; t++)
            {
                ReadOnlySpan<float> at = values.Slice(offsets[t] + i, 2 * width);
                a += new Vector<float>(at) * kernel[t];
                b += new Vector<float>(at[width..]) * kernel[t];
            }

            a.CopyTo(to[i..]);
            b.CopyTo(to[(i + width)..]);
        }

        for (; i < to.Length; i++)
        {
            float sum = 0;
            for (int t = 0; t < kernel.Length; t++)
            {
                sum += values[offsets[t] + i] * kernel[t];
            }

            to[i] = sum;
        }
    }
}
