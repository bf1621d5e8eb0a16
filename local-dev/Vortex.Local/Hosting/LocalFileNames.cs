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
