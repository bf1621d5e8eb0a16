using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>A waiting batch as a row: where it is and what it asks for.</summary>
internal sealed record WaitingBatch(WorkspaceId Workspace, string BatchId);

/// <summary>How batches and lanes lie in rows. Every method here runs inside one transaction.</summary>
internal static class QueueRows
{
    internal const int Waiting = 0;
    internal const int Leased = 1;
    internal const int Dead = 2;
    internal const int Delayed = 3;

    internal const string SignalName = "queue";

    /// <summary>Returns when the next lease runs out or the next delay is over; null when nothing is pending.</summary>
    internal static DateTimeOffset? NextDue(Connection db)
    {
        using Statement due = db.Use("SELECT min(due_at) FROM batches WHERE state IN (1, 3)");
        return due.Read() ? due.TimeOrNull(0) : null;
    }

    /// <summary>Brings back what is due: delays that are over, leases that ran out. What was delivered too often, or is to be canceled, is put aside.</summary>
    internal static void Sweep(Connection db, DateTimeOffset now, int maxDeliveries)
    {
        if (NextDue(db) is not { } due || due > now)
        {
            return;
        }

        // "state IN (1, 3)" repeats the condition of the index of due batches; without it SQLite does not see that the index serves.
        using (Statement delays = db.Use("UPDATE batches SET state = 0, due_at = NULL WHERE state IN (1, 3) AND state = 3 AND due_at <= ?"))
        {
            delays.Bind(now).Execute();
        }

        using (Statement canceled = db.Use("""
            UPDATE batches SET state = 2, due_at = NULL, token = NULL, reason = 'Its run was canceled and its holder went silent.'
            WHERE state IN (1, 3) AND state = 1 AND due_at <= ? AND cancel = 1
            """))
        {
            canceled.Bind(now).Execute();
        }

        using (Statement poison = db.Use("""
            UPDATE batches SET state = 2, due_at = NULL, token = NULL,
                reason = 'It was handed out ' || attempt || ' times and no holder answered. It may take its runner down; see the runner''s log.'
            WHERE state IN (1, 3) AND state = 1 AND due_at <= ? AND attempt >= ?
            """))
        {
            poison.Bind(now).Bind(maxDeliveries).Execute();
        }

        using Statement expired = db.Use("UPDATE batches SET state = 0, due_at = NULL, token = NULL, runner_id = NULL WHERE state IN (1, 3) AND state = 1 AND due_at <= ?");
        expired.Bind(now).Execute();
    }

    /// <summary>Adds a batch, replacing an earlier dispatch of it. One that has been answered for is not handed out again.</summary>
    internal static void Send(Connection db, BatchMessage batch, DateTimeOffset now)
    {
        using (Statement answered = db.Use("SELECT 1 FROM batch_reports WHERE tenant = ? AND workspace = ? AND run_id = ? AND batch_id = ? AND dispatch = ?"))
        {
            if (answered.Bind(batch.Workspace).Bind(batch.RunId.Value).Bind(batch.BatchId.Value).Bind(batch.Dispatch).Read())
            {
                return;
            }
        }

        using (Statement known = db.Use("SELECT dispatch FROM batches WHERE tenant = ? AND workspace = ? AND batch_id = ?").Bind(batch.Workspace).Bind(batch.BatchId.Value))
        {
            if (known.Read() && known.Int(0) >= batch.Dispatch)
            {
                return;
            }
        }

        using (Statement join = db.Use("""
            INSERT INTO lane_runs (tenant, workspace, run_id, priority, place, since)
            VALUES (?, ?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM lane_runs), ?)
            ON CONFLICT DO NOTHING
            """))
        {
            join.Bind(batch.Workspace).Bind(batch.RunId.Value).Bind(batch.Priority).Bind(now).Execute();
        }

        using Statement insert = db.Use("""
            INSERT OR REPLACE INTO batches (tenant, workspace, batch_id, run_id, dispatch, message, requires, state, priority, place, number, sent_at)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, priority, place,
                (SELECT coalesce(max(number), 0) + 1 FROM batches WHERE tenant = ?1 AND workspace = ?2 AND run_id = ?4), ?8
            FROM lane_runs WHERE tenant = ?1 AND workspace = ?2 AND run_id = ?4
            """);
        insert.Bind(batch.Workspace).Bind(batch.BatchId.Value).Bind(batch.RunId.Value).Bind(batch.Dispatch).BindJson(batch).BindJson(batch.Requires).Bind(now).Execute();
    }

    /// <summary>Hands a waiting batch to a runner.</summary>
    internal static BatchLease Take(Connection db, WaitingBatch waiting, RunnerCapabilities runner, DateTimeOffset expires)
    {
        // The token need not be secret, only never the same twice.
        string token = Guid.NewGuid().ToString("n");
        using Statement take = db.Use("""
            UPDATE batches SET state = 1, attempt = attempt + 1, token = ?, runner_id = ?, backend = ?, due_at = ?
            WHERE tenant = ? AND workspace = ? AND batch_id = ? RETURNING message, attempt
            """);
        take.Bind(token).Bind(runner.RunnerId).Bind(QueueTurns.BackendOf(runner)).Bind(expires).Bind(waiting.Workspace).Bind(waiting.BatchId);
        take.Read();
        BatchLease lease = new(take.Json<BatchMessage>(0), token, take.Int(1), expires);
        // A statement with RETURNING has done its work only once it is stepped to its end.
        take.Execute();
        QueueTurns.Note(db, waiting.Workspace, runner);
        return lease;
    }

    /// <summary>Says whether a lease still holds.</summary>
    /// <returns>Whether a cancel was asked for; null when the lease is lost.</returns>
    internal static bool? Holds(Connection db, BatchLease lease, DateTimeOffset now)
    {
        using Statement held = db.Use("SELECT cancel FROM batches WHERE tenant = ? AND workspace = ? AND batch_id = ? AND state = 1 AND token = ? AND due_at > ?");
        return held.Bind(lease.Batch.Workspace).Bind(lease.Batch.BatchId.Value).Bind(lease.Token).Bind(now).Read() ? held.Int(0) == 1 : null;
    }

    internal static void Remove(Connection db, BatchMessage batch)
    {
        using Statement remove = db.Use("DELETE FROM batches WHERE tenant = ? AND workspace = ? AND batch_id = ?");
        remove.Bind(batch.Workspace).Bind(batch.BatchId.Value).Execute();
    }
}
