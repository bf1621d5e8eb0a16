namespace Vortex.Imaging.Quantizing;

/// <summary>Floyd-Steinberg in whole numbers, rows from the top and pixels from the left, as Pillow 9.4 does it.</summary>
internal static class ErrorDiffusion
{
    /// <summary>Replaces every pixel of one RGB picture by a palette colour.</summary>
    internal static void Run(Span<byte> pixels, int width, NearestColour palette, CancellationToken cancellationToken)
    {
        // What the row above left for each pixel, in sixteenths; one pixel more at the front, which nobody reads.
        int[] fromAbove = new int[(width + 1) * 3];
        for (int start = 0; start < pixels.Length; start += width * 3)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Row(pixels.Slice(start, width * 3), fromAbove, palette);
        }
    }

    private static void Row(Span<byte> row, int[] fromAbove, NearestColour palette)
    {
        // For each channel: the error of the pixel before, and what the two pixels before leave below them.
        Span<int> before = stackalloc int[3];
        Span<int> below = stackalloc int[3];
        Span<int> belowNext = stackalloc int[3];
        before.Clear();
        below.Clear();
        belowNext.Clear();
        Span<int> wanted = stackalloc int[3];
        for (int at = 0; at < row.Length; at += 3)
        {
            for (int c = 0; c < 3; c++)
            {
                wanted[c] = Math.Clamp(row[at + c] + (((7 * before[c]) + fromAbove[at + 3 + c]) / 16), 0, 255);
            }

            ReadOnlySpan<byte> found = palette.Find(wanted[0], wanted[1], wanted[2]);
            found.CopyTo(row[at..]);
            for (int c = 0; c < 3; c++)
            {
                int error = wanted[c] - found[c];
                fromAbove[at + c] = (3 * error) + below[c];
                below[c] = (5 * error) + belowNext[c];
                belowNext[c] = error;
                before[c] = error;
            }
        }

        // The reference stores the last pixel's share from the blue channel for all three. Its pictures depend on it.
        (fromAbove[row.Length], fromAbove[row.Length + 1], fromAbove[row.Length + 2]) = (below[2], belowNext[2], before[2]);
    }
}
