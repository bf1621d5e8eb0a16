using Vortex.Api;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Lists what <see cref="StoredFileResolver"/> finds, for editors and ComfyUI's clients.</summary>
internal sealed class StoredFileNames(WorkspaceModels models, IFileStore files) : IFileNames
{
    private readonly UploadedFileNames _uploads = new(files);

    public async ValueTask<IReadOnlyList<string>> FoldersAsync(WorkspaceId workspace, CancellationToken cancellationToken = default) =>
        [.. (await models.ListAsync(workspace, null, cancellationToken)).Select(file => file.ModelFolder!).Where(folder => folder != FileRef.VocabularyFolder).Distinct()];

    public async ValueTask<IReadOnlyList<string>> ListAsync(WorkspaceId workspace, string? modelFolder, CancellationToken cancellationToken = default) => modelFolder is null
        ? [.. (await _uploads.ListAsync(workspace, null, cancellationToken)).Where(name => !name.StartsWith(WorkspaceModels.Root, StringComparison.Ordinal))]
        : [.. (await models.ListAsync(workspace, modelFolder, cancellationToken)).Select(file => file.Name)];
}
