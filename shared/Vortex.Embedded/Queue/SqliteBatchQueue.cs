using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>The peek-lock queue in the database.</summary>
/// <remarks>A lease that ran out is lost even if nobody took the batch since: the holder cannot tell the two apart, so neither do we.</remarks>
internal sealed class SqliteBatchQueue : IBatchQueue
{
    private readonly Database _database;
    private readonly FairShares _shares;

    internal SqliteBatchQueue(Database database) => (_database, _shares) = (database, new FairShares(database.Options.Weights));

    private DateTimeOffset Now => _database.Time.GetUtcNow();

    /// <inheritdoc />
    public async ValueTask SendAsync(BatchMessage batch, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                QueueRows.Send(scope.Db, batch, Now);
                WakeRunners(scope);
                return true;
            },
            cancellationToken);

    /// <inheritdoc />
    public async ValueTask<BatchLease?> LeaseAsync(RunnerCapabilities runner, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        DateTimeOffset until = wait >= DateTimeOffset.MaxValue - Now ? DateTimeOffset.MaxValue : Now + wait;
        using Signals.Listener listener = _database.Signals.Listen(QueueRows.SignalName);
        while (true)
        {
            Task next = listener.Next;
            // A look costs the writer nothing; only what can be had is written for.
            (bool worthwhile, DateTimeOffset? due) = await _database.ReadAsync(
                db =>
                {
                    DateTimeOffset? nextDue = QueueRows.NextDue(db);
                    return (nextDue <= Now || QueueTurns.AnyFor(db, runner), nextDue);
                },
                cancellationToken);
            if (worthwhile)
            {
                if (await TryLeaseAsync(runner, cancellationToken) is { } lease)
                {
                    return lease;
                }

                due = await _database.ReadAsync(QueueRows.NextDue, cancellationToken);
            }

            DateTimeOffset now = Now;
            if (now >= until)
            {
                return null;
            }

            DateTimeOffset wake = due is { } at && at < until ? at : until;
            await Waiting.UntilAsync(next, wake - now, _database.Time, cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask<LeaseState> RenewAsync(BatchLease lease, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                DateTimeOffset now = Now;
                if (QueueRows.Holds(scope.Db, lease, now) is not { } cancel)
                {
                    return LeaseState.Lost;
                }

                using Statement renew = scope.Db.Use("UPDATE batches SET due_at = ? WHERE tenant = ? AND workspace = ? AND batch_id = ?");
                renew.Bind(now + _database.Options.LeaseDuration).Bind(lease.Batch.Workspace).Bind(lease.Batch.BatchId.Value).Execute();
                return cancel ? LeaseState.CancelRequested : LeaseState.Held;
            },
            cancellationToken);

    /// <inheritdoc />
    public async ValueTask<bool> CompleteAsync(BatchLease lease, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                bool held = QueueRows.Holds(scope.Db, lease, Now) is not null;
                if (held)
                {
                    QueueRows.Remove(scope.Db, lease.Batch);
                }

                return held;
            },
            cancellationToken);

    /// <inheritdoc />
    /// <remarks>A batch that was handed out as often as it may be is put aside instead, and so is one whose run was canceled.</remarks>
    public async ValueTask AbandonAsync(BatchLease lease, TimeSpan delay, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                DateTimeOffset now = Now;
                if (QueueRows.Holds(scope.Db, lease, now) is not { } cancel)
                {
                    return false;
                }

                if (cancel || lease.Attempt >= _database.Options.MaxDeliveries)
                {
                    PutAside(scope.Db, lease, cancel ? "Its run was canceled." : $"It was given back {lease.Attempt} times.");
                    return true;
                }

                using Statement back = scope.Db.Use("""
                    UPDATE batches SET state = ?, due_at = ?, token = NULL, runner_id = NULL WHERE tenant = ? AND workspace = ? AND batch_id = ?
                    """);
                bool later = delay > TimeSpan.Zero;
                back.Bind(later ? QueueRows.Delayed : QueueRows.Waiting).Bind(later ? (now + delay).UtcTicks : null)
                    .Bind(lease.Batch.Workspace).Bind(lease.Batch.BatchId.Value).Execute();
                WakeRunners(scope);
                return true;
            },
            cancellationToken);

    /// <inheritdoc />
    public async ValueTask DeadLetterAsync(BatchLease lease, string reason, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                bool held = QueueRows.Holds(scope.Db, lease, Now) is not null;
                if (held)
                {
                    PutAside(scope.Db, lease, reason);
                }

                return held;
            },
            cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<BatchId>> CancelAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                QueueRows.Sweep(scope.Db, Now, _database.Options.MaxDeliveries);
                List<BatchId> removed = [];
                // The primary key begins with the same two columns, and without statistics SQLite takes it for as good.
                using (Statement remove = scope.Db.Use("DELETE FROM batches INDEXED BY batches_by_run WHERE tenant = ? AND workspace = ? AND run_id = ? AND state IN (0, 3) RETURNING batch_id").Bind(workspace).Bind(run.Value))
                {
                    while (remove.Read())
                    {
                        removed.Add(new BatchId(remove.Text(0)));
                    }
                }

                using Statement mark = scope.Db.Use("UPDATE batches INDEXED BY batches_by_run SET cancel = 1 WHERE tenant = ? AND workspace = ? AND run_id = ? AND state = 1");
                mark.Bind(workspace).Bind(run.Value).Execute();
                return removed;
            },
            cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<DeadBatch>> FindDeadAsync(int max, CancellationToken cancellationToken = default)
    {
        if (await _database.ReadAsync(QueueRows.NextDue, cancellationToken) <= Now)
        {
            await _database.WriteAsync(
                scope =>
                {
                    QueueRows.Sweep(scope.Db, Now, _database.Options.MaxDeliveries);
                    WakeRunners(scope);
                    return true;
                },
                cancellationToken);
        }

        return await _database.ReadAsync(
            db =>
            {
                List<DeadBatch> found = [];
                using Statement dead = db.Use("SELECT message, attempt, reason FROM batches WHERE state = 2 ORDER BY sent_at LIMIT ?").Bind(max);
                while (dead.Read())
                {
                    found.Add(new DeadBatch(dead.Json<BatchMessage>(0), dead.Int(1), dead.Text(2)));
                }

                return found;
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask ForgetDeadAsync(DeadBatch batch, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                using Statement forget = scope.Db.Use("DELETE FROM batches WHERE tenant = ? AND workspace = ? AND batch_id = ? AND dispatch = ? AND state = 2");
                return forget.Bind(batch.Batch.Workspace).Bind(batch.Batch.BatchId.Value).Bind(batch.Batch.Dispatch).Execute();
            },
            cancellationToken);

    private static void PutAside(Connection db, BatchLease lease, string reason)
    {
        using Statement aside = db.Use("UPDATE batches SET state = 2, due_at = NULL, token = NULL, reason = ? WHERE tenant = ? AND workspace = ? AND batch_id = ?");
        aside.Bind(reason).Bind(lease.Batch.Workspace).Bind(lease.Batch.BatchId.Value).Execute();
    }

    private async Task<BatchLease?> TryLeaseAsync(RunnerCapabilities runner, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            scope =>
            {
                DateTimeOffset now = Now;
                QueueRows.Sweep(scope.Db, now, _database.Options.MaxDeliveries);
                return QueueTurns.NextFor(scope.Db, runner, _shares) is { } waiting
                    ? QueueRows.Take(scope.Db, waiting, runner, now + _database.Options.LeaseDuration)
                    : null;
            },
            cancellationToken);

    private void WakeRunners(WriteScope scope) => scope.AfterCommit(() => _database.Signals.Pulse(QueueRows.SignalName));
}
