using Vortex.Nodes;
using Vortex.Runs;

namespace Vortex.Runner;

/// <summary>A file that the run froze, read from the artifact store.</summary>
internal sealed class StoredFile(IArtifactStore store, WorkspaceId workspace, FileRef file) : NodeFile
{
    public FileRef Reference => file;

    public override string Name => file.Name;

    public override string Digest => file.Digest.Value;

    public override long Size => file.Size;

    public override async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken = default) =>
        await store.OpenAsync(workspace, file.Digest, cancellationToken: cancellationToken)
        ?? throw new NodeProblemException(
            "node.file_gone", null, $"The content of '{file.Name}' is no longer stored. Bring the file again and start a new run.");
}
