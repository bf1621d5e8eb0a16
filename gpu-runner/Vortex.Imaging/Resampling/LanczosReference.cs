namespace Vortex.Imaging.Resampling;

/// <summary>The definition of the 8-bit Lanczos passes: plain loops, also what runs where there are no wide vectors.</summary>
internal static class LanczosReference
{
    private const int Half = 1 << (LanczosAxis.Precision - 1);

    /// <summary>Filters one row along x.</summary>
    internal static void Row(ReadOnlySpan<byte> from, LanczosAxis axis, int channels, Span<byte> to)
    {
        for (int x = 0; x < axis.OutSize; x++)
        {
            ReadOnlySpan<int> weights = axis.Weights(x);
            for (int c = 0; c < channels; c++)
            {
                int sum = Half;
                int at = (axis.First[x] * channels) + c;
                foreach (int weight in weights)
                {
                    sum += from[at] * weight;
                    at += channels;
                }

                to[(x * channels) + c] = Clip(sum);
            }
        }
    }

    /// <summary>Mixes rows along y for the columns from <paramref name="start"/> on.</summary>
    /// <param name="rows">All rows filtered along x.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="firstRow">The first row that counts.</param>
    /// <param name="weights">One for each row that counts.</param>
    /// <param name="start">The first byte of the row to write.</param>
    /// <param name="to">The whole new row.</param>
    internal static void Column(ReadOnlySpan<byte> rows, int stride, int firstRow, ReadOnlySpan<int> weights, int start, Span<byte> to)
    {
        for (int i = start; i < to.Length; i++)
        {
            int sum = Half;
            int at = (firstRow * stride) + i;
            foreach (int weight in weights)
            {
                sum += rows[at] * weight;
                at += stride;
            }

            to[i] = Clip(sum);
        }
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> LanczosAxis.Precision, 0, 255);
}
