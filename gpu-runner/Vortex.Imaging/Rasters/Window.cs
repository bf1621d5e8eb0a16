namespace Vortex.Imaging.Rasters;

/// <summary>The part of every entry that an operation reads.</summary>
internal readonly record struct Window(int X, int Y, int Width, int Height)
{
    internal static Window All(Raster source) => new(0, 0, source.Width, source.Height);

    /// <summary>Returns the window's part of row <paramref name="row"/> (counted inside the window) of one entry.</summary>
    internal ReadOnlySpan<float> Row(Raster source, int entry, int row) =>
        source.Row(entry, Y + row).Slice(X * source.Channels, Width * source.Channels);
}
