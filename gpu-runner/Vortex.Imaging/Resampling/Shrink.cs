using Vortex.Imaging.Codecs;

namespace Vortex.Imaging.Resampling;

/// <summary>Makes small pictures of large ones, in bytes throughout: what a list of pictures shows.</summary>
public static class Shrink
{
    /// <summary>Returns a picture at most so wide, of the same shape, by Pillow's Lanczos; itself where it is no wider.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">The most columns, from 1.</param>
    /// <param name="threads">How many threads work on it; 0 for as many as there are cores.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <returns>A picture with the same channels. Text and EXIF are left behind.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is below 1.</exception>
    public static DecodedImage ToWidth(DecodedImage image, int width, int threads = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (image.Width <= width)
        {
            return image;
        }

        int height = (int)Math.Max(1, Math.Round((double)image.Height * width / image.Width));
        byte[] pixels = new byte[(long)width * height * image.Channels];
        Rows rows = new(image, pixels, width * image.Channels);
        Lanczos8.Run(rows, image.Width, image.Height, width, height, image.Channels, cancellationToken, threads);
        return new DecodedImage(image.Format, width, height, image.Channels, pixels, image.Alpha, new ImageMetadata());
    }

    private readonly struct Rows(DecodedImage source, byte[] result, int stride) : ILanczosRows
    {
        private bool HasAlpha => source.Channels is 2 or 4;

        public void Read(int y, Span<byte> row)
        {
            source.Pixels.AsSpan(y * row.Length, row.Length).CopyTo(row);
            if (HasAlpha)
            {
                // What is transparent must not shine through.
                PremultipliedBytes.Multiply(row, source.Channels);
            }
        }

        public void Write(int y, Span<byte> row)
        {
            if (HasAlpha)
            {
                PremultipliedBytes.Divide(row, source.Channels);
            }

            row.CopyTo(result.AsSpan(y * stride, stride));
        }
    }
}
