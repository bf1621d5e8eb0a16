namespace Vortex.Imaging.Resampling;

/// <summary>Finds the size to scale to from what was asked for. Halves round to even, as Python rounds.</summary>
/// <param name="Width">Columns; may be 0 where a picture shrinks to nothing, which <see cref="Resize"/> refuses.</param>
/// <param name="Height">Rows; likewise.</param>
public readonly record struct TargetSize(int Width, int Height)
{
    /// <summary>Returns the asked size, where a side of 0 follows from the other one and the picture's proportions.</summary>
    /// <returns><see langword="null"/> when both are 0: the picture stays as it is.</returns>
    public static TargetSize? Of(int sourceWidth, int sourceHeight, int width, int height) => (width, height) switch
    {
        (0, 0) => null,
        (0, _) => new(Math.Max(1, Rounded((double)((long)sourceWidth * height) / sourceHeight)), height),
        (_, 0) => new(width, Math.Max(1, Rounded((double)((long)sourceHeight * width) / sourceWidth))),
        _ => new(width, height),
    };

    /// <summary>Returns both sides times <paramref name="factor"/>.</summary>
    public static TargetSize Scaled(int sourceWidth, int sourceHeight, double factor) =>
        new(Rounded(sourceWidth * factor), Rounded(sourceHeight * factor));

    /// <summary>Returns the size with the picture's proportions and about so many pixels; a megapixel is 1024 * 1024 here.</summary>
    /// <param name="sourceWidth">Columns of the picture.</param>
    /// <param name="sourceHeight">Rows of the picture.</param>
    /// <param name="megapixels">How many to come close to.</param>
    /// <param name="step">Each side becomes a multiple of this.</param>
    public static TargetSize OfTotalPixels(int sourceWidth, int sourceHeight, double megapixels, int step = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        double total = Math.Truncate(megapixels * 1024 * 1024);
        double factor = Math.Sqrt(total / ((double)sourceWidth * sourceHeight));
        return new(Stepped(sourceWidth * factor, step), Stepped(sourceHeight * factor, step));
    }

    private static int Stepped(double side, int step) => checked(Rounded(side / step) * step);

    // Saturates: whatever is beyond an int is beyond every limit as well, and is refused there with its own sentence.
    private static int Rounded(double side) => (int)Math.Clamp(Math.Round(side, MidpointRounding.ToEven), 0, 1 << 30);
}
