using System.Numerics;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Resampling;

/// <summary>The mean of the old pixels that a new one touches, whole pixels each (PyTorch's adaptive average pooling).</summary>
internal static class AreaAverage
{
    internal static void Run(Raster source, Window window, Raster result, CancellationToken cancellationToken)
    {
        long cost = source.RowLength * (long)((window.Height / result.Height) + 2);
        Bands.Run(result.Rows, cost, (first, end) =>
        {
            float[] sums = new float[window.Width * source.Channels];
            for (int row = first; row < end; row++)
            {
                (int entry, int y) = Math.DivRem(row, result.Height);
                (int top, int bottom) = Touched(y, window.Height, result.Height);
                window.Row(source, entry, top).CopyTo(sums);
                for (int old = top + 1; old < bottom; old++)
                {
                    Add(window.Row(source, entry, old), sums);
                }

                AverageColumns(sums, window.Width, bottom - top, source.Channels, result.Row(row));
            }
        }, cancellationToken);
    }

    /// <summary>Returns the first old position that new position <paramref name="i"/> touches and the one after the last.</summary>
    internal static (int First, int End) Touched(int i, int inSize, int outSize) =>
        ((int)((long)i * inSize / outSize), (int)((((long)i + 1) * inSize + outSize - 1) / outSize));

    private static void AverageColumns(float[] sums, int inWidth, int rows, int channels, Span<float> to)
    {
        int outWidth = to.Length / channels;
        for (int x = 0; x < outWidth; x++)
        {
            (int left, int right) = Touched(x, inWidth, outWidth);
            for (int c = 0; c < channels; c++)
            {
                float sum = sums[(left * channels) + c];
                for (int old = left + 1; old < right; old++)
                {
                    sum += sums[(old * channels) + c];
                }

                to[(x * channels) + c] = sum / rows / (right - left);
            }
        }
    }

    private static void Add(ReadOnlySpan<float> row, Span<float> sums)
    {
        int i = 0;
        for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(sums[i..]) + new Vector<float>(row[i..])).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += row[i];
        }
    }
}
