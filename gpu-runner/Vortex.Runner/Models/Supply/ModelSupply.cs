using Vortex.Diffusion;
using Vortex.Diffusion.Recipes;
using Vortex.Runs;

namespace Vortex.Runner.Models;

/// <summary>Brings the models that a node needs to this machine before the node begins. Without a model store there is nothing to do: they lie in the model folders.</summary>
public sealed class ModelSupply
{
    // Where the tokenizer looks in the runner's own folder, and where a package keeps its script.
    private const string VocabularyFolder = "tokenizer";
    private const string ScriptFolder = "esm";

    private readonly ModelFolders _folders;
    private readonly ModelDisk? _disk;
    private readonly IModelStore? _store;
    private readonly IArtifactStore _artifacts;
    private readonly string? _home;

    internal ModelSupply(ModelFolders folders, ModelDisk? disk, IModelStore? store, IArtifactStore artifacts, string? home) =>
        (_folders, _disk, _store, _artifacts, _home) = (folders, disk, store, artifacts, home);

    /// <summary>Brings files that are neither in the model folders nor on the disk.</summary>
    /// <param name="workspace">Whose run it is: its own uploads count where the deployment has no such model.</param>
    /// <param name="wanted">The files.</param>
    /// <param name="uses">Holds them.</param>
    /// <param name="report">Told how many bytes of how many are there of the file that is being brought.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiffusionException">The deployment has no such content any more.</exception>
    /// <exception cref="ModelSupplyException">There is no room, or the content is not what its digest says.</exception>
    /// <exception cref="IOException">It could not be read or written.</exception>
    internal async Task BringAsync(WorkspaceId workspace, IEnumerable<ModelFileRef> wanted, ModelUses uses, Action<long, long> report, CancellationToken cancellationToken)
    {
        if (_disk is null)
        {
            return;
        }

        foreach (ModelFileRef file in wanted.DistinctBy(file => (file.Folder, file.Name, file.Digest)))
        {
            Digest digest = new(file.Digest);
            if (!digest.IsWellFormed())
            {
                throw Gone(file);
            }

            if (!uses.Has(digest) && !await IsInFoldersAsync(file, cancellationToken))
            {
                uses.Add(digest, await _disk.TakeAsync(digest, stop => FindAsync(workspace, file, stop), report, cancellationToken));
            }

            if (file.Folder == FileRef.VocabularyFolder)
            {
                await Task.Run(() => PlaceVocabulary(file, digest, cancellationToken), cancellationToken);
            }
        }
    }

    private static DiffusionException Gone(ModelFileRef file) =>
        new(DiffusionCodes.FileGone, $"The model '{file.Name}' ({file.Folder}) is no longer among the models of this deployment. Upload it again with 'vortex models push', or start a new run with another.");

    private async Task<bool> IsInFoldersAsync(ModelFileRef file, CancellationToken cancellationToken) =>
        _folders.Locate(file.Folder, file.Name) is { } path && await Task.Run(() => _folders.Digests.DigestOf(path, cancellationToken), cancellationToken) == file.Digest;

    private async ValueTask<ModelContent> FindAsync(WorkspaceId workspace, ModelFileRef file, CancellationToken cancellationToken)
    {
        Digest digest = new(file.Digest);
        if (_store is not null && await _store.StatAsync(digest, cancellationToken) is { } shared)
        {
            return new ModelContent(file.Name, digest, shared.Size, (offset, length, stop) => _store.OpenAsync(digest, offset, length, stop));
        }

        return await _artifacts.StatAsync(workspace, digest, cancellationToken) is { } own
            ? new ModelContent(file.Name, digest, own.Size, (offset, length, stop) => _artifacts.OpenAsync(workspace, digest, offset, length, stop))
            : throw Gone(file);
    }

    /// <summary>Puts a file of the tokenizer's vocabulary where the tokenizer looks for it.</summary>
    private void PlaceVocabulary(ModelFileRef file, Digest digest, CancellationToken cancellationToken)
    {
        string name = Path.GetFileName(file.Name);
        string target = Path.Combine(_home ?? ".", name.EndsWith(".js", StringComparison.Ordinal) ? ScriptFolder : VocabularyFolder, name);
        if (File.Exists(target) && _folders.Digests.DigestOf(target, cancellationToken) == digest.Value)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string part = $"{target}.{Environment.ProcessId}.part";
        File.Copy(_disk!.PathOf(digest), part, overwrite: true);
        File.Move(part, target, overwrite: true);
    }
}
