namespace Vortex.Runner.Tests;

/// <summary>A queue whose cable can be pulled.</summary>
internal sealed class CutQueue(IBatchQueue inner) : IBatchQueue
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsCut { get; set; }

    /// <summary>Gets what ends when somebody asked for a batch.</summary>
    public Task Asked => _asked.Task;

    public ValueTask<BatchLease?> LeaseAsync(RunnerCapabilities runner, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        _asked.TrySetResult();
        return IsCut ? throw new IOException("The cable is out.") : inner.LeaseAsync(runner, wait, cancellationToken);
    }

    public ValueTask SendAsync(BatchMessage batch, CancellationToken cancellationToken = default) => inner.SendAsync(batch, cancellationToken);

    public ValueTask<LeaseState> RenewAsync(BatchLease lease, CancellationToken cancellationToken = default) => inner.RenewAsync(lease, cancellationToken);

    public ValueTask<bool> CompleteAsync(BatchLease lease, CancellationToken cancellationToken = default) => inner.CompleteAsync(lease, cancellationToken);

    public ValueTask AbandonAsync(BatchLease lease, TimeSpan delay, CancellationToken cancellationToken = default) => inner.AbandonAsync(lease, delay, cancellationToken);

    public ValueTask DeadLetterAsync(BatchLease lease, string reason, CancellationToken cancellationToken = default) => inner.DeadLetterAsync(lease, reason, cancellationToken);

    public ValueTask<IReadOnlyList<BatchId>> CancelAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default) => inner.CancelAsync(workspace, run, cancellationToken);

    public ValueTask<IReadOnlyList<DeadBatch>> FindDeadAsync(int max, CancellationToken cancellationToken = default) => inner.FindDeadAsync(max, cancellationToken);

    public ValueTask ForgetDeadAsync(DeadBatch batch, CancellationToken cancellationToken = default) => inner.ForgetDeadAsync(batch, cancellationToken);
}
