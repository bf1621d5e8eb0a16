using System.Buffers.Binary;
using System.IO.Compression;
using Vortex.Imaging.Codecs.Pixels;

namespace Vortex.Imaging.Codecs.Png;

/// <summary>Writes PNG: 8 bits per channel, not interlaced, each row with the filter that suits it.</summary>
/// <remarks>The same input gives the same bytes on the same machine. Other versions of the runtime may compress differently.</remarks>
public static class PngEncoder
{
    // Enough for the compressor to work on, little enough for the second-level cache.
    private const int BlockSize = 64 * 1024;

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
        using Rows rows = new(width, height, channels, options ?? PngEncoderOptions.Default);
        ReadOnlySpan<byte> prior = new byte[rows.Length];
        for (int y = 0; y < height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> row = pixels.Slice(y * rows.Length, rows.Length);
            rows.Add(row, prior);
            prior = row;
        }

        return rows.Finish();
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
        using Rows rows = new(batch.Width, batch.Height, batch.Channels, options ?? PngEncoderOptions.Default);
        ReadOnlySpan<float> picture = batch.Picture(index);
        byte[] prior = new byte[rows.Length];
        byte[] row = new byte[rows.Length];
        for (int y = 0; y < batch.Height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            UnitConversion.ToBytes(picture.Slice(y * rows.Length, rows.Length), row);
            rows.Add(row, prior);
            (prior, row) = (row, prior);
        }

        return rows.Finish();
    }

    /// <summary>Filters and compresses row after row.</summary>
    private sealed class Rows : IDisposable
    {
        private readonly PngChunkWriter _chunks = new();
        private readonly IdatStream _data;
        private readonly ZLibStream _zlib;
        private readonly byte[] _block;
        private readonly int _step;
        private readonly bool _filter;
        private int _filled;

        internal Rows(int width, int height, int channels, PngEncoderOptions options)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(options.CompressionLevel, nameof(options));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(options.CompressionLevel, 9, nameof(options));
            _step = channels;
            Length = checked(width * channels);
            // Nothing is gained by filtering what is then stored as it is.
            _filter = options.CompressionLevel > 0;
            _block = new byte[Math.Max(BlockSize, Length + 1)];
            _chunks.Write(PngChunkType.Header, Header(width, height, channels));
            foreach ((string keyword, string text) in options.Text)
            {
                PngText.Write(_chunks, keyword, text);
            }

            _data = new IdatStream(_chunks);
            _zlib = new ZLibStream(_data, new ZLibCompressionOptions { CompressionLevel = options.CompressionLevel }, leaveOpen: true);
        }

        internal int Length { get; }

        internal void Add(ReadOnlySpan<byte> row, ReadOnlySpan<byte> prior)
        {
            if (_block.Length - _filled < Length + 1)
            {
                Flush();
            }

            PngFilterType filter = _filter ? PngFilter.Choose(row, prior, _step) : PngFilterType.None;
            _block[_filled] = (byte)filter;
            PngFilter.Apply(filter, row, prior, _step, _block.AsSpan(_filled + 1, Length));
            _filled += Length + 1;
        }

        internal byte[] Finish()
        {
            Flush();
            _zlib.Dispose();
            _data.Finish();
            _chunks.Write(PngChunkType.End, []);
            return _chunks.ToArray();
        }

        public void Dispose()
        {
            _zlib.Dispose();
            _data.Dispose();
        }

        private void Flush()
        {
            _zlib.Write(_block, 0, _filled);
            _filled = 0;
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
}
