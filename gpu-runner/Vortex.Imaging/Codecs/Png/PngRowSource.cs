using Vortex.Imaging.Codecs.Pixels;

namespace Vortex.Imaging.Codecs.Png;

/// <summary>The rows of a picture to be written: bytes as they are, or floats made into bytes when they are asked for.</summary>
internal readonly ref struct PngRowSource
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<float> _floats;

    internal PngRowSource(ReadOnlySpan<byte> pixels, int width, int height, int channels)
        : this(width, height, channels) => _bytes = pixels;

    internal PngRowSource(ReadOnlySpan<float> values, int width, int height, int channels)
        : this(width, height, channels) => _floats = values;

    private PngRowSource(int width, int height, int channels)
    {
        (Width, Height, Channels) = (width, height, channels);
        RowBytes = checked(width * channels);
    }

    internal int Width { get; }

    internal int Height { get; }

    internal int Channels { get; }

    internal int RowBytes { get; }

    /// <summary>Filters rows, each with the filter that suits it, and puts the filter's number before it.</summary>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    /// <param name="filtering">Whether to filter at all.</param>
    /// <param name="sink">Takes the bytes, block by block.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    internal void Filter(int from, int to, bool filtering, Stream sink, CancellationToken cancellationToken)
    {
        // Enough at once for the compressor to work on, little enough for the second-level cache.
        const int BlockSize = 64 * 1024;
        byte[] block = new byte[Math.Max(BlockSize, RowBytes + 1)];
        Span<byte> scratch = _bytes.IsEmpty ? new byte[RowBytes] : [];
        Span<byte> otherScratch = _bytes.IsEmpty ? new byte[RowBytes] : [];
        ReadOnlySpan<byte> prior = from == 0 ? new byte[RowBytes] : Row(from - 1, scratch);
        int filled = 0;
        for (int y = from; y < to; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (block.Length - filled < RowBytes + 1)
            {
                sink.Write(block, 0, filled);
                filled = 0;
            }

            ReadOnlySpan<byte> row = Row(y, otherScratch);
            PngFilterType filter = filtering ? PngFilter.Choose(row, prior, Channels) : PngFilterType.None;
            block[filled] = (byte)filter;
            PngFilter.Apply(filter, row, prior, Channels, block.AsSpan(filled + 1, RowBytes));
            filled += RowBytes + 1;
            prior = row;
            Span<byte> free = scratch;
            scratch = otherScratch;
            otherScratch = free;
        }

        sink.Write(block, 0, filled);
    }

    private ReadOnlySpan<byte> Row(int y, Span<byte> scratch)
    {
        if (!_bytes.IsEmpty)
        {
            return _bytes.Slice(y * RowBytes, RowBytes);
        }

        UnitConversion.ToBytes(_floats.Slice(y * RowBytes, RowBytes), scratch);
        return scratch;
    }
}
