using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Lists uploads, and no models: for hosts that have no list of their own.</summary>
public sealed class UploadedFileNames(IFileStore files) : IFileNames
{
    private const int PageSize = 200;
    private const int MaxNames = 10_000;

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> FoldersAsync(WorkspaceId workspace, CancellationToken cancellationToken = default) => new([]);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<string>> ListAsync(WorkspaceId workspace, string? modelFolder, CancellationToken cancellationToken = default)
    {
        List<string> names = [];
        string? cursor = null;
        while (modelFolder is null && names.Count < MaxNames)
        {
            Page<FileRef> page = await files.ListAsync(workspace, null, cursor, PageSize, cancellationToken);
            names.AddRange(page.Items.Select(file => file.Name));
            cursor = page.NextCursor;
            if (cursor is null)
            {
                break;
            }
        }

        return names;
    }
}
