using System.Collections.Immutable;

namespace Vortex.Runs;

/// <summary>Names files of a workspace: uploads and inputs. Content lies in the artifact store.</summary>
public interface IFileStore
{
    /// <summary>Gives content a name; a name in use then means the new content.</summary>
    /// <exception cref="ArgumentException">The name is absolute, leaves the workspace or has control characters.</exception>
    ValueTask PutAsync(WorkspaceId workspace, FileRef file, CancellationToken cancellationToken = default);

    /// <summary>Finds what a name means now; null when nothing.</summary>
    ValueTask<FileRef?> FindAsync(WorkspaceId workspace, string name, CancellationToken cancellationToken = default);

    /// <summary>Lists files by name.</summary>
    ValueTask<Page<FileRef>> ListAsync(WorkspaceId workspace, string? prefix, string? cursor, int limit, CancellationToken cancellationToken = default);
}

/// <summary>Resolves the names that <c>File</c> and <c>ModelRef</c> inputs hold when a run is submitted.</summary>
/// <remarks>A folder on this machine, the workspace's uploads, a model library: a host composes what it has.</remarks>
public interface IFileResolver
{
    /// <summary>Finds a file and makes sure that a runner can read its content.</summary>
    /// <remarks>
    /// The content of a <c>File</c> is put into the artifact store. That of a model is not (it may have gigabytes): the reference then names its
    /// <see cref="FileRef.ModelFolder"/>, and runners find it by digest in their own model folders.
    /// </remarks>
    /// <param name="workspace">The isolation domain.</param>
    /// <param name="name">What the document says, such as <c>photo.png</c> or <c>sub/photo.png [input]</c>.</param>
    /// <param name="modelFolder">The model folder for a <c>ModelRef</c>; null for a <c>File</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The file, or the problem: unknown, outside the folder, too large.</returns>
    ValueTask<FileResolution> ResolveAsync(WorkspaceId workspace, string name, string? modelFolder, CancellationToken cancellationToken = default);

    /// <summary>Finds the files that decide what a prompt means beside its words: the textual inversions it may name, and the tokenizer's vocabulary.</summary>
    /// <remarks>More files than the prompt names cost at most a repetition; one too few would serve a result of a file that was replaced.</remarks>
    /// <param name="workspace">The isolation domain.</param>
    /// <param name="text">The prompt; null where nodes of the run make it, so that any textual inversion may be named.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The files in a fixed order, each with its <see cref="FileRef.ModelFolder"/>; null, which is the default, for a host that has no models.</returns>
    ValueTask<ImmutableArray<FileRef>?> PromptFilesAsync(WorkspaceId workspace, string? text, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<ImmutableArray<FileRef>?>(null);
}

/// <summary>A file, or why there is none.</summary>
public sealed record FileResolution(FileRef? File, RunProblem? Problem);
