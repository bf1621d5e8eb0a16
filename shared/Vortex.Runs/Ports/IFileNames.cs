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
}
