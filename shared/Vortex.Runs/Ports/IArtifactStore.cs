namespace Vortex.Runs;

/// <summary>Content by digest, per workspace. Nothing here is ever changed; writing the same twice costs nothing.</summary>
public interface IArtifactStore
{
    /// <summary>Stores everything the stream holds. Visible whole or not at all.</summary>
    ValueTask<StoredContent> PutAsync(WorkspaceId workspace, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Opens content for reading, from <paramref name="offset"/> and at most <paramref name="length"/> bytes.</summary>
    /// <returns>A stream the caller disposes, or null when the workspace has no such content.</returns>
    ValueTask<Stream?> OpenAsync(WorkspaceId workspace, Digest digest, long offset = 0, long? length = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the size, or null when the workspace has no such content.</summary>
    ValueTask<StoredContent?> StatAsync(WorkspaceId workspace, Digest digest, CancellationToken cancellationToken = default);
}

/// <summary>Content in the store.</summary>
public sealed record StoredContent(Digest Digest, long Size);
