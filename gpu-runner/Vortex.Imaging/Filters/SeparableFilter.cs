using System.Numerics;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Filters;

/// <summary>Filters along x and then along y with one kernel; beyond the edge the picture is mirrored without repeating the edge.</summary>
/// <remarks>Sums run from the first weight to the last, without fused operations: the same bits on every machine.</remarks>
internal static class SeparableFilter
{
    /// <summary>Makes a row of the result from the same row of the source and of the filtered picture.</summary>
    internal delegate void LastStep<T>(ReadOnlySpan<float> source, ReadOnlySpan<T> filtered, Span<float> result);

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

    /// <summary>Filters every channel by itself. All sums are made in <typeparamref name="T"/>.</summary>
    internal static Raster Run<T>(Raster source, T[] kernel, CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(source, kernel, static (_, filtered, to) => Convert(filtered, to), cancellationToken);

    /// <summary>The same, with a last step on every row while the sums still have their full precision.</summary>
    internal static Raster Run<T>(Raster source, T[] kernel, LastStep<T> lastStep, CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int radius = kernel.Length / 2;
        long cost = source.RowLength * (long)kernel.Length;
        T[] along = Raster.Scratch<T>(source.Values.Length);
        Bands.Run(source.Rows, cost, (first, end) =>
        {
            T[] padded = new T[source.RowLength + (2 * radius * source.Channels)];
            int[] offsets = new int[kernel.Length];
            for (int t = 0; t < kernel.Length; t++)
            {
                offsets[t] = t * source.Channels;
            }

            for (int row = first; row < end; row++)
            {
                Pad(source.Row(row), source.Channels, radius, padded);
                Mix(padded, offsets, kernel, along.AsSpan(row * source.RowLength, source.RowLength));
            }
        }, cancellationToken);

        Raster result = source.AllocateSame();
        Bands.Run(source.Rows, cost, (first, end) =>
        {
            T[] line = new T[source.RowLength];
            int[] offsets = new int[kernel.Length];
            for (int row = first; row < end; row++)
            {
                (int entry, int y) = Math.DivRem(row, source.Height);
                for (int t = 0; t < kernel.Length; t++)
                {
                    offsets[t] = ((entry * source.Height) + Mirrored(y + t - radius, source.Height)) * source.RowLength;
                }

                Mix<T>(along, offsets, kernel, line);
                lastStep(source.Row(row), line, result.Row(row));
            }
        }, cancellationToken);
        return result;
    }

    /// <summary>Returns the position inside 0..size-1 that mirroring at the first and last position leads to.</summary>
    internal static int Mirrored(int position, int size) =>
        position < 0 ? -position : position >= size ? (2 * (size - 1)) - position : position;

    private static void Pad<T>(ReadOnlySpan<float> row, int channels, int radius, Span<T> padded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = row.Length / channels;
        Convert(row, padded.Slice(radius * channels, row.Length));
        for (int i = 1; i <= radius; i++)
        {
            Convert(row.Slice(i * channels, channels), padded.Slice((radius - i) * channels, channels));
            Convert(row.Slice((width - 1 - i) * channels, channels), padded.Slice((radius + width - 1 + i) * channels, channels));
        }
    }

    private static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to)
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo>
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = TTo.CreateTruncating(from[i]);
        }
    }

    /// <summary>to[i] = sum over t of values[offsets[t] + i] * kernel[t].</summary>
    private static void Mix<T>(ReadOnlySpan<T> values, int[] offsets, T[] kernel, Span<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = Vector<T>.Count;
        int i = 0;
        // Two vectors at a time hide the latency of the additions.
        for (; i <= to.Length - (2 * width); i += 2 * width)
        {
            Vector<T> a = Vector<T>.Zero;
            Vector<T> b = Vector<T>.Zero;
            for (int t = 0; t < kernel.Length; t++)
            {
                ReadOnlySpan<T> at = values.Slice(offsets[t] + i, 2 * width);
                a += new Vector<T>(at) * kernel[t];
                b += new Vector<T>(at[width..]) * kernel[t];
            }

            a.CopyTo(to[i..]);
            b.CopyTo(to[(i + width)..]);
        }

        for (; i < to.Length; i++)
        {
            T sum = T.Zero;
            for (int t = 0; t < kernel.Length; t++)
            {
                sum += values[offsets[t] + i] * kernel[t];
            }

            to[i] = sum;
        }
    }
}
