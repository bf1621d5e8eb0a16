using Vortex.Imaging.Codecs.Jpeg;
using Vortex.Imaging.Codecs.Png;
using Vortex.Imaging.Codecs.Png.Chunks;
using Vortex.Imaging.Codecs.WebP;

namespace Vortex.Imaging.Codecs;

/// <summary>The front door for picture files: the format is told by the bytes, never by the name.</summary>
public static class ImageFile
{
    /// <summary>Reads format, size and metadata without decoding a pixel. PNG checksums are checked; no system library is needed.</summary>
    /// <param name="file">The whole file; text may follow the pixels.</param>
    /// <param name="limits">Limits on size, text and chunks; <see cref="ImageLimits.Default"/> where none are given.</param>
    /// <exception cref="ImageFormatException">The bytes are no picture, one of another format, damaged, or beyond a limit.</exception>
    public static ImageInfo Identify(ReadOnlyMemory<byte> file, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        return Recognise(file.Span) switch
        {
            ImageFormat.Png => PngDecoder.Identify(file, limits),
            ImageFormat.Jpeg => JpegDecoder.Identify(file, limits),
            _ => WebPDecoder.Identify(file, limits),
        };
    }

    /// <summary>Decodes a picture and turns it upright by its EXIF orientation, as a viewer and ComfyUI's LoadImage do.</summary>
    /// <remarks>Of an animated PNG or WebP the first picture is decoded.</remarks>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">Checked before memory is taken; <see cref="ImageLimits.Default"/> where none are given.</param>
    /// <param name="cancellationToken">Stops between rows (PNG) or before the system library is called.</param>
    /// <exception cref="ImageFormatException">
    /// The bytes are no picture, one of another format, damaged, cut short or beyond a limit, or the library for it is missing.
    /// No other exception comes out of any bytes but <see cref="OperationCanceledException"/>.
    /// </exception>
    public static DecodedImage Decode(ReadOnlyMemory<byte> file, ImageLimits? limits = null, CancellationToken cancellationToken = default)
    {
        limits ??= ImageLimits.Default;
        DecodedImage stored = Recognise(file.Span) switch
        {
            ImageFormat.Png => PngDecoder.Decode(file, limits, cancellationToken),
            ImageFormat.Jpeg => JpegDecoder.Decode(file, limits, cancellationToken),
            _ => WebPDecoder.Decode(file, limits, cancellationToken),
        };
        cancellationToken.ThrowIfCancellationRequested();
        return stored.Upright();
    }

    /// <summary>Tells the format by its magic number.</summary>
    /// <exception cref="ImageFormatException">It is another format, which the message names, or none.</exception>
    private static ImageFormat Recognise(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngChunkReader.Signature))
        {
            return ImageFormat.Png;
        }

        if (file.StartsWith(JpegHeader.Signature))
        {
            return ImageFormat.Jpeg;
        }

        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
        {
            return ImageFormat.WebP;
        }

        if (file.Length > 0 && PngChunkReader.Signature.StartsWith(file))
        {
            throw ImageFormatException.Truncated("PNG");
        }

        throw OtherFormat(file) is { } name ? ImageFormatException.Unsupported(name) : ImageFormatException.NotAnImage();
    }

    private static string? OtherFormat(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
        {
            return "GIF";
        }

        // Two letters alone would take any text that begins so; a BMP also has four reserved zeros.
        if (file.Length >= 14 && file.StartsWith("BM"u8) && file.Slice(6, 4).IndexOfAnyExcept((byte)0) < 0)
        {
            return "BMP";
        }

        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8))
        {
            return "TIFF";
        }

        if (file.StartsWith("8BPS"u8))
        {
            return "Photoshop PSD";
        }

        if (file.StartsWith("\0\0\u0001\0"u8))
        {
            return "ICO";
        }

        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || file.StartsWith("\0\0\0\u000CJXL "u8))
        {
            return "JPEG XL";
        }

        if (file.StartsWith("\0\0\0\u000CjP  "u8))
        {
            return "JPEG 2000";
        }

        if (file.Length >= 12 && file[4..].StartsWith("ftyp"u8))
        {
            ReadOnlySpan<byte> brand = file.Slice(8, 4);
            return brand.StartsWith("avi"u8) ? "AVIF"
                : brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.SequenceEqual("mif1"u8) ? "HEIC"
                : "Video (MP4)";
        }

        return null;
    }
}
