namespace Vortex.Imaging.Quantizing;

/// <summary>Finds a palette by median cut, colour for colour as Pillow 9.4 finds it.</summary>
internal static class MedianCut
{
    /// <summary>A multiple of the bytes of a pixel: how far loops run before they look whether to stop.</summary>
    internal const int BytesBetweenChecks = 3 << 16;

    private const int MaxColours = 65_536;

    /// <summary>Returns up to <paramref name="colours"/> entries of three bytes: the rounded mean of each box, upper boxes first.</summary>
    /// <param name="pixels">RGB, three bytes each, at least one pixel.</param>
    /// <param name="colours">1 to 256.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    internal static byte[] Palette(ReadOnlySpan<byte> pixels, int colours, CancellationToken cancellationToken)
    {
        (Dictionary<int, int> counts, int shift) = Count(pixels, cancellationToken);
        ColourBox root = new([.. counts.Select(entry => new CountedColour(
            (byte)(entry.Key >> 16), (byte)(entry.Key >> 8), (byte)entry.Key, entry.Value))]);
        BoxHeap heap = new();
        heap.Add(root);
        for (int made = 1; made < colours; made++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ColourBox? box;
            do
            {
                if (!heap.TryTake(out box))
                {
                    return Means(pixels, root, shift);
                }
            }
            while (box!.IsPoint);

            box.Split();
            heap.Add(box.Upper!);
            heap.Add(box.Lower!);
        }

        return Means(pixels, root, shift);
    }

    /// <summary>Counts distinct colours, with as many low bits dropped as it takes to have at most 65536 of them.</summary>
    private static (Dictionary<int, int> Counts, int Shift) Count(ReadOnlySpan<byte> pixels, CancellationToken cancellationToken)
    {
        Dictionary<int, int> counts = [];
        int shift = 0;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            if (i % BytesBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            int key = Key(pixels[i..], shift);
            counts[key] = counts.GetValueOrDefault(key) + 1;
            while (counts.Count > MaxColours)
            {
                shift++;
                Dictionary<int, int> coarser = [];
                foreach ((int colour, int count) in counts)
                {
                    // Each channel has lost shift - 1 bits already.
                    int merged = (((colour >> 16) >> 1) << 16) | ((((colour >> 8) & 255) >> 1) << 8) | ((colour & 255) >> 1);
                    coarser[merged] = coarser.GetValueOrDefault(merged) + count;
                }

                counts = coarser;
            }
        }

        return (counts, shift);
    }

    private static int Key(ReadOnlySpan<byte> pixel, int shift) =>
        ((pixel[0] >> shift) << 16) | ((pixel[1] >> shift) << 8) | (pixel[2] >> shift);

    private static byte[] Means(ReadOnlySpan<byte> pixels, ColourBox root, int shift)
    {
        Dictionary<int, int> entryOf = [];
        int entries = 0;
        Number(root, entryOf, ref entries);
        long[] sums = new long[entries * 3];
        long[] counts = new long[entries];
        for (int i = 0; i < pixels.Length; i += 3)
        {
            int entry = entryOf[Key(pixels[i..], shift)];
            counts[entry]++;
            for (int c = 0; c < 3; c++)
            {
                sums[(entry * 3) + c] += pixels[i + c];
            }
        }

        byte[] palette = new byte[entries * 3];
        for (int i = 0; i < palette.Length; i++)
        {
            palette[i] = (byte)(0.5 + ((double)sums[i] / counts[i / 3]));
        }

        return palette;
    }

    private static void Number(ColourBox box, Dictionary<int, int> entryOf, ref int entries)
    {
        if (box.Upper is not null)
        {
            Number(box.Upper, entryOf, ref entries);
            Number(box.Lower!, entryOf, ref entries);
            return;
        }

        foreach (CountedColour colour in box.Colours)
        {
            entryOf[(colour.Red << 16) | (colour.Green << 8) | colour.Blue] = entries;
        }

        entries++;
    }
}
