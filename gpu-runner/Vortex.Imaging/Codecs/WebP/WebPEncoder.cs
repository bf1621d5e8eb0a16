using Vortex.Imaging.Codecs.Exif;
using Vortex.Imaging.Codecs.Pixels;

namespace Vortex.Imaging.Codecs.WebP;

/// <summary>Writes WebP through libwebp. Grey pictures are written as RGB, which WebP stores at no cost.</summary>
public static class WebPEncoder
{
    private const int MostPixelsPerSide = 16_383;

    /// <summary>Encodes 8-bit pixels.</summary>
    /// <param name="pixels">Interleaved, rows from the top without padding: width * height * channels bytes.</param>
    /// <param name="width">Columns, 1 to 16,383.</param>
    /// <param name="height">Rows, 1 to 16,383.</param>
    /// <param name="channels">1 to 4: grey, grey and alpha, RGB, RGBA.</param>
    /// <param name="options">Compression and text; <see cref="WebPEncoderOptions.Default"/> where none are given.</param>
    /// <param name="cancellationToken">Looked at before the library is called.</param>
    /// <exception cref="ArgumentException">The length, a dimension, the quality or the number of texts is not possible.</exception>
    /// <exception cref="ImageFormatException">WebP cannot hold the picture, or the library is missing.</exception>
    public static byte[] Encode(
        ReadOnlySpan<byte> pixels,
        int width,
        int height,
        int channels,
        WebPEncoderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        PixelShape.Check(pixels.Length, width, height, channels);
        options ??= WebPEncoderOptions.Default;
        if (!(options.Quality is >= 0 and <= 100))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Quality, "The quality must lie between 0 and 100.");
        }

        if (width > MostPixelsPerSide || height > MostPixelsPerSide)
        {
            throw ImageFormatException.TooLarge($"The picture is {width}x{height}, and WebP ends at {MostPixelsPerSide} on a side");
        }

        byte[] exif = ExifWriter.Write(options.Text);
        WebPLibrary library = WebPLibrary.Instance;
        cancellationToken.ThrowIfCancellationRequested();
        if (channels == 1)
        {
            byte[] rgb = PixelBuffer.Allocate(width, height, 3);
            ChannelConversion.ToRgb(pixels, 1, rgb);
            return Encode(library, rgb, width, height, 3, options, exif);
        }

        if (channels == 2)
        {
            byte[] rgba = PixelBuffer.Allocate(width, height, 4);
            ChannelConversion.GreyAlphaToRgba(pixels, rgba);
            return Encode(library, rgba, width, height, 4, options, exif);
        }

        return Encode(library, pixels, width, height, channels, options, exif);
    }

    /// <summary>Encodes one picture of a batch, to 8 bits as ComfyUI's SaveImage does (<see cref="UnitConversion.ToByte(float)"/>).</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{byte}, int, int, int, WebPEncoderOptions?, CancellationToken)" path="/exception"/>
    public static byte[] Encode(ImageBatch batch, int index, WebPEncoderOptions? options = null, CancellationToken cancellationToken = default)
    {
        byte[] pixels = UnitConversion.ToBytes(batch, index);
        return Encode(pixels, batch.Width, batch.Height, batch.Channels, options, cancellationToken);
    }

    private static unsafe byte[] Encode(
        WebPLibrary library, ReadOnlySpan<byte> pixels, int width, int height, int channels, WebPEncoderOptions options, byte[] exif)
    {
        byte* file = null;
        nuint length;
        fixed (byte* source = pixels)
        {
            int stride = width * channels;
            length = (options.Compression, channels) switch
            {
                (WebPCompression.Lossless, 4) => library.EncodeLosslessRgba(source, width, height, stride, &file),
                (WebPCompression.Lossless, _) => library.EncodeLosslessRgb(source, width, height, stride, &file),
                (_, 4) => library.EncodeRgba(source, width, height, stride, options.Quality, &file),
                _ => library.EncodeRgb(source, width, height, stride, options.Quality, &file),
            };
        }

        try
        {
            if (length == 0)
            {
                throw ImageFormatException.TooLarge($"libwebp could not write {width}x{height} pixels; most likely memory is short");
            }

            ReadOnlySpan<byte> bytes = new(file, checked((int)length));
            return exif.Length == 0 ? bytes.ToArray() : WebPWriter.AddExif(bytes, width, height, channels == 4, exif);
        }
        finally
        {
            if (file != null)
            {
                library.Free(file);
            }
        }
    }
}
