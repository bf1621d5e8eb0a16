using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Morphology;

/// <summary>The extreme of a pixel and its four neighbours, again and again: a diamond that grows by one pixel each step.</summary>
internal static class Diamond<TExtreme>
    where TExtreme : struct, IExtreme
{
    /// <summary>Takes <paramref name="steps"/> steps, or stops early once nothing changes any more. Masks only: one channel.</summary>
    internal static Raster Run(Raster source, int steps, CancellationToken cancellationToken)
    {
        Raster current = source;
        Raster next = source.AllocateSame();
        Raster? spare = null;
        for (int step = 0; step < steps; step++)
        {
            Raster from = current;
            Raster to = next;
            int changed = 0;
            Bands.Run(source.Rows, source.RowLength * 4L, (first, end) =>
            {
                for (int row = first; row < end; row++)
                {
                    Step(from, row, to.Row(row));
                    if (!to.Row(row).SequenceEqual(from.Row(row)))
                    {
                        Volatile.Write(ref changed, 1);
                    }
                }
            }, cancellationToken);
            if (Volatile.Read(ref changed) == 0)
            {
                return to;
            }

            // The source belongs to the caller: from the second step on, two buffers of our own take turns.
            next = step == 0 ? spare ??= source.AllocateSame() : from;
            current = to;
        }

        return current;
    }

    private static void Step(Raster from, int row, Span<float> to)
    {
        int y = row % from.Height;
        ReadOnlySpan<float> middle = from.Row(row);
        middle.CopyTo(to);
        Extreme.Of<TExtreme>(middle[1..], middle[..^1], to[1..]);
        Extreme.Of<TExtreme>(to[..^1], middle[1..], to[..^1]);
        if (y > 0)
        {
            Extreme.Of<TExtreme>(to, from.Row(row - 1), to);
        }

        if (y < from.Height - 1)
        {
            Extreme.Of<TExtreme>(to, from.Row(row + 1), to);
        }
    }
}
