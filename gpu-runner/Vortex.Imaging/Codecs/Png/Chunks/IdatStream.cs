namespace Vortex.Imaging.Codecs.Png.Chunks;

/// <summary>Cuts compressed pixels into IDAT chunks of one size.</summary>
internal sealed class IdatStream(PngChunkWriter chunks) : Stream
{
    // A reader that streams needs no more memory than this; the twelve bytes of each chunk are lost in it.
    private readonly byte[] _chunk = new byte[64 * 1024];
    private int _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int count = Math.Min(buffer.Length, _chunk.Length - _length);
            buffer[..count].CopyTo(_chunk.AsSpan(_length));
            buffer = buffer[count..];
            _length += count;
            if (_length == _chunk.Length)
            {
                Finish();
            }
        }
    }

    /// <summary>Writes what is left as the last chunk.</summary>
    internal void Finish()
    {
        if (_length > 0)
        {
            chunks.Write(PngChunkType.Data, _chunk.AsSpan(0, _length));
            _length = 0;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Does nothing: chunks are full, whatever the compressor flushes.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
