namespace Vortex.Imaging.Codecs.Pixels;

/// <summary>Checks what callers of the encoders pass.</summary>
internal static class PixelShape
{
    /// <exception cref="ArgumentException">A dimension is out of range, or the length is not their product.</exception>
    internal static void Check(int length, int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        if (length != (long)width * height * channels)
        {
            throw new ArgumentException($"{length} bytes do not fill {width}x{height}x{channels}.", nameof(length));
        }
    }
}
