using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Resampling;

/// <summary>Copies the pixel under each new pixel's centre: index floor((i + 0.5) * in / out), in float32 as PyTorch computes it.</summary>
internal static class NearestExact
{
    internal static void Run(Raster source, Window window, Raster result, CancellationToken cancellationToken)
    {
        int[] columns = Indices(window.Width, result.Width);
        int[] rows = Indices(window.Height, result.Height);
        Bands.Run(result.Rows, result.RowLength, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                (int entry, int y) = Math.DivRem(row, result.Height);
                Span<float> to = result.Row(row);
                if (row > first && y > 0 && rows[y] == rows[y - 1])
                {
                    result.Row(row - 1).CopyTo(to);
                    continue;
                }

                Pick(window.Row(source, entry, rows[y]), columns, source.Channels, to);
            }
        }, cancellationToken);
    }

    internal static int[] Indices(int inSize, int outSize)
    {
        float scale = (float)inSize / outSize;
        int[] indices = new int[outSize];
        for (int i = 0; i < outSize; i++)
        {
            indices[i] = Math.Min((int)MathF.Floor((i + 0.5f) * scale), inSize - 1);
        }

        return indices;
    }

    private static void Pick(ReadOnlySpan<float> from, int[] columns, int channels, Span<float> to)
    {
        if (channels == 3)
        {
            for (int x = 0; x < columns.Length; x++)
            {
                ReadOnlySpan<float> pixel = from.Slice(columns[x] * 3, 3);
                Span<float> target = to.Slice(x * 3, 3);
                target[0] = pixel[0];
                target[1] = pixel[1];
                target[2] = pixel[2];
            }

            return;
        }

        for (int x = 0; x < columns.Length; x++)
        {
            from.Slice(columns[x] * channels, channels).CopyTo(to[(x * channels)..]);
        }
    }
}
