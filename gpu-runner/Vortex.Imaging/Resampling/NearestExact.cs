using System.Numerics;
using System.Runtime.InteropServices;
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
        switch (channels)
        {
            case 1:
                Pick<float>(from, columns, to);
                break;
            case 2:
                Pick<Vector2>(from, columns, to);
                break;
            case 3:
                Pick<Vector3>(from, columns, to);
                break;
            default:
                Pick<Vector4>(from, columns, to);
                break;
        }
    }

    private static void Pick<TPixel>(ReadOnlySpan<float> from, int[] columns, Span<float> to)
        where TPixel : unmanaged
    {
        ReadOnlySpan<TPixel> old = MemoryMarshal.Cast<float, TPixel>(from);
        Span<TPixel> result = MemoryMarshal.Cast<float, TPixel>(to);
        for (int x = 0; x < result.Length; x++)
        {
            result[x] = old[columns[x]];
        }
    }
}
