using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Finds the files that inputs name among the workspace's uploads; models below <c>models/FOLDER/</c> there.</summary>
internal sealed class StoredFileResolver(IFileStore files) : IFileResolver
{
    public async ValueTask<FileResolution> ResolveAsync(WorkspaceId workspace, string name, string? modelFolder, CancellationToken cancellationToken = default)
    {
        string stored = modelFolder is null ? name : $"models/{modelFolder}/{name.Replace('\\', '/')}";
        if (await files.FindAsync(workspace, stored, cancellationToken) is { } file)
        {
            return new FileResolution(file with { Name = name, ModelFolder = modelFolder }, null);
        }

        return new FileResolution(null, modelFolder is null
            ? new RunProblem(RunProblemCodes.FileNotFound, $"There is no file '{name}' in this workspace. Upload it with POST /v1/uploads?name={Uri.EscapeDataString(name)}.")
            : new RunProblem(RunProblemCodes.ModelNotFound, $"The model '{name}' ({modelFolder}) is not in this workspace. Upload it as '{stored}'."));
    }
}
