namespace Vortex.Imaging.Rasters;

/// <summary>Where a source laid at a place covers a destination. Empty where they do not meet.</summary>
internal readonly record struct Overlap(int Left, int Top, int Width, int Height, int SourceLeft, int SourceTop)
{
    internal static Overlap Of(Raster destination, Raster source, int x, int y)
    {
        // In long: a place may be anything an int holds.
        (int left, int sourceLeft, int width) = Along(destination.Width, source.Width, x);
        (int top, int sourceTop, int height) = Along(destination.Height, source.Height, y);
        return width == 0 || height == 0 ? default : new(left, top, width, height, sourceLeft, sourceTop);
    }

    /// <summary>Says whether a row of the destination is covered.</summary>
    internal bool Contains(int row) => row >= Top && row < Top + Height;

    /// <summary>Returns the source's row that lies over that row of the destination.</summary>
    internal int SourceRow(int row) => row - Top + SourceTop;

    private static (int At, int SourceAt, int Length) Along(int size, int sourceSize, int place)
    {
        long begin = Math.Max(place, 0L);
        long end = Math.Min((long)place + sourceSize, size);
        return end <= begin ? (0, 0, 0) : ((int)begin, (int)(begin - place), (int)(end - begin));
    }
}
