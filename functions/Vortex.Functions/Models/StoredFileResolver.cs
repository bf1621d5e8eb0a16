using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Finds the files that inputs name among the workspace's uploads, and models there or among those of the deployment.</summary>
/// <remarks>Models of a workspace lie below <c>models/FOLDER/</c> of its uploads. Where both have a name the workspace's own counts.</remarks>
internal sealed class StoredFileResolver(WorkspaceModels models, IModelStore store, IFileStore files) : IFileResolver
{
    private const string Embeddings = "embeddings";
    private const int MostNamed = 5;

    public async ValueTask<FileResolution> ResolveAsync(WorkspaceId workspace, string name, string? modelFolder, CancellationToken cancellationToken = default)
    {
        if (modelFolder is not null)
        {
            return await ModelAsync(workspace, name.Replace('\\', '/'), modelFolder, cancellationToken);
        }

        string stored = FileNames.WithoutPlace(name);
        return await files.FindAsync(workspace, stored, cancellationToken) is { } file
            ? new FileResolution(file with { Name = name }, null)
            : Problem(RunProblemCodes.FileNotFound, $"There is no file '{stored}' in this workspace. Upload it with POST /v1/uploads?name={Uri.EscapeDataString(stored)}.");
    }

    public async ValueTask<ImmutableArray<FileRef>?> PromptFilesAsync(WorkspaceId workspace, string? text, CancellationToken cancellationToken = default)
    {
        List<FileRef> found = [];
        if (PromptMentions.MayNameAny(text))
        {
            found.AddRange((await models.ListAsync(workspace, Embeddings, cancellationToken)).Where(file => PromptMentions.MayName(text, file.Name)));
        }

        // The vocabulary is the deployment's: runners keep one.
        found.AddRange(await store.ListAsync(FileRef.VocabularyFolder, cancellationToken));
        return [.. found];
    }

    private async ValueTask<FileResolution> ModelAsync(WorkspaceId workspace, string name, string folder, CancellationToken cancellationToken)
    {
        if (await models.FindAsync(workspace, folder, name, cancellationToken) is { } model)
        {
            return new FileResolution(model, null);
        }

        string[] there = [.. (await models.ListAsync(workspace, folder, cancellationToken)).Select(file => file.Name)];
        string choice = there.Length == 0 ? "There are none in that folder."
            : $"There are: {string.Join(", ", there.Take(MostNamed))}{(there.Length > MostNamed ? $" and {there.Length - MostNamed} more" : "")}.";
        return Problem(
            RunProblemCodes.ModelNotFound,
            $"The model '{name}' ({folder}) is neither in this workspace nor among the models of the deployment. {choice} Add it with 'vortex models push FILE --azure ACCOUNT --folder {folder}', or upload it as '{WorkspaceModels.UploadOf(folder, name)}'.");
    }

    private static FileResolution Problem(string code, string message) => new(null, new RunProblem(code, message));
}
