using Vortex.Imaging.Codecs.Pixels;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Quantizing;

/// <summary>Reduces each picture to a palette of its own, as ComfyUI's ImageQuantize does with Pillow 9.4: the same bytes.</summary>
/// <remarks>Values are cut to 8 bits first. Those outside 0..1 are clamped; ComfyUI lets them wrap around, which no picture is made for.</remarks>
public sealed record Quantize
{
    /// <summary>Gets how many colours the palette has at most, 1 to 256. Black is available besides, unless there are 256.</summary>
    /// <value>The default is 256.</value>
    public int Colours { get; init; } = 256;

    /// <summary>Gets how the error is hidden.</summary>
    /// <value>The default is not at all.</value>
    public Dither Dither { get; init; } = Dither.None;

    /// <summary>Quantizes every picture.</summary>
    /// <exception cref="ImagingException">The number of colours is out of range, or the pictures are not RGB.</exception>
    public ImageBatch Apply(ImageBatch image, CancellationToken cancellationToken = default)
    {
        if (Colours is < 1 or > 256)
        {
            throw ImagingException.OutOfRange("colors", Colours, 1, 256);
        }

        if (image.Channels != 3)
        {
            throw new ImagingException(
                ImagingCodes.Channels,
                "image",
                $"'image' has {image.Channels} channel(s) and a palette takes RGB. Split off alpha first.");
        }

        Raster result = Raster.Of(image).AllocateSame();
        byte[] pixels = Raster.Scratch<byte>(image.Stride);
        for (int i = 0; i < image.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            UnitConversion.ToBytes(image.Picture(i), pixels);
            Reduce(pixels, image.Width, cancellationToken);
            UnitConversion.ToUnit(pixels, result.Values.AsSpan(i * image.Stride, image.Stride));
        }

        return result.ToImage();
    }

    private void Reduce(byte[] pixels, int width, CancellationToken cancellationToken)
    {
        NearestColour palette = new(MedianCut.Palette(pixels, Colours, cancellationToken));
        switch (Dither)
        {
            case Dither.FloydSteinberg:
                ErrorDiffusion.Run(pixels, width, palette, cancellationToken);
                return;
            case Dither.Bayer2 or Dither.Bayer4 or Dither.Bayer8 or Dither.Bayer16:
                OrderedPattern.Add(pixels, width, 2 << (Dither - Dither.Bayer2));
                break;
            default:
                break;
        }

        for (int i = 0; i < pixels.Length; i += 3)
        {
            if (i % MedianCut.BytesBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            palette.Find(pixels[i], pixels[i + 1], pixels[i + 2]).CopyTo(pixels.AsSpan(i));
        }
    }
}
