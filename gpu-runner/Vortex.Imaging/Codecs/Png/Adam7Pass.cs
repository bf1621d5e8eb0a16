namespace Vortex.Imaging.Codecs.Png;

/// <summary>One of the seven passes of an interlaced PNG: which pixels it brings.</summary>
internal readonly record struct Adam7Pass(int Left, int Top, int StepX, int StepY)
{
    /// <summary>Gets the passes in the order they are stored (PNG specification, section 8.2).</summary>
    internal static IReadOnlyList<Adam7Pass> All { get; } =
    [
        new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2),
    ];

    /// <summary>Returns the columns the pass holds of a picture; none for narrow ones.</summary>
    internal int Columns(int width) => Count(width, Left, StepX);

    /// <summary>Returns the rows the pass holds of a picture; none for low ones.</summary>
    internal int Rows(int height) => Count(height, Top, StepY);

    private static int Count(int size, int start, int step) => size <= start ? 0 : ((size - start - 1) / step) + 1;
}
