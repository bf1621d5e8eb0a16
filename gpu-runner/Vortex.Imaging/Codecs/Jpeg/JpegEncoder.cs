using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vortex.Imaging.Codecs.Exif;
using Vortex.Imaging.Codecs.Pixels;

namespace Vortex.Imaging.Codecs.Jpeg;

/// <summary>Writes baseline JPEG through libjpeg-turbo. JPEG has no alpha: it is dropped, the colours stay as they are.</summary>
public static class JpegEncoder
{
    private const int MostPixelsPerSide = 65_500;
    private const int MostSegmentBytes = 65_533;

    /// <summary>Encodes 8-bit pixels.</summary>
    /// <param name="pixels">Interleaved, rows from the top without padding: width * height * channels bytes.</param>
    /// <param name="width">Columns, 1 to 65,500.</param>
    /// <param name="height">Rows, 1 to 65,500.</param>
    /// <param name="channels">1 to 4: grey, grey and alpha, RGB, RGBA.</param>
    /// <param name="options">Quality and text; <see cref="JpegEncoderOptions.Default"/> where none are given.</param>
    /// <param name="cancellationToken">Looked at before the library is called.</param>
    /// <exception cref="ArgumentException">The length, a dimension or the quality is not possible.</exception>
    /// <exception cref="ImageFormatException">JPEG cannot hold the picture or the text, or the library is missing.</exception>
    public static byte[] Encode(
        ReadOnlySpan<byte> pixels,
        int width,
        int height,
        int channels,
        JpegEncoderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        PixelShape.Check(pixels.Length, width, height, channels);
        options ??= JpegEncoderOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Quality, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Quality, 100, nameof(options));
        if (width > MostPixelsPerSide || height > MostPixelsPerSide)
        {
            throw ImageFormatException.TooLarge($"The picture is {width}x{height}, and JPEG ends at {MostPixelsPerSide} on a side");
        }

        byte[] segment = ExifSegment(options.Text);
        TurboJpegLibrary library = TurboJpegLibrary.Instance;
        cancellationToken.ThrowIfCancellationRequested();
        if (channels == 2)
        {
            byte[] grey = new byte[width * height];
            ChannelConversion.DropGreyAlpha(pixels, grey);
            return Compress(library, grey, width, height, 1, options, segment);
        }

        return Compress(library, pixels, width, height, channels, options, segment);
    }

    /// <summary>Encodes one picture of a batch, to 8 bits as ComfyUI's SaveImage does (<see cref="UnitConversion.ToByte(float)"/>).</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{byte}, int, int, int, JpegEncoderOptions?, CancellationToken)" path="/exception"/>
    public static byte[] Encode(ImageBatch batch, int index, JpegEncoderOptions? options = null, CancellationToken cancellationToken = default)
    {
        byte[] pixels = UnitConversion.ToBytes(batch, index);
        return Encode(pixels, batch.Width, batch.Height, batch.Channels, options, cancellationToken);
    }

    private static unsafe byte[] Compress(
        TurboJpegLibrary library, ReadOnlySpan<byte> pixels, int width, int height, int channels, JpegEncoderOptions options, byte[] segment)
    {
        int format = channels switch { 1 => TurboJpegLibrary.PixelGrey, 3 => TurboJpegLibrary.PixelRgb, _ => TurboJpegLibrary.PixelRgba };
        int sampling = channels == 1 ? TurboJpegLibrary.SamplingGrey
            : options.Chroma == JpegChroma.Full ? TurboJpegLibrary.Sampling444
            : TurboJpegLibrary.Sampling420;
        nint handle = library.NewCompressor();
        byte* file = null;
        try
        {
            CULong length = default;
            fixed (byte* source = pixels)
            {
                if (library.Compress(handle, source, width, width * channels, height, format, &file, &length, sampling, options.Quality, 0) != 0)
                {
                    throw ImageFormatException.TooLarge($"libjpeg-turbo could not write {width}x{height} pixels: {library.ErrorText(handle)}");
                }
            }

            return Insert(new ReadOnlySpan<byte>(file, checked((int)length.Value)), segment);
        }
        finally
        {
            if (file != null)
            {
                library.Free(file);
            }

            library.Destroy(handle);
        }
    }

    private static byte[] ExifSegment(IReadOnlyList<KeyValuePair<string, string>> text)
    {
        byte[] exif = ExifWriter.Write(text);
        if (exif.Length == 0)
        {
            return [];
        }

        int length = exif.Length + 8;
        if (length > MostSegmentBytes)
        {
            throw new ImageFormatException(
                ImageErrorCodes.TooLarge,
                $"The text takes {length} bytes and JPEG has room for {MostSegmentBytes}. Save as PNG or WebP, or without the workflow.");
        }

        byte[] segment = new byte[length + 2];
        (segment[0], segment[1]) = (0xFF, 0xE1);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)length);
        "Exif\0\0"u8.CopyTo(segment.AsSpan(4));
        exif.CopyTo(segment, 10);
        return segment;
    }

    /// <summary>Puts the segment behind the JFIF header, where readers look for it.</summary>
    private static byte[] Insert(ReadOnlySpan<byte> file, ReadOnlySpan<byte> segment)
    {
        int at = file.Length > 6 && file[3] == 0xE0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(file[4..]) : 2;
        return [.. file[..at], .. segment, .. file[at..]];
    }
}
