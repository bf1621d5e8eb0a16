using System.Numerics;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Colour;

/// <summary>Operations on colours that take no settings.</summary>
public static class Colours
{
    private const float Delta = 0.5f;

    /// <summary>Returns 1 - value for every value, alpha included.</summary>
    /// <exception cref="ImagingException">The machine has not enough memory.</exception>
    public static ImageBatch Invert(ImageBatch image, CancellationToken cancellationToken = default) =>
        Pointwise.Map(default(Inversion), Raster.Of(image), cancellationToken).ToImage();

    /// <summary>Returns 1 - value for every value.</summary>
    /// <exception cref="ImagingException">The machine has not enough memory.</exception>
    public static MaskBatch Invert(MaskBatch mask, CancellationToken cancellationToken = default) =>
        Pointwise.Map(default(Inversion), Raster.Of(mask), cancellationToken).ToMask();

    /// <summary>Returns luma and the two colour differences (both around 0.5), each as a grey RGB picture. Alpha is not looked at.</summary>
    /// <exception cref="ImagingException">The picture has fewer than three channels.</exception>
    public static (ImageBatch Y, ImageBatch U, ImageBatch V) RgbToYuv(ImageBatch image, CancellationToken cancellationToken = default)
    {
        Raster source = ChannelCounts.AtLeastRgb(Raster.Of(image), "image");
        (Raster luma, Raster blue, Raster red) = (Rgb(source), Rgb(source), Rgb(source));
        Bands.Run(source.Rows, source.RowLength * 3L, (first, end) =>
        {
            for (int i = first * source.Width; i < end * source.Width; i++)
            {
                ReadOnlySpan<float> pixel = source.Values.AsSpan(i * source.Channels, 3);
                float y = (0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2]);
                luma.Values.AsSpan(i * 3, 3).Fill(y);
                blue.Values.AsSpan(i * 3, 3).Fill(((pixel[2] - y) * 0.564f) + Delta);
                red.Values.AsSpan(i * 3, 3).Fill(((pixel[0] - y) * 0.713f) + Delta);
            }
        }, cancellationToken);
        return (luma.ToImage(), blue.ToImage(), red.ToImage());
    }

    /// <summary>Puts luma and colour differences together again; of each picture the mean of its channels counts. The result is clamped to 0..1.</summary>
    /// <exception cref="ImagingException">The three pictures differ in size or number.</exception>
    public static ImageBatch YuvToRgb(ImageBatch luma, ImageBatch blue, ImageBatch red, CancellationToken cancellationToken = default)
    {
        (Raster y, Raster u, Raster v) = (Raster.Of(luma), Alike(luma, blue, "U"), Alike(luma, red, "V"));
        Raster result = Rgb(y);
        Bands.Run(y.Rows, y.RowLength * 3L, (first, end) =>
        {
            for (int i = first * y.Width; i < end * y.Width; i++)
            {
                (float bright, float b, float r) = (Mean(y, i), Mean(u, i) - Delta, Mean(v, i) - Delta);
                Span<float> pixel = result.Values.AsSpan(i * 3, 3);
                pixel[0] = Unit.Clamp(bright + (1.403f * r));
                pixel[1] = Unit.Clamp(bright - (0.714f * r) - (0.344f * b));
                pixel[2] = Unit.Clamp(bright + (1.773f * b));
            }
        }, cancellationToken);
        return result.ToImage();
    }

    /// <summary>Returns pictures of one colour.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="colour">0xRRGGBB.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ImagingException">The size is empty or too large.</exception>
    public static ImageBatch Solid(int width, int height, int count, int colour, CancellationToken cancellationToken = default)
    {
        Raster result = Raster.Allocate(count, height, width, 3);
        float[] pixel = [((colour >> 16) & 255) / 255f, ((colour >> 8) & 255) / 255f, (colour & 255) / 255f];
        Bands.Run(result.Rows, result.RowLength, (first, end) =>
        {
            for (int i = first * width; i < end * width; i++)
            {
                pixel.CopyTo(result.Values.AsSpan(i * 3));
            }
        }, cancellationToken);
        return result.ToImage();
    }

    private static Raster Rgb(Raster like) => Raster.Allocate(like.Count, like.Height, like.Width, 3);

    private static Raster Alike(ImageBatch first, ImageBatch other, string argument) =>
        (first.Count, first.Height, first.Width) == (other.Count, other.Height, other.Width)
            ? Raster.Of(other)
            : throw new ImagingException(
                ImagingCodes.SizeMismatch,
                argument,
                $"'{argument}' is {other.Count} picture(s) of {other.Width}x{other.Height} and 'Y' is {first.Count} of {first.Width}x{first.Height}. Give three batches of one size.");

    private static float Mean(Raster source, int pixel)
    {
        float sum = 0;
        foreach (float value in source.Values.AsSpan(pixel * source.Channels, source.Channels))
        {
            sum += value;
        }

        return sum / source.Channels;
    }

    internal readonly struct Inversion : IUnaryKernel
    {
        public float Invoke(float value) => 1f - value;

        public Vector<float> Invoke(Vector<float> value) => Vector<float>.One - value;
    }
}
