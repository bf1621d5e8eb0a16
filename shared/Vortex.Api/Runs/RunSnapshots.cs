using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Reads what a run was made of.</summary>
internal static class RunSnapshots
{
    /// <summary>Reads a run's snapshot; null when its content is gone.</summary>
    public static async ValueTask<RunSnapshot?> FindAsync(WorkspaceId workspace, IArtifactStore store, RunRecord run, CancellationToken cancellationToken) =>
        await store.StatAsync(workspace, run.Snapshot, cancellationToken) is null
            ? null
            : await store.ReadJsonAsync<RunSnapshot>(workspace, run.Snapshot, cancellationToken);
}
