using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Resampling;

/// <summary>Bilinear and bicubic: rows are filtered along x once and kept while the rows below still need them, then mixed along y.</summary>
/// <remarks>Sums run from the first tap to the last, in float32, without fused operations: the same bits on every machine.</remarks>
internal static class Interpolation
{
    // The three-channel path stores four values and lets the next pixel overwrite the fourth.
    private const int Slack = 4;

    internal static void Run(Raster source, Window window, Raster result, Func<int, int, InterpolationAxis> kind, CancellationToken cancellationToken)
    {
        InterpolationAxis columns = kind(window.Width, result.Width);
        InterpolationAxis rows = kind(window.Height, result.Height);
        Bands.Run(result.Rows, result.RowLength * (long)rows.Taps, (first, end) =>
            Band(source, window, result, columns, rows, first, end), cancellationToken);
    }

    /// <summary>Filters one row along x: the definition.</summary>
    internal static void FilterRowReference(ReadOnlySpan<float> from, InterpolationAxis axis, int channels, Span<float> to)
    {
        for (int x = 0; x < axis.Index.Length / axis.Taps; x++)
        {
            FilterPixel(from, axis, channels, x, to);
        }
    }

    /// <summary>The same values as <see cref="FilterRowReference"/>, bit for bit. Writes up to one value past the row.</summary>
    internal static void FilterRow(ReadOnlySpan<float> from, InterpolationAxis axis, int channels, Span<float> to)
    {
        int width = axis.Index.Length / axis.Taps;
        if (channels < 3 || !Vector128.IsHardwareAccelerated)
        {
            FilterRowReference(from, axis, channels, to);
            return;
        }

        ref float source = ref MemoryMarshal.GetReference(from);
        ref float target = ref MemoryMarshal.GetReference(to);
        ReadOnlySpan<int> index = axis.Index;
        ReadOnlySpan<float> weight = axis.Weight;
        int lastSafe = from.Length - 4;
        for (int x = 0; x < width; x++)
        {
            int tap = x * axis.Taps;
            int at = x * channels;
            // Indices grow along the taps, so that the last one decides whether four values may be read.
            if (index[tap + axis.Taps - 1] * channels > lastSafe || at + 4 > to.Length)
            {
                FilterPixel(from, axis, channels, x, to);
                continue;
            }

            Vector128<float> sum = Vector128.LoadUnsafe(ref source, (nuint)(index[tap] * channels)) * weight[tap];
            for (int t = 1; t < axis.Taps; t++)
            {
                sum += Vector128.LoadUnsafe(ref source, (nuint)(index[tap + t] * channels)) * weight[tap + t];
            }

            sum.StoreUnsafe(ref target, (nuint)at);
        }
    }

    private static void FilterPixel(ReadOnlySpan<float> from, InterpolationAxis axis, int channels, int x, Span<float> to)
    {
        int tap = x * axis.Taps;
        for (int c = 0; c < channels; c++)
        {
            float sum = from[(axis.Index[tap] * channels) + c] * axis.Weight[tap];
            for (int t = 1; t < axis.Taps; t++)
            {
                sum += from[(axis.Index[tap + t] * channels) + c] * axis.Weight[tap + t];
            }

            to[(x * channels) + c] = sum;
        }
    }

    private static void Band(Raster source, Window window, Raster result, InterpolationAxis columns, InterpolationAxis rows, int first, int end)
    {
        int taps = rows.Taps;
        // Old rows at hand; those of one new row differ by less than the number of taps, so each has its own place.
        float[][] kept = new float[taps][];
        int[] keptRow = new int[taps];
        for (int t = 0; t < taps; t++)
        {
            kept[t] = new float[result.RowLength + Slack];
            keptRow[t] = -1;
        }

        float[][] lines = new float[taps][];
        for (int row = first; row < end; row++)
        {
            (int entry, int y) = Math.DivRem(row, result.Height);
            for (int t = 0; t < taps; t++)
            {
                int old = rows.Index[(y * taps) + t];
                int place = old % taps;
                int global = (entry * source.Height) + old;
                if (keptRow[place] != global)
                {
                    FilterRow(window.Row(source, entry, old), columns, source.Channels, kept[place]);
                    keptRow[place] = global;
                }

                lines[t] = kept[place];
            }

            Mix(lines, rows.Weight.AsSpan(y * taps, taps), result.Row(row));
        }
    }

    private static void Mix(float[][] lines, ReadOnlySpan<float> weights, Span<float> to)
    {
        int i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> sum = new Vector<float>(lines[0], i) * weights[0];
            for (int t = 1; t < lines.Length; t++)
            {
                sum += new Vector<float>(lines[t], i) * weights[t];
            }

            sum.CopyTo(to[i..]);
        }

        for (; i < to.Length; i++)
        {
            float sum = lines[0][i] * weights[0];
            for (int t = 1; t < lines.Length; t++)
            {
                sum += lines[t][i] * weights[t];
            }

            to[i] = sum;
        }
    }
}
