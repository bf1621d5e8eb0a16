using System.Runtime.InteropServices;
using Vortex.Imaging.Codecs.Pixels;

namespace Vortex.Imaging.Codecs.Jpeg;

/// <summary>Reads JPEG through libjpeg-turbo: grey, colour, CMYK and YCCK (both become RGB), baseline and progressive.</summary>
internal static class JpegDecoder
{
    // The largest block that one bit can stand for is 32 by 32 pixels (sampling factors of four), so a byte holds at most eight.
    // Arithmetic coding can do better and is not checked.
    private const long MostPixelsPerByte = 8 * 32 * 32;

    internal static ImageInfo Identify(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        JpegHeader header = JpegHeader.Read(file, limits);
        return new ImageInfo(ImageFormat.Jpeg, header.Width, header.Height, header.Metadata);
    }

    /// <summary>Decodes the picture as stored; the orientation is not applied.</summary>
    internal static unsafe DecodedImage Decode(ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellationToken)
    {
        JpegHeader header = JpegHeader.Read(file, limits);
        limits.CheckSize(header.Width, header.Height, header.Components == 1 ? 1 : header.Components == 4 ? 4 : 3);
        if (!header.Arithmetic && (long)header.Width * header.Height > file.Length * MostPixelsPerByte)
        {
            throw ImageFormatException.Truncated("JPEG");
        }

        TurboJpegLibrary library = TurboJpegLibrary.Instance;
        cancellationToken.ThrowIfCancellationRequested();
        nint handle = library.NewDecompressor();
        try
        {
            fixed (byte* bytes = file.Span)
            {
                CULong length = new((nuint)file.Length);
                int width, height, sampling, colours;
                if (library.ReadHeader(handle, bytes, length, &width, &height, &sampling, &colours) != 0 && !library.IsWarning(handle))
                {
                    throw Failure(library.ErrorText(handle), header, file);
                }

                if (width != header.Width || height != header.Height)
                {
                    throw Failure("it contradicts itself about its size", header, file);
                }

                bool cmyk = colours is TurboJpegLibrary.ColorCmyk or TurboJpegLibrary.ColorYcck;
                (int format, int channels) = colours == TurboJpegLibrary.ColorGrey ? (TurboJpegLibrary.PixelGrey, 1)
                    : cmyk ? (TurboJpegLibrary.PixelCmyk, 4)
                    : (TurboJpegLibrary.PixelRgb, 3);
                limits.CheckSize(width, height, channels);
                byte[] pixels = PixelBuffer.Allocate(width, height, channels);
                fixed (byte* target = pixels)
                {
                    if (library.Decompress(handle, bytes, length, target, width, width * channels, height, format, TurboJpegLibrary.LimitScans) != 0)
                    {
                        string reason = library.ErrorText(handle);
                        // A warning leaves a picture, as viewers show it; but what is missing must not pass for grey.
                        if (!library.IsWarning(handle) || IsCut(reason, header, file))
                        {
                            throw Failure(reason, header, file);
                        }
                    }
                }

                if (cmyk)
                {
                    byte[] rgb = PixelBuffer.Allocate(width, height, 3);
                    ChannelConversion.InvertedCmykToRgb(pixels, rgb);
                    (pixels, channels) = (rgb, 3);
                }

                return new DecodedImage(ImageFormat.Jpeg, width, height, channels, pixels, AlphaSource.None, header.Metadata);
            }
        }
        finally
        {
            library.Destroy(handle);
        }
    }

    private static bool IsCut(string reason, JpegHeader header, ReadOnlyMemory<byte> file) =>
        reason.Contains("premature end", StringComparison.OrdinalIgnoreCase) || !header.HasEnd(file.Span);

    /// <summary>Tells the library's failures apart by its own words; it gives no codes.</summary>
    private static ImageFormatException Failure(string reason, JpegHeader header, ReadOnlyMemory<byte> file) =>
        reason.Contains("nsupported", StringComparison.Ordinal) ? ImageFormatException.Unsupported($"This kind of JPEG ({reason})")
        : IsCut(reason, header, file) ? ImageFormatException.Truncated("JPEG")
        : ImageFormatException.Corrupt("JPEG", reason);
}
