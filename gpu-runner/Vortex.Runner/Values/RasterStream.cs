using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Vortex.Runner;

/// <summary>Reads a header and then float values as little-endian bytes, without copying the values first.</summary>
internal sealed class RasterStream(byte[] header, float[] values) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => header.Length + ((long)values.Length * sizeof(float));

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        int count = _position < header.Length ? ReadHeader(buffer) : ReadValues(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int ReadHeader(Span<byte> buffer)
    {
        ReadOnlySpan<byte> rest = header.AsSpan((int)_position);
        int count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        return count;
    }

    private int ReadValues(Span<byte> buffer)
    {
        long at = _position - header.Length;
        int first = (int)(at / sizeof(float));
        int skip = (int)(at % sizeof(float));
        if (skip != 0 || buffer.Length < sizeof(float) || !BitConverter.IsLittleEndian)
        {
            // A piece of one value.
            Span<byte> one = stackalloc byte[sizeof(float)];
            BinaryPrimitives.WriteSingleLittleEndian(one, values[first]);
            int part = Math.Min(sizeof(float) - skip, buffer.Length);
            one.Slice(skip, part).CopyTo(buffer);
            return part;
        }

        ReadOnlySpan<float> rest = values.AsSpan(first);
        int whole = Math.Min(rest.Length, buffer.Length / sizeof(float));
        MemoryMarshal.AsBytes(rest[..whole]).CopyTo(buffer);
        return whole * sizeof(float);
    }
}
