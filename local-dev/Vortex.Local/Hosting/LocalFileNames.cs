using Vortex.Api;
using Vortex.Runner.Models;
using Vortex.Runs;

namespace Vortex.Local.Hosting;

/// <summary>Lists what <see cref="LocalFileResolver"/> finds: pictures in the input folder, uploads, and models in the model folders.</summary>
/// <param name="inputFolder">Where <c>LoadImage</c> looks.</param>
/// <param name="models">The model folders.</param>
/// <param name="files">The workspace's uploads.</param>
internal sealed class LocalFileNames(string inputFolder, ModelFolders models, IFileStore files) : IFileNames
{
    private const int MaxFiles = 10_000;
    private readonly UploadedFileNames _uploads = new(files);

    public ValueTask<IReadOnlyList<string>> FoldersAsync(WorkspaceId workspace, CancellationToken cancellationToken = default) => new([.. models.Folders]);

    public ValueTask<IReadOnlyList<ModelListing>> ModelsAsync(WorkspaceId workspace, string modelFolder, CancellationToken cancellationToken = default) =>
        new([.. models.List(modelFolder).Select(name => models.Locate(modelFolder, name) is { } path
            ? new ModelListing(modelFolder, name, SizeOf(path), models.Digests.KnownDigestOf(path) is { } digest ? new Digest(digest) : null)
            : new ModelListing(modelFolder, name, null, null))]);

    // A file that goes while it is being listed has no size.
    private static long? SizeOf(string path) => new FileInfo(path) is { Exists: true } file ? ((file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo) ?? file).Length : null;

    public async ValueTask<IReadOnlyList<string>> ListAsync(WorkspaceId workspace, string? modelFolder, CancellationToken cancellationToken = default)
    {
        if (modelFolder is not null)
        {
            return models.List(modelFolder);
        }

        SortedSet<string> names = new(await _uploads.ListAsync(workspace, null, cancellationToken), StringComparer.Ordinal);
        if (Directory.Exists(inputFolder))
        {
            // As in ComfyUI the folder itself, without what lies below it; hidden files are nobody's input.
            names.UnionWith(Directory.EnumerateFiles(inputFolder).Select(path => Path.GetFileName(path)).Where(name => name[0] != '.').Take(MaxFiles));
        }

        return [.. names];
    }
}
