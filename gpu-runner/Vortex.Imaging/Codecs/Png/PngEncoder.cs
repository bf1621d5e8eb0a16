using System.Buffers.Binary;
using System.IO.Compression;
using Vortex.Imaging.Codecs.Pixels;
using Vortex.Imaging.Codecs.Png.Chunks;

namespace Vortex.Imaging.Codecs.Png;

/// <summary>Writes PNG: 8 bits per channel, not interlaced, each row with the filter and the whole with the strategy that suit it.</summary>
/// <remarks>The same input gives the same bytes on the same machine. Other versions of the runtime may compress differently.</remarks>
public static class PngEncoder
{
    /// <summary>Encodes 8-bit pixels.</summary>
    /// <param name="pixels">Interleaved, rows from the top without padding: width * height * channels bytes.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 to 4: grey, grey and alpha, RGB, RGBA.</param>
    /// <param name="options">Compression and text; <see cref="PngEncoderOptions.Default"/> where none are given.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <exception cref="ArgumentException">The length, a dimension, the level or a keyword is not possible.</exception>
    /// <exception cref="ImageFormatException">The file would be larger than an array: <see cref="ImageErrorCodes.TooLarge"/>.</exception>
    public static byte[] Encode(
        ReadOnlySpan<byte> pixels,
        int width,
        int height,
        int channels,
        PngEncoderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        PixelShape.Check(pixels.Length, width, height, channels);
        return Encode(new PngRowSource(pixels, width, height, channels), options ?? PngEncoderOptions.Default, cancellationToken);
    }

    /// <summary>Encodes one picture of a batch, to 8 bits as ComfyUI's SaveImage does (<see cref="UnitConversion.ToByte(float)"/>).</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="index">Which picture of it.</param>
    /// <param name="options">Compression and text; <see cref="PngEncoderOptions.Default"/> where none are given.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <exception cref="ArgumentException">The index, the level or a keyword is not possible.</exception>
    /// <exception cref="ImageFormatException">The file would be larger than an array: <see cref="ImageErrorCodes.TooLarge"/>.</exception>
    public static byte[] Encode(ImageBatch batch, int index, PngEncoderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, batch.Count);
        PngRowSource rows = new(batch.Picture(index), batch.Width, batch.Height, batch.Channels);
        return Encode(rows, options ?? PngEncoderOptions.Default, cancellationToken);
    }

    private static byte[] Encode(PngRowSource rows, PngEncoderOptions options, CancellationToken cancellationToken)
    {
        int level = options.CompressionLevel;
        ArgumentOutOfRangeException.ThrowIfNegative(level, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 9, nameof(options));
        PngChunkWriter chunks = new();
        chunks.Write(PngChunkType.Header, Header(rows.Width, rows.Height, rows.Channels));
        foreach ((string keyword, string text) in options.Text)
        {
            PngText.Write(chunks, keyword, text);
        }

        // Nothing is gained by filtering what is then stored as it is.
        bool filtering = level > 0;
        ZLibCompressionStrategy strategy = filtering ? PngStrategy.Choose(rows, level, cancellationToken) : ZLibCompressionStrategy.Default;
        using IdatStream data = new(chunks);
        using (ZLibStream zlib = new(data, PngStrategy.Options(level, strategy), leaveOpen: true))
        {
            rows.Filter(0, rows.Height, filtering, zlib, cancellationToken);
        }

        data.Finish();
        chunks.Write(PngChunkType.End, []);
        return chunks.ToArray();
    }

    private static byte[] Header(int width, int height, int channels)
    {
        byte[] header = new byte[PngHeader.Size];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = (byte)(channels switch
        {
            1 => PngColorType.Grey,
            2 => PngColorType.GreyAlpha,
            3 => PngColorType.Rgb,
            _ => PngColorType.Rgba,
        });
        return header;
    }
}
