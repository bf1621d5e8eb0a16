using Vortex.Imaging.Rasters;
using Vortex.Imaging.Resampling;

namespace Vortex.Imaging.Masks;

/// <summary>Between pictures and masks.</summary>
public static class MaskConversion
{
    /// <summary>Returns the mask as a grey RGB picture.</summary>
    public static ImageBatch ToImage(MaskBatch mask, CancellationToken cancellationToken = default)
    {
        Raster source = Raster.Of(mask);
        Raster result = Raster.Allocate(source.Count, source.Height, source.Width, 3);
        Bands.Run(source.Rows, source.RowLength * 3L, (first, end) =>
        {
            for (int i = first * source.Width; i < end * source.Width; i++)
            {
                float value = source.Values[i];
                (result.Values[i * 3], result.Values[(i * 3) + 1], result.Values[(i * 3) + 2]) = (value, value, value);
            }
        }, cancellationToken);
        return result.ToImage();
    }

    /// <summary>Returns one channel of every picture.</summary>
    /// <exception cref="ImagingException">The pictures do not have that channel.</exception>
    public static MaskBatch FromChannel(ImageBatch image, MaskChannel channel, CancellationToken cancellationToken = default)
    {
        int index = (int)channel;
        if (index >= image.Channels)
        {
            throw new ImagingException(
                ImagingCodes.Channels,
                "channel",
                $"The picture has {image.Channels} channel(s) and none for '{channel.ToString().ToUpperInvariant()}'. Choose another channel, or load the picture with alpha.");
        }

        return Channel(Raster.Of(image), index, cancellationToken).ToMask();
    }

    /// <summary>Returns 1 where a pixel, rounded half to even to 8 bits, is the colour 0xRRGGBB, and 0 elsewhere.</summary>
    /// <exception cref="ImagingException">The pictures have fewer than three channels.</exception>
    public static MaskBatch FromColour(ImageBatch image, int colour, CancellationToken cancellationToken = default)
    {
        Raster source = ChannelCounts.AtLeastRgb(Raster.Of(image), "image");
        Raster result = Raster.Allocate(source.Count, source.Height, source.Width, 1);
        Bands.Run(source.Rows, source.RowLength, (first, end) =>
        {
            for (int i = first * source.Width; i < end * source.Width; i++)
            {
                ReadOnlySpan<float> pixel = source.Values.AsSpan(i * source.Channels, 3);
                int found = (Rounded(pixel[0]) << 16) + (Rounded(pixel[1]) << 8) + Rounded(pixel[2]);
                result.Values[i] = found == colour ? 1f : 0f;
            }
        }, cancellationToken);
        return result.ToMask();
    }

    /// <summary>Returns the colours (up to three channels) and 1 - alpha; a picture without alpha gives a mask of 0.</summary>
    public static (ImageBatch Image, MaskBatch Mask) SplitAlpha(ImageBatch image, CancellationToken cancellationToken = default)
    {
        Raster source = Raster.Of(image);
        if (source.Channels < 4)
        {
            Raster empty = Raster.Allocate(source.Count, source.Height, source.Width, 1);
            empty.Values.AsSpan().Clear();
            return (image, empty.ToMask());
        }

        Raster colours = ChannelCounts.Matched(source, 3, "image", cancellationToken);
        Raster alpha = Channel(source, 3, cancellationToken);
        return (colours.ToImage(), Pointwise.Map(default(Colour.Colours.Inversion), alpha, cancellationToken).ToMask());
    }

    /// <summary>Returns RGBA pictures with alpha = 1 - mask, scaled bilinearly to the pictures' size; as many as the shorter batch has.</summary>
    /// <exception cref="ImagingException">The pictures have fewer than three channels.</exception>
    public static ImageBatch JoinAlpha(ImageBatch image, MaskBatch alpha, CancellationToken cancellationToken = default)
    {
        Raster source = ChannelCounts.AtLeastRgb(Raster.Of(image), "image");
        Raster mask = Scaled(Raster.Of(alpha), source.Width, source.Height, cancellationToken);
        Raster result = Raster.Allocate(Math.Min(source.Count, mask.Count), source.Height, source.Width, 4);
        Bands.Run(result.Rows, result.RowLength, (first, end) =>
        {
            for (int i = first * source.Width; i < end * source.Width; i++)
            {
                Span<float> pixel = result.Values.AsSpan(i * 4, 4);
                source.Values.AsSpan(i * source.Channels, 3).CopyTo(pixel);
                pixel[3] = 1f - mask.Values[i];
            }
        }, cancellationToken);
        return result.ToImage();
    }

    /// <summary>Returns the masks at that size; bilinear, and unchanged where they have it already.</summary>
    internal static Raster Scaled(Raster mask, int width, int height, CancellationToken cancellationToken)
    {
        if ((mask.Width, mask.Height) == (width, height))
        {
            return mask;
        }

        Raster result = Raster.Allocate(mask.Count, height, width, 1);
        Interpolation.Run(mask, Window.All(mask), result, InterpolationAxis.Bilinear, cancellationToken);
        return result;
    }

    private static Raster Channel(Raster source, int channel, CancellationToken cancellationToken)
    {
        Raster result = Raster.Allocate(source.Count, source.Height, source.Width, 1);
        Bands.Run(source.Rows, source.RowLength, (first, end) =>
        {
            for (int i = first * source.Width; i < end * source.Width; i++)
            {
                result.Values[i] = source.Values[(i * source.Channels) + channel];
            }
        }, cancellationToken);
        return result;
    }

    private static int Rounded(float value) => (int)MathF.Round(Unit.Clamp(value) * 255f, MidpointRounding.ToEven);
}
