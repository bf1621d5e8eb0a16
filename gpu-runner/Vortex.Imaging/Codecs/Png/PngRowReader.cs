using System.Buffers;
using System.IO.Compression;
using Vortex.Imaging.Codecs.Png.Chunks;

namespace Vortex.Imaging.Codecs.Png;

/// <summary>Inflates the pixel data row by row, in blocks that stay in the cache.</summary>
internal sealed class PngRowReader : IDisposable
{
    private const int BlockSize = 128 * 1024;

    private readonly ZLibStream _zlib;
    private readonly byte[] _block;
    private int _start;
    private int _end;

    /// <param name="data">The compressed pieces.</param>
    /// <param name="longestRow">The most bytes <see cref="Next"/> will be asked for.</param>
    internal PngRowReader(IReadOnlyList<ReadOnlyMemory<byte>> data, int longestRow)
    {
        _zlib = new ZLibStream(new SegmentStream(data), CompressionMode.Decompress);
        _block = ArrayPool<byte>.Shared.Rent(Math.Max(BlockSize, longestRow));
    }

    /// <summary>Returns the next bytes, valid until the next call.</summary>
    /// <exception cref="ImageFormatException">The data ends early or does not inflate.</exception>
    internal ReadOnlySpan<byte> Next(int length)
    {
        if (_end - _start < length)
        {
            _block.AsSpan(_start, _end - _start).CopyTo(_block);
            (_start, _end) = (0, _end - _start);
            while (_end < length)
            {
                int read = Read(_block.AsSpan(_end));
                if (read == 0)
                {
                    throw ImageFormatException.Truncated("PNG");
                }

                _end += read;
            }
        }

        ReadOnlySpan<byte> row = _block.AsSpan(_start, length);
        _start += length;
        return row;
    }

    /// <summary>Makes sure that nothing follows. Reading to the end also checks the sum over all bytes.</summary>
    /// <exception cref="ImageFormatException">There is more than the header announced, or the sum is wrong.</exception>
    internal void ExpectEnd()
    {
        if (_start < _end || Read(_block) > 0)
        {
            throw ImageFormatException.Corrupt("PNG", "its pixel data inflates to more than its header announces");
        }
    }

    public void Dispose()
    {
        _zlib.Dispose();
        ArrayPool<byte>.Shared.Return(_block);
    }

    private int Read(Span<byte> buffer)
    {
        try
        {
            return _zlib.Read(buffer);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            throw ImageFormatException.Corrupt("PNG", "its pixel data does not inflate", failure);
        }
    }
}
