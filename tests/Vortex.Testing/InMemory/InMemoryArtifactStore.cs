using System.Collections.Concurrent;
using System.Security.Cryptography;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>An artifact store that is a dictionary.</summary>
public sealed class InMemoryArtifactStore : IArtifactStore
{
    private readonly ConcurrentDictionary<(WorkspaceId, Digest), byte[]> _content = new();

    /// <inheritdoc />
    public async ValueTask<StoredContent> PutAsync(WorkspaceId workspace, Stream content, CancellationToken cancellationToken = default)
    {
        using MemoryStream copy = new();
        await content.CopyToAsync(copy, cancellationToken);
        byte[] bytes = copy.ToArray();
        Digest digest = new(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        _content.TryAdd((workspace, digest), bytes);
        return new StoredContent(digest, bytes.Length);
    }

    /// <inheritdoc />
    public ValueTask<Stream?> OpenAsync(WorkspaceId workspace, Digest digest, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        if (!_content.TryGetValue((workspace, digest), out byte[]? bytes))
        {
            return ValueTask.FromResult<Stream?>(null);
        }

        int begin = (int)Math.Min(offset, bytes.Length);
        int count = (int)Math.Min(length ?? long.MaxValue, bytes.Length - begin);
        return ValueTask.FromResult<Stream?>(new MemoryStream(bytes, begin, count, writable: false));
    }

    /// <inheritdoc />
    public ValueTask<StoredContent?> StatAsync(WorkspaceId workspace, Digest digest, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_content.TryGetValue((workspace, digest), out byte[]? bytes) ? new StoredContent(digest, bytes.Length) : null);

    /// <summary>Loses content, as a cleaned disk does.</summary>
    public void Lose(WorkspaceId workspace, Digest digest) => _content.TryRemove((workspace, digest), out _);
}
