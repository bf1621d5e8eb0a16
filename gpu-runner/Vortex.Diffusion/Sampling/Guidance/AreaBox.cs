namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>A rectangle of a latent, in its pixels.</summary>
internal readonly record struct AreaBox(int Height, int Width, int Y, int X)
{
    /// <summary>Says whether this rectangle lies within another.</summary>
    public bool IsWithin(AreaBox other) =>
        Y >= other.Y && X >= other.X && Y + Height <= other.Y + other.Height && X + Width <= other.X + other.Width;

    /// <summary>Cuts off what lies beyond a latent.</summary>
    /// <exception cref="DiffusionException">Nothing is left.</exception>
    public AreaBox Within(int height, int width)
    {
        AreaBox cut = this with { Height = Math.Min(height - Y, Height), Width = Math.Min(width - X, Width) };
        return cut is { Height: > 0, Width: > 0, Y: >= 0, X: >= 0 }
            ? cut
            : throw new DiffusionException(
                DiffusionCodes.Mismatch, $"An area of {Width}x{Height} latent pixels at ({X}, {Y}) lies outside of a latent of {width}x{height}.", "positive");
    }
}
