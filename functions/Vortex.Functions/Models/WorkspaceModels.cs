using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>The models that a workspace can use: its own uploads below <c>models/FOLDER/</c>, and those of the deployment.</summary>
internal sealed class WorkspaceModels(IModelStore store, IFileStore files)
{
    /// <summary>What the names of uploads begin with that are models.</summary>
    public const string Root = "models/";

    private const int PageSize = 200;

    /// <summary>Returns what an upload of a model is called.</summary>
    public static string UploadOf(string folder, string name) => $"{Root}{folder}/{name}";

    /// <summary>Finds what a name means now; null when nothing.</summary>
    public async ValueTask<FileRef?> FindAsync(WorkspaceId workspace, string folder, string name, CancellationToken cancellationToken) =>
        await files.FindAsync(workspace, UploadOf(folder, name), cancellationToken) is { } own
            ? own with { Name = name, ModelFolder = folder }
            : await store.FindAsync(folder, name, cancellationToken);

    /// <summary>Lists the models of a folder, or of all, by folder and name. Where both have a name the workspace's own is listed.</summary>
    public async ValueTask<IReadOnlyList<FileRef>> ListAsync(WorkspaceId workspace, string? folder, CancellationToken cancellationToken)
    {
        List<FileRef> own = await UploadsAsync(workspace, folder is null ? Root : $"{Root}{folder}/", cancellationToken);
        return
        [
            .. own.Concat(await store.ListAsync(folder, cancellationToken))
                .DistinctBy(file => (file.ModelFolder, file.Name))
                .OrderBy(file => file.ModelFolder, StringComparer.Ordinal).ThenBy(file => file.Name, StringComparer.Ordinal),
        ];
    }

    private async ValueTask<List<FileRef>> UploadsAsync(WorkspaceId workspace, string prefix, CancellationToken cancellationToken)
    {
        List<FileRef> found = [];
        string? cursor = null;
        do
        {
            Page<FileRef> page = await files.ListAsync(workspace, prefix, cursor, PageSize, cancellationToken);
            found.AddRange(page.Items.Select(Model).OfType<FileRef>());
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return found;
    }

    private static FileRef? Model(FileRef upload) =>
        upload.Name[Root.Length..].Split('/', 2) is [{ Length: > 0 } folder, { Length: > 0 } name] ? upload with { Name = name, ModelFolder = folder } : null;
}
