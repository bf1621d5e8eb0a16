using System.Collections.Immutable;
using Vortex.Runner.Models;
using Vortex.Runs;

namespace Vortex.Local.Hosting;

/// <summary>Finds the files a workflow names: in a folder of this machine, then among the workspace's uploads; models in the model folders.</summary>
/// <remarks>
/// A model is not copied: its content is named by its digest, and runners look for that in their own model folders. Other files are.
/// Content is copied into the artifact store when a run is accepted, so that a later change of the file changes nothing. Names are
/// relative with slashes; ComfyUI's suffixes <c> [input]</c>, <c> [output]</c> and <c> [temp]</c> are understood. A name, or a link in the
/// folder, that leads outside is refused.
/// </remarks>
/// <param name="inputFolder">Where <c>LoadImage</c> looks.</param>
/// <param name="models">The model folders.</param>
/// <param name="prompts">Finds what prompts name.</param>
/// <param name="artifacts">Where content goes.</param>
/// <param name="files">The workspace's uploads.</param>
/// <param name="maxBytes">The largest file taken.</param>
internal sealed class LocalFileResolver(
    string inputFolder, ModelFolders models, PromptFileFinder prompts, IArtifactStore artifacts, IFileStore files, long maxBytes = 1L << 30) : IFileResolver, IDisposable
{
    private readonly Dictionary<(string Path, long Length, DateTime Written), FileRef> _known = [];
    private readonly SemaphoreSlim _gate = new(1, 1);

    public async ValueTask<FileResolution> ResolveAsync(WorkspaceId workspace, string name, string? modelFolder, CancellationToken cancellationToken = default)
    {
        if (modelFolder is not null)
        {
            return await ModelAsync(name, modelFolder, cancellationToken);
        }

        string plain = FileNames.WithoutPlace(name);
        if (plain.Length == 0)
        {
            return Problem(RunProblemCodes.FileNotFound, "No file is named. Choose one, or set the input with --set NODE.INPUT=NAME.");
        }

        if (!IsRelativeAndInside(plain))
        {
            return Problem("run.file_outside", $"'{name}' leads out of the input folder. Name a file inside it, relative and without '..'.");
        }

        string path = Path.GetFullPath(Path.Combine(inputFolder, plain));
        if (File.Exists(path))
        {
            return await FromFolderAsync(workspace, name, path, cancellationToken);
        }

        FileRef? uploaded = await files.FindAsync(workspace, plain, cancellationToken);
        return uploaded is not null
            ? new FileResolution(uploaded with { Name = name }, null)
            : Problem(RunProblemCodes.FileNotFound, $"There is no file '{plain}' in {inputFolder}, nor was one uploaded. Put it there, or say --input-dir DIR.");
    }

    public async ValueTask<ImmutableArray<FileRef>?> PromptFilesAsync(WorkspaceId workspace, string? text, CancellationToken cancellationToken = default) =>
        await Task.Run(() => prompts.Find(text, cancellationToken), cancellationToken);

    public void Dispose() => _gate.Dispose();

    private static FileResolution Problem(string code, string message) => new(null, new RunProblem(code, message));

    // ComfyUI lists the tiny autoencoders of vae_approx among the VAEs, by the first part of their names.
    private string? LocateModel(ref string folder, ref string name)
    {
        if (models.Locate(folder, name) is { } path)
        {
            return path;
        }

        string start = name + "_decoder.";
        if (ModelFolderNames.Current(folder) == "vae" && name is "taesd" or "taesdxl" or "taesd3" or "taef1"
            && models.List("vae_approx").FirstOrDefault(known => known.StartsWith(start, StringComparison.Ordinal)) is { } decoder)
        {
            (folder, name) = ("vae_approx", decoder);
            return models.Locate(folder, name);
        }

        return null;
    }

    private async ValueTask<FileResolution> ModelAsync(string name, string folder, CancellationToken cancellationToken)
    {
        string plain = name.Replace('\\', '/');
        if (LocateModel(ref folder, ref plain) is not { } path)
        {
            return Problem(RunProblemCodes.ModelNotFound, MissingModel(name, folder));
        }

        try
        {
            // Gigabytes are read the first time, so not on the thread of a request.
            string digest = await Task.Run(() => models.Digests.DigestOf(path, cancellationToken), cancellationToken);
            return new FileResolution(new FileRef(plain, new Digest(digest), new FileInfo(path).Length) { ModelFolder = ModelFolderNames.Current(folder) }, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Problem(RunProblemCodes.ModelNotFound, $"The model '{name}' ({folder}) is at {path}, but cannot be read: {failure.Message}");
        }
    }

    private string MissingModel(string name, string folder)
    {
        string[] searched = [.. models.DirectoriesOf(folder)];
        IReadOnlyList<string> similar = models.Similar(folder, name);
        string near = similar.Count > 0 ? $" Similar names: {string.Join(", ", similar)}." : "";
        return searched.Length == 0
            ? $"The model '{name}' cannot be found: there is no model folder '{folder}'. Say --models-dir DIR or set VORTEX_MODELS."
            : $"The model '{name}' is not in the model folder '{folder}'.{near} Put it into {searched[0]}{(searched.Length > 1 ? $" (also searched: {string.Join(", ", searched.Skip(1))})" : "")}, or choose one that is there: vortex models list.";
    }

    private static bool IsRelativeAndInside(string name) =>
        !Path.IsPathRooted(name)
        && !name.Contains('\0', StringComparison.Ordinal)
        && !name.Contains(':', StringComparison.Ordinal)
        && !name.Split('/', '\\').Contains("..");

    private async ValueTask<FileResolution> FromFolderAsync(WorkspaceId workspace, string name, string path, CancellationToken cancellationToken)
    {
        FileInfo file = new(path);
        if (LeadsOutside(file))
        {
            return Problem("run.file_outside", $"'{name}' is a link that leads out of the input folder.");
        }

        if (file.Length > maxBytes)
        {
            return Problem("run.file_too_large", $"'{name}' has {file.Length:N0} bytes; at most {maxBytes:N0} are taken.");
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            // The same file in many runs is hashed once; the time of its last change tells when to look again.
            (string, long, DateTime) stamp = (workspace + path, file.Length, file.LastWriteTimeUtc);
            if (!_known.TryGetValue(stamp, out FileRef? known) || await artifacts.StatAsync(workspace, known.Digest, cancellationToken) is null)
            {
                await using FileStream content = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
                StoredContent stored = await artifacts.PutAsync(workspace, content, cancellationToken);
                _known[stamp] = known = new FileRef(name, stored.Digest, stored.Size);
            }

            return new FileResolution(known with { Name = name }, null);
        }
        catch (UnauthorizedAccessException)
        {
            return Problem("run.file_unreadable", $"'{name}' may not be read. Check its permissions.");
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool LeadsOutside(FileInfo file)
    {
        string root = Path.GetFullPath(inputFolder);
        string target = RealPath(file.FullName);
        string realRoot = RealPath(root);
        return !target.StartsWith(realRoot.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    // Follows links in every part of a path.
    private static string RealPath(string path)
    {
        string at = Path.GetPathRoot(path)!;
        foreach (string part in path[at.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            FileSystemInfo info = Directory.Exists(at) ? new DirectoryInfo(at) : new FileInfo(at);
            at = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? at;
        }

        return at;
    }
}
