using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Finds the files that inputs name among the workspace's uploads; models below <c>models/FOLDER/</c> there.</summary>
internal sealed class StoredFileResolver(IFileStore files) : IFileResolver
{
    private const string Models = "models/";
    private const string Embeddings = "embeddings";
    private const int PageSize = 200;

    public async ValueTask<FileResolution> ResolveAsync(WorkspaceId workspace, string name, string? modelFolder, CancellationToken cancellationToken = default)
    {
        string stored = modelFolder is null ? FileNames.WithoutPlace(name) : $"{Models}{modelFolder}/{name.Replace('\\', '/')}";
        if (await files.FindAsync(workspace, stored, cancellationToken) is { } file)
        {
            return new FileResolution(file with { Name = name, ModelFolder = modelFolder }, null);
        }

        return new FileResolution(null, modelFolder is null
            ? new RunProblem(RunProblemCodes.FileNotFound, $"There is no file '{stored}' in this workspace. Upload it with POST /v1/uploads?name={Uri.EscapeDataString(stored)}.")
            : new RunProblem(RunProblemCodes.ModelNotFound, $"The model '{name}' ({modelFolder}) is not in this workspace. Upload it as '{stored}'."));
    }

    public async ValueTask<ImmutableArray<FileRef>?> PromptFilesAsync(WorkspaceId workspace, string? text, CancellationToken cancellationToken = default)
    {
        if (!PromptMentions.MayNameAny(text))
        {
            return [];
        }

        return [.. (await UploadsAsync(workspace, Embeddings, cancellationToken)).Where(file => PromptMentions.MayName(text, file.Name))];
    }

    /// <summary>Lists the workspace's own models of a folder by their names there.</summary>
    private async ValueTask<List<FileRef>> UploadsAsync(WorkspaceId workspace, string folder, CancellationToken cancellationToken)
    {
        List<FileRef> found = [];
        string prefix = $"{Models}{folder}/";
        string? cursor = null;
        do
        {
            Page<FileRef> page = await files.ListAsync(workspace, prefix, cursor, PageSize, cancellationToken);
            found.AddRange(page.Items.Select(file => file with { Name = file.Name[prefix.Length..], ModelFolder = folder }));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return found;
    }
}
