using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Morphology;

/// <summary>The extreme of a rectangle around each pixel, along x and then along y.</summary>
/// <remarks>
/// Windows of 1, 2, 4, ... values are built from each other, and the last step lays two of them over each other: the work grows with
/// the logarithm of the window. Beyond the edge there is nothing. This is exact, since an extreme does not round.
/// </remarks>
internal static class Box<TExtreme>
    where TExtreme : struct, IExtreme
{
    /// <summary>Takes <paramref name="before"/> pixels on the left and above and <paramref name="after"/> on the right and below.</summary>
    internal static Raster Run(Raster source, int before, int after, CancellationToken cancellationToken)
    {
        Raster along = AlongX(source, Math.Min(before, source.Width), Math.Min(after, source.Width), cancellationToken);
        return AlongY(along, Math.Min(before, source.Height), Math.Min(after, source.Height), cancellationToken);
    }

    private static Raster AlongX(Raster source, int before, int after, CancellationToken cancellationToken)
    {
        int channels = source.Channels;
        int window = before + after + 1;
        Raster result = source.AllocateSame();
        Bands.Run(source.Rows, source.RowLength * 4L, (first, end) =>
        {
            float[] padded = new float[(source.Width + before + after) * channels];
            for (int row = first; row < end; row++)
            {
                padded.AsSpan().Fill(TExtreme.Neutral);
                source.Row(row).CopyTo(padded.AsSpan(before * channels));
                Slide(padded, channels, window, result.Row(row));
            }
        }, cancellationToken);
        return result;
    }

    // padded[i] becomes the extreme of the power-of-two window that begins there; reading ahead of writing keeps it in place.
    private static void Slide(Span<float> padded, int step, int window, Span<float> to)
    {
        int size = 1;
        for (; size * 2 <= window; size *= 2)
        {
            Span<float> shifted = padded[(size * step)..];
            Extreme.Of<TExtreme>(padded[..shifted.Length], shifted, padded[..shifted.Length]);
        }

        Extreme.Of<TExtreme>(padded, padded[((window - size) * step)..], to);
    }

    private static Raster AlongY(Raster source, int before, int after, CancellationToken cancellationToken)
    {
        int window = before + after + 1;
        Raster result = source.AllocateSame();
        // Columns in strips that stay in the cache, so that the same sliding works on whole rows of a strip.
        const int Strip = 64;
        int strips = (source.RowLength + Strip - 1) / Strip;
        Bands.Run(source.Count * strips, source.Height * (long)Strip * 4, (first, end) =>
        {
            float[] padded = new float[(source.Height + before + after) * Strip];
            float[] done = new float[source.Height * Strip];
            for (int item = first; item < end; item++)
            {
                (int entry, int strip) = Math.DivRem(item, strips);
                int left = strip * Strip;
                int width = Math.Min(Strip, source.RowLength - left);
                padded.AsSpan().Fill(TExtreme.Neutral);
                for (int y = 0; y < source.Height; y++)
                {
                    source.Row(entry, y).Slice(left, width).CopyTo(padded.AsSpan((before + y) * Strip));
                }

                Slide(padded, Strip, window, done);
                for (int y = 0; y < source.Height; y++)
                {
                    done.AsSpan(y * Strip, width).CopyTo(result.Row(entry, y)[left..]);
                }
            }
        }, cancellationToken);
        return result;
    }
}
