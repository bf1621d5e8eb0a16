using System.Security.Cryptography;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>A download that is hashed while it is read: its last byte is handed out only when the whole is what its name says.</summary>
internal sealed class VerifiedContent(Stream source, Digest digest, long size, string name) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException("Content is read from its beginning to its end; open a range for a part of it.");
    }

    public override int Read(Span<byte> buffer) => Take(buffer, source.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await source.ReadAsync(buffer, cancellationToken);
        return Take(buffer.Span, count);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Content is read from its beginning to its end; open a range for a part of it.");

    public override void SetLength(long value) => throw new NotSupportedException("Content is never changed.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Content is never changed.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Take(Span<byte> buffer, int count)
    {
        if (count == 0 && buffer.Length > 0 && _read < size)
        {
            throw Wrong($"ends after {_read} of {size} bytes");
        }

        _hash.AppendData(buffer[..count]);
        bool last = _read < size && _read + count >= size;
        _read += count;
        if (last && !Convert.ToHexStringLower(_hash.GetHashAndReset()).Equals(digest.Value, StringComparison.Ordinal))
        {
            buffer[..count].Clear();
            throw Wrong("is not the content of its name");
        }

        return count;
    }

    private AzureStoreException Wrong(string how) =>
        new(AzureErrors.Corrupt, $"Blob '{name}' {how}. It was damaged or replaced from outside: restore it from the account's soft delete, or remove it and run again what made it.");
}
