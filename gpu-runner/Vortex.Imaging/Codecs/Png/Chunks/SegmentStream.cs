namespace Vortex.Imaging.Codecs.Png.Chunks;

/// <summary>Pieces of memory read one after the other, without joining them: the data of the IDAT chunks.</summary>
internal sealed class SegmentStream(IReadOnlyList<ReadOnlyMemory<byte>> segments) : Stream
{
    private int _segment;
    private int _offset;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int total = 0;
        while (total < buffer.Length && _segment < segments.Count)
        {
            ReadOnlySpan<byte> rest = segments[_segment].Span[_offset..];
            int count = Math.Min(rest.Length, buffer.Length - total);
            rest[..count].CopyTo(buffer[total..]);
            total += count;
            _offset += count;
            if (count == rest.Length)
            {
                _segment++;
                _offset = 0;
            }
        }

        return total;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
