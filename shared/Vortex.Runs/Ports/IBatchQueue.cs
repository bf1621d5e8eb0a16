namespace Vortex.Runs;

/// <summary>Hands batches to runners and takes back what became of them.</summary>
/// <remarks>
/// <para>
/// Delivery is at least once. A batch whose lease runs out is handed out again with a higher <see cref="BatchLease.Attempt"/>; the holder of
/// the old lease learns of it from <see cref="RenewAsync"/> at the latest and must stop.
/// </para>
/// <para>
/// Workspaces share the runners by <see cref="FairShares"/>: whoever holds the fewest batches for its weight is served next, then who was served longest ago, and
/// nobody starves. Inside a workspace order is by priority, then the run's place in its lane (which <see cref="ILaneControl.MoveAsync"/> changes), then age. All this
/// as far as one can see: runners that ask at the same moment may be answered as if they had asked before each other.
/// </para>
/// <para>What a lease costs does not grow with the number of batches that wait; it may grow with the number of workspaces that have some.</para>
/// </remarks>
public interface IBatchQueue
{
    /// <summary>Adds a batch. Sending one <see cref="BatchId"/> with the same <see cref="BatchMessage.Dispatch"/> twice costs at most a second delivery.</summary>
    ValueTask SendAsync(BatchMessage batch, CancellationToken cancellationToken = default);

    /// <summary>Waits up to <paramref name="wait"/> for a batch whose requirements the runner meets: the best of the workspace whose turn it is.</summary>
    /// <returns>The lease, or null when nothing matched in time.</returns>
    ValueTask<BatchLease?> LeaseAsync(RunnerCapabilities runner, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>Keeps a lease for another period and tells whether to go on.</summary>
    ValueTask<LeaseState> RenewAsync(BatchLease lease, CancellationToken cancellationToken = default);

    /// <summary>Removes a batch that is done.</summary>
    /// <returns>False when the lease was lost before; the work then counts as not done by this holder.</returns>
    ValueTask<bool> CompleteAsync(BatchLease lease, CancellationToken cancellationToken = default);

    /// <summary>Gives a batch back; it is handed out again after <paramref name="delay"/>.</summary>
    ValueTask AbandonAsync(BatchLease lease, TimeSpan delay, CancellationToken cancellationToken = default);

    /// <summary>Puts a batch aside for good.</summary>
    ValueTask DeadLetterAsync(BatchLease lease, string reason, CancellationToken cancellationToken = default);

    /// <summary>Removes the waiting batches of a run and marks the leased ones, so that their holders stop.</summary>
    /// <returns>The batches that were removed before anybody held them.</returns>
    ValueTask<IReadOnlyList<BatchId>> CancelAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default);

    /// <summary>Returns batches put aside, by a holder or after too many deliveries, and not yet answered for.</summary>
    ValueTask<IReadOnlyList<DeadBatch>> FindDeadAsync(int max, CancellationToken cancellationToken = default);

    /// <summary>Forgets a batch put aside, once its run knows.</summary>
    ValueTask ForgetDeadAsync(DeadBatch batch, CancellationToken cancellationToken = default);
}

/// <summary>A batch put aside.</summary>
public sealed record DeadBatch(BatchMessage Batch, int Attempts, string Reason);
