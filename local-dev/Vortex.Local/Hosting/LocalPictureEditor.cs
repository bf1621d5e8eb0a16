using Vortex.Api;
using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Jpeg;
using Vortex.Imaging.Codecs.Png;
using Vortex.Imaging.Codecs.WebP;

namespace Vortex.Local.Hosting;

/// <summary>Writes pictures in the forms that ComfyUI's clients ask for.</summary>
internal sealed class LocalPictureEditor : IPictureEditor
{
    private static readonly Lazy<bool> s_hasWebP = new(() => ImageCodecs.Availability().Any(codec => codec is { Format: ImageFormat.WebP, Present: true }));

    public byte[]? Convert(ReadOnlyMemory<byte> picture, PictureForm form, CancellationToken cancellationToken = default)
    {
        try
        {
            DecodedImage image = ImageFile.Decode(picture, cancellationToken: cancellationToken);
            // JPEG has no alpha; ComfyUI drops it as well.
            PictureChannels channels = form.MediaType == "image/jpeg" && form.Channels == PictureChannels.All ? PictureChannels.Colours : form.Channels;
            (byte[] pixels, int count) = Select(image, channels);
            return form.MediaType switch
            {
                "image/jpeg" => JpegEncoder.Encode(pixels, image.Width, image.Height, count, new JpegEncoderOptions { Quality = form.Quality }, cancellationToken),
                "image/webp" => WebPEncoder.Encode(pixels, image.Width, image.Height, count, new WebPEncoderOptions { Quality = form.Quality }, cancellationToken),
                _ => PngEncoder.Encode(pixels, image.Width, image.Height, count, null, cancellationToken),
            };
        }
        catch (ImageFormatException)
        {
            return null;
        }
    }

    public byte[]? PutAlpha(ReadOnlyMemory<byte> picture, ReadOnlyMemory<byte> mask, CancellationToken cancellationToken = default)
    {
        try
        {
            DecodedImage colours = ImageFile.Decode(picture, cancellationToken: cancellationToken);
            DecodedImage alpha = ImageFile.Decode(mask, cancellationToken: cancellationToken);
            if ((colours.Width, colours.Height) != (alpha.Width, alpha.Height))
            {
                return null;
            }

            byte[] both = new byte[(long)colours.Width * colours.Height * 4];
            for (int i = 0; i < both.Length / 4; i++)
            {
                Colour(colours, i).CopyTo(both.AsSpan(i * 4));
                both[(i * 4) + 3] = Alpha(alpha, i);
            }

            return PngEncoder.Encode(both, colours.Width, colours.Height, 4, null, cancellationToken);
        }
        catch (ImageFormatException)
        {
            return null;
        }
    }

    public SmallPicture? Shrink(ReadOnlyMemory<byte> picture, int width, CancellationToken cancellationToken = default)
    {
        try
        {
            DecodedImage image = ImageFile.Decode(picture, cancellationToken: cancellationToken).Upright();
            if (image.Width <= width)
            {
                return null;
            }

            // One thread: a page of pictures must not take the machine from the run that makes them.
            DecodedImage small = Vortex.Imaging.Resampling.Shrink.ToWidth(image, width, threads: 1, cancellationToken: cancellationToken);
            return s_hasWebP.Value
                ? new SmallPicture(WebPEncoder.Encode(small.Pixels, small.Width, small.Height, small.Channels, null, cancellationToken), "image/webp")
                : new SmallPicture(PngEncoder.Encode(small.Pixels, small.Width, small.Height, small.Channels, null, cancellationToken), "image/png");
        }
        catch (ImageFormatException)
        {
            return null;
        }
    }

    private static (byte[] Pixels, int Channels) Select(DecodedImage image, PictureChannels channels)
    {
        if (channels == PictureChannels.All)
        {
            return (image.Pixels, image.Channels);
        }

        int count = channels == PictureChannels.Colours ? 3 : 4;
        byte[] pixels = new byte[(long)image.Width * image.Height * count];
        for (int i = 0; i < pixels.Length / count; i++)
        {
            if (channels == PictureChannels.Colours)
            {
                Colour(image, i).CopyTo(pixels.AsSpan(i * count));
            }
            else
            {
                pixels[(i * count) + 3] = Alpha(image, i);
            }
        }

        return (pixels, count);
    }

    private static ReadOnlySpan<byte> Colour(DecodedImage image, int index)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.AsSpan(index * image.Channels, image.Channels);
        return image.Channels >= 3 ? pixel[..3] : new[] { pixel[0], pixel[0], pixel[0] };
    }

    private static byte Alpha(DecodedImage image, int index) =>
        image.Channels is 2 or 4 ? image.Pixels[(index * image.Channels) + image.Channels - 1] : byte.MaxValue;
}
