namespace Vortex.Runner.Tests;

/// <summary>The ports as a process sees them that dies at a given step: before or after the call, and every later call fails too.</summary>
internal sealed class Dying(Bench bench, int step, bool after) : IBatchQueue, IBatchResults, IRunStore, IResultCache, IArtifactStore
{
    private int _steps;

    /// <summary>Gets whether the process has died.</summary>
    public bool IsDead { get; private set; }

    public BatchRunner Runner() => bench.NewRunner(this, this, this, this, this);

    public ValueTask SendAsync(BatchMessage batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<BatchLease?> LeaseAsync(RunnerCapabilities runner, TimeSpan wait, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Queue.LeaseAsync(runner, wait, cancellationToken));

    public ValueTask<LeaseState> RenewAsync(BatchLease lease, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Queue.RenewAsync(lease, cancellationToken));

    public ValueTask<bool> CompleteAsync(BatchLease lease, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Queue.CompleteAsync(lease, cancellationToken));

    public ValueTask AbandonAsync(BatchLease lease, TimeSpan delay, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Queue.AbandonAsync(lease, delay, cancellationToken));

    public ValueTask DeadLetterAsync(BatchLease lease, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<BatchId>> CancelAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<DeadBatch>> FindDeadAsync(int max, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask ForgetDeadAsync(DeadBatch batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask ReportAsync(BatchOutcome outcome, CancellationToken cancellationToken) =>
        StepAsync(() => bench.ReportAsync(outcome, cancellationToken));

    public ValueTask<RunRecord> CreateAsync(WorkspaceId workspace, RunRecord run, RunEventDraft first, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RunRecord?> FindAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Runs.FindAsync(workspace, run, cancellationToken));

    public ValueTask<Page<RunRecord>> ListAsync(WorkspaceId workspace, RunQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<CommitResult> CommitAsync(WorkspaceId workspace, RunId run, RunCommit commit, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Runs.CommitAsync(workspace, run, commit, cancellationToken));

    public ValueTask<IReadOnlyList<RunEvent>> ReadEventsAsync(WorkspaceId workspace, RunId run, long after, int max, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Runs.ReadEventsAsync(workspace, run, after, max, cancellationToken));

    public IAsyncEnumerable<RunEvent> FollowEventsAsync(WorkspaceId workspace, RunId run, long after, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyDictionary<NodeId, NodeOutputs>> ReadOutputsAsync(
        WorkspaceId workspace, RunId run, IReadOnlyCollection<NodeId> nodes, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Runs.ReadOutputsAsync(workspace, run, nodes, cancellationToken));

    public ValueTask<ArtifactRecord?> FindArtifactAsync(WorkspaceId workspace, ArtifactId artifact, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, RunId run, string? cursor, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, ArtifactQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<(WorkspaceId Workspace, RunId Run)>> FindUnfinishedAsync(int max, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyDictionary<CacheKey, NodeOutputs>> FindAsync(
        WorkspaceId workspace, IReadOnlyCollection<CacheKey> keys, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Cache.FindAsync(workspace, keys, cancellationToken));

    public ValueTask PutAsync(WorkspaceId workspace, IReadOnlyCollection<KeyValuePair<CacheKey, NodeOutputs>> results, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Cache.PutAsync(workspace, results, cancellationToken));

    public ValueTask<StoredContent> PutAsync(WorkspaceId workspace, Stream content, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Artifacts.PutAsync(workspace, content, cancellationToken));

    public ValueTask<Stream?> OpenAsync(WorkspaceId workspace, Digest digest, long offset, long? length, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Artifacts.OpenAsync(workspace, digest, offset, length, cancellationToken));

    public ValueTask<StoredContent?> StatAsync(WorkspaceId workspace, Digest digest, CancellationToken cancellationToken) =>
        StepAsync(() => bench.Artifacts.StatAsync(workspace, digest, cancellationToken));

    private async ValueTask<T> StepAsync<T>(Func<ValueTask<T>> call)
    {
        bool dies = Interlocked.Increment(ref _steps) >= step;
        IsDead |= dies;
        // After: the call took place and its answer reached nobody. Only the call at which the process dies, not later ones.
        if (dies && !(after && _steps == step))
        {
            throw new DeadException();
        }

        T result = await call();
        return dies ? throw new DeadException() : result;
    }

    private async ValueTask StepAsync(Func<ValueTask> call) => await StepAsync(async () =>
    {
        await call();
        return true;
    });

    private sealed class DeadException : Exception;
}
