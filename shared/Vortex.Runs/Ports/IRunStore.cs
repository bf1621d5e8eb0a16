using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Keeps runs and their append-only event logs. What was acknowledged survives the process.</summary>
public interface IRunStore
{
    /// <summary>Stores a run and its first event in one transaction.</summary>
    /// <returns>The stored record. If a run with this id exists already, that one, unchanged.</returns>
    ValueTask<RunRecord> CreateAsync(WorkspaceId workspace, RunRecord run, RunEventDraft first, CancellationToken cancellationToken = default);

    /// <summary>Reads a run; null when the workspace has none of that id.</summary>
    ValueTask<RunRecord?> FindAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default);

    /// <summary>Lists runs, newest first.</summary>
    ValueTask<Page<RunRecord>> ListAsync(WorkspaceId workspace, RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>Appends events, changes the record and keeps node outputs, all in one transaction.</summary>
    /// <remarks>
    /// Numbers are given without gaps in order of commits. An event whose <see cref="RunEventDraft.OnceKey"/> the run has seen
    /// is dropped. Every event carries the request id of its run. Once the run's status is terminal nothing is written any more and the result says so.
    /// </remarks>
    /// <returns>The number of the run's last event, and whether anything was written.</returns>
    /// <exception cref="KeyNotFoundException">The workspace has no such run.</exception>
    ValueTask<CommitResult> CommitAsync(WorkspaceId workspace, RunId run, RunCommit commit, CancellationToken cancellationToken = default);

    /// <summary>Reads events with numbers greater than <paramref name="after"/>, in order, at most <paramref name="max"/>.</summary>
    ValueTask<IReadOnlyList<RunEvent>> ReadEventsAsync(WorkspaceId workspace, RunId run, long after, int max, CancellationToken cancellationToken = default);

    /// <summary>Streams events with numbers greater than <paramref name="after"/>: those there are, then those to come, each once and in order.</summary>
    /// <remarks>Ends after the run's last event. Ends at once for a run that does not exist.</remarks>
    IAsyncEnumerable<RunEvent> FollowEventsAsync(WorkspaceId workspace, RunId run, long after, CancellationToken cancellationToken = default);

    /// <summary>Reads the outputs that nodes of a run have stored; nodes without are absent.</summary>
    ValueTask<IReadOnlyDictionary<NodeId, NodeOutputs>> ReadOutputsAsync(WorkspaceId workspace, RunId run, IReadOnlyCollection<NodeId> nodes, CancellationToken cancellationToken = default);

    /// <summary>Reads an artifact's record; null when the workspace has none of that id.</summary>
    ValueTask<ArtifactRecord?> FindArtifactAsync(WorkspaceId workspace, ArtifactId artifact, CancellationToken cancellationToken = default);

    /// <summary>Lists the artifacts of a run in order of appearance.</summary>
    ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, RunId run, string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>Lists the artifacts of the workspace, the last to appear first.</summary>
    /// <remarks>A page may be short, or even empty, while there is more: a store that looks through much to find little stops now and again. Only a missing cursor is the end.</remarks>
    ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, ArtifactQuery query, CancellationToken cancellationToken = default);

    /// <summary>Finds runs that are not terminal, in any workspace, oldest first: what a host looks after when it starts.</summary>
    ValueTask<IReadOnlyList<(WorkspaceId Workspace, RunId Run)>> FindUnfinishedAsync(int max, CancellationToken cancellationToken = default);
}

/// <summary>What <see cref="IRunStore.CommitAsync"/> did.</summary>
/// <param name="LastSequence">The number of the run's last event.</param>
/// <param name="Written">False when the run had ended before.</param>
public sealed record CommitResult(long LastSequence, bool Written);

/// <summary>Which runs to list.</summary>
public sealed record RunQuery
{
    /// <summary>Gets the status; null for all.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Gets the stored workflow; null for all.</summary>
    public WorkflowId? WorkflowId { get; init; }

    /// <summary>Gets a tag the run must have; null for all.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets the earliest creation time, inclusive.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Gets the latest creation time, exclusive.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>Gets where to go on; null for the beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>Gets the most entries, 1 to 200.</summary>
    public int Limit { get; init; } = 50;
}
