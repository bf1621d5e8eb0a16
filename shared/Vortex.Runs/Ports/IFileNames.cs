namespace Vortex.Runs;

/// <summary>Lists the names that <see cref="IFileResolver"/> would find: what editors offer where a workflow names a file or a model.</summary>
public interface IFileNames
{
    /// <summary>Lists the model folders, ordered by name.</summary>
    ValueTask<IReadOnlyList<string>> FoldersAsync(WorkspaceId workspace, CancellationToken cancellationToken = default);

    /// <summary>Lists the names in a folder, ordered.</summary>
    /// <param name="workspace">The isolation domain.</param>
    /// <param name="modelFolder">The model folder; null for the files that <c>File</c> inputs load.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Relative names with slashes; empty for a folder that does not exist.</returns>
    ValueTask<IReadOnlyList<string>> ListAsync(WorkspaceId workspace, string? modelFolder, CancellationToken cancellationToken = default);

    /// <summary>Lists the models in a folder with what is known of them without reading them whole, ordered by name.</summary>
    /// <param name="workspace">The isolation domain.</param>
    /// <param name="modelFolder">The model folder.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Names alone, which is the default, for hosts that know no more.</returns>
    async ValueTask<IReadOnlyList<ModelListing>> ModelsAsync(WorkspaceId workspace, string modelFolder, CancellationToken cancellationToken = default) =>
        [.. (await ListAsync(workspace, modelFolder, cancellationToken)).Select(name => new ModelListing(modelFolder, name, null, null))];
}

/// <summary>A model that workflows may name.</summary>
/// <param name="Folder">The model folder, such as <c>checkpoints</c>.</param>
/// <param name="Name">The name in it, slashes between folders.</param>
/// <param name="Size">Bytes; null where not known.</param>
/// <param name="Digest">The SHA-256 of its content; null where nobody has read it yet.</param>
public sealed record ModelListing(string Folder, string Name, long? Size, Digest? Digest);
