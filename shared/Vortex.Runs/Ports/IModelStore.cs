namespace Vortex.Runs;

/// <summary>The model files that a deployment offers to all its workspaces: names in model folders, and content by digest.</summary>
/// <remarks>
/// Content is never changed. A name that is given again means the new content from then on; a run that was accepted before finds the earlier one
/// by its digest. Folders and names are told apart by case.
/// </remarks>
public interface IModelStore
{
    /// <summary>Finds what a name means now.</summary>
    /// <param name="folder">The model folder, such as <c>checkpoints</c>.</param>
    /// <param name="name">The path below it, with slashes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The file with its <see cref="FileRef.ModelFolder"/>; null when nothing has that name, or it cannot be one.</returns>
    ValueTask<FileRef?> FindAsync(string folder, string name, CancellationToken cancellationToken = default);

    /// <summary>Lists what names mean now, ordered by folder and name.</summary>
    /// <param name="folder">Only this folder; null for all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<IReadOnlyList<FileRef>> ListAsync(string? folder, CancellationToken cancellationToken = default);

    /// <summary>Returns the size of content, or null when the store has no such content.</summary>
    ValueTask<StoredContent?> StatAsync(Digest digest, CancellationToken cancellationToken = default);

    /// <summary>Opens content for reading, from <paramref name="offset"/> and at most <paramref name="length"/> bytes. Nothing checks what is read: whoever has read all of it compares the digest.</summary>
    /// <returns>A stream the caller disposes, or null when the store has no such content.</returns>
    ValueTask<Stream?> OpenAsync(Digest digest, long offset, long length, CancellationToken cancellationToken = default);
}
