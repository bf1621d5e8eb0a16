using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Azure;

/// <summary>A run store whose commits are told: whoever writes through it cannot forget to.</summary>
/// <remarks>A commit is noted after it was written, and never waits for being told.</remarks>
internal sealed class TellingRunStore(IRunStore store, RunEventPublisher publisher) : IRunStore
{
    /// <inheritdoc />
    public async ValueTask<RunRecord> CreateAsync(WorkspaceId workspace, RunRecord run, RunEventDraft first, CancellationToken cancellationToken = default)
    {
        RunRecord stored = await store.CreateAsync(workspace, run, first, cancellationToken);
        // Of a run that was there already, whose creator may have died before it told, the last event once more.
        publisher.Note(workspace, run.Id, stored.LastSequence - 1);
        return stored;
    }

    /// <inheritdoc />
    public async ValueTask<CommitResult> CommitAsync(WorkspaceId workspace, RunId run, RunCommit commit, CancellationToken cancellationToken = default)
    {
        CommitResult result = await store.CommitAsync(workspace, run, commit, cancellationToken);
        if (result.Written && !commit.Events.IsEmpty)
        {
            // Events that the run had seen already were dropped, so this may begin too early; what was told is left out.
            publisher.Note(workspace, run, Math.Max(0, result.LastSequence - commit.Events.Length));
        }

        return result;
    }

    /// <inheritdoc />
    public ValueTask<RunRecord?> FindAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default) => store.FindAsync(workspace, run, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<RunRecord>> ListAsync(WorkspaceId workspace, RunQuery query, CancellationToken cancellationToken = default) => store.ListAsync(workspace, query, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RunEvent>> ReadEventsAsync(WorkspaceId workspace, RunId run, long after, int max, CancellationToken cancellationToken = default) =>
        store.ReadEventsAsync(workspace, run, after, max, cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<RunEvent> FollowEventsAsync(WorkspaceId workspace, RunId run, long after, CancellationToken cancellationToken = default) =>
        store.FollowEventsAsync(workspace, run, after, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyDictionary<NodeId, NodeOutputs>> ReadOutputsAsync(WorkspaceId workspace, RunId run, IReadOnlyCollection<NodeId> nodes, CancellationToken cancellationToken = default) =>
        store.ReadOutputsAsync(workspace, run, nodes, cancellationToken);

    /// <inheritdoc />
    public ValueTask<ArtifactRecord?> FindArtifactAsync(WorkspaceId workspace, ArtifactId artifact, CancellationToken cancellationToken = default) =>
        store.FindArtifactAsync(workspace, artifact, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, RunId run, string? cursor, int limit, CancellationToken cancellationToken = default) =>
        store.ListArtifactsAsync(workspace, run, cursor, limit, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, ArtifactQuery query, CancellationToken cancellationToken = default) =>
        store.ListArtifactsAsync(workspace, query, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<(WorkspaceId Workspace, RunId Run)>> FindUnfinishedAsync(int max, CancellationToken cancellationToken = default) =>
        store.FindUnfinishedAsync(max, cancellationToken);
}
