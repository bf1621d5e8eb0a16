namespace Vortex.Embedded;

/// <summary>A part of a file as a stream of its own.</summary>
internal sealed class ContentRange : Stream
{
    private readonly FileStream _file;
    private readonly long _start;
    private readonly long _length;

    internal ContentRange(FileStream file, long offset, long length)
    {
        _file = file;
        _start = Math.Min(offset, file.Length);
        _length = Math.Min(length, file.Length - _start);
        _file.Position = _start;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _file.Position - _start;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(Span<byte> buffer) => _file.Read(buffer[..Allowed(buffer.Length)]);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _file.ReadAsync(buffer[..Allowed(buffer.Length)], cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => Position,
            _ => _length,
        };
        ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(offset));
        _file.Position = _start + target;
        return target;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("Content is never changed.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Content is never changed.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Allowed(int wanted) => (int)Math.Clamp(_length - Position, 0, wanted);
}
