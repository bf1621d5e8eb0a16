using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Reads stored content that has to be in memory whole.</summary>
internal static class StoredBytes
{
    /// <summary>Reads content of at most <paramref name="max"/> bytes; null when it is gone or larger.</summary>
    public static async ValueTask<byte[]?> ReadAsync(IArtifactStore store, WorkspaceId workspace, Digest digest, long max, CancellationToken cancellationToken)
    {
        if (await store.StatAsync(workspace, digest, cancellationToken) is not { } content || content.Size > max)
        {
            return null;
        }

        await using Stream? stream = await store.OpenAsync(workspace, digest, cancellationToken: cancellationToken);
        if (stream is null)
        {
            return null;
        }

        byte[] bytes = new byte[content.Size];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
