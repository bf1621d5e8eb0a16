namespace Vortex.Imaging.Resampling;

/// <summary>Multiplies 8-bit colours by their alpha and divides them by it again, in place. Alpha is the last channel.</summary>
internal static class PremultipliedBytes
{
    /// <summary>Colour becomes colour * alpha / 255, rounded.</summary>
    internal static void Multiply(Span<byte> row, int channels)
    {
        for (int at = 0; at < row.Length; at += channels)
        {
            int alpha = row[at + channels - 1];
            for (int c = 0; c < channels - 1; c++)
            {
                int product = (row[at + c] * alpha) + 128;
                row[at + c] = (byte)(((product >> 8) + product) >> 8);
            }
        }
    }

    /// <summary>Colour becomes colour * 255 / alpha, cut to a whole number and to 255; nothing changes where alpha is 0 or 255.</summary>
    internal static void Divide(Span<byte> row, int channels)
    {
        for (int at = 0; at < row.Length; at += channels)
        {
            int alpha = row[at + channels - 1];
            if (alpha is 0 or 255)
            {
                continue;
            }

            for (int c = 0; c < channels - 1; c++)
            {
                row[at + c] = (byte)Math.Min(255 * row[at + c] / alpha, 255);
            }
        }
    }
}
