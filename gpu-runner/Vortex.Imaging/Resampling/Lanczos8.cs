using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Resampling;

/// <summary>Where the resampler gets its rows of bytes and where it puts them, so that floats never become a whole picture of bytes.</summary>
internal interface ILanczosRows
{
    /// <summary>Writes row <paramref name="y"/> of the old picture.</summary>
    void Read(int y, Span<byte> row);

    /// <summary>Takes row <paramref name="y"/> of the new picture. Rows come in any order and from several threads.</summary>
    void Write(int y, Span<byte> row);
}

/// <summary>Pillow's 8-bit Lanczos: along x first, rounded to bytes, then along y. An axis that keeps its size is left alone.</summary>
internal static class Lanczos8
{
    internal static void Run<TRows>(TRows rows, int width, int height, int newWidth, int newHeight, int channels, CancellationToken cancellationToken, int threads = 0)
        where TRows : ILanczosRows
    {
        LanczosAxis alongX = LanczosAxis.Of(width, newWidth);
        LanczosAxis alongY = LanczosAxis.Of(height, newHeight);
        int stride = newWidth * channels;
        // Rows that no new row looks at need not be filtered along x.
        int firstRow = alongY.IsIdentity ? 0 : alongY.First[0];
        int lastRow = alongY.IsIdentity ? height : alongY.First[^1] + alongY.Count[^1];
        byte[] narrowed = Filtered(rows, alongX, firstRow, lastRow, channels, threads, cancellationToken);

        long cost = alongY.IsIdentity ? stride : stride * (long)alongY.Stride / 8;
        Bands.Run(newHeight, Math.Max(cost, 1), (first, end) =>
        {
            byte[] row = new byte[stride];
            for (int y = first; y < end; y++)
            {
                if (alongY.IsIdentity)
                {
                    narrowed.AsSpan(y * stride, stride).CopyTo(row);
                }
                else
                {
                    LanczosColumns.Run(narrowed, stride, alongY.First[y] - firstRow, alongY.Weights(y), row);
                }

                rows.Write(y, row);
            }
        }, cancellationToken, threads);
    }

    private static byte[] Filtered<TRows>(TRows rows, LanczosAxis axis, int firstRow, int endRow, int channels, int threads, CancellationToken cancellationToken)
        where TRows : ILanczosRows
    {
        int inRow = axis.InSize * channels;
        int outRow = axis.OutSize * channels;
        byte[] result = Raster.Scratch<byte>((endRow - firstRow) * (long)outRow);
        int groups = (endRow - firstRow + LanczosRows.Lanes - 1) / LanczosRows.Lanes;
        Bands.Run(groups, inRow * (long)LanczosRows.Lanes, (first, end) =>
        {
            byte[] old = new byte[inRow * LanczosRows.Lanes];
            for (int group = first; group < end; group++)
            {
                int y = group * LanczosRows.Lanes;
                int count = Math.Min(LanczosRows.Lanes, endRow - firstRow - y);
                for (int row = 0; row < count; row++)
                {
                    rows.Read(firstRow + y + row, old.AsSpan(row * inRow, inRow));
                }

                Filter(old, axis, channels, count, result.AsSpan(y * outRow, count * outRow));
            }
        }, cancellationToken, threads);
        return result;
    }

    private static void Filter(byte[] old, LanczosAxis axis, int channels, int count, Span<byte> result)
    {
        int inRow = axis.InSize * channels;
        int outRow = axis.OutSize * channels;
        if (axis.IsIdentity)
        {
            old.AsSpan(0, count * inRow).CopyTo(result);
        }
        else if (LanczosRows.IsSupported && count == LanczosRows.Lanes)
        {
            LanczosRows.Run(old, axis, channels, result);
        }
        else
        {
            for (int row = 0; row < count; row++)
            {
                LanczosReference.Row(old.AsSpan(row * inRow, inRow), axis, channels, result.Slice(row * outRow, outRow));
            }
        }
    }
}
