using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Reads and writes lease records. Each write names the ETag it was decided on.</summary>
internal sealed partial class BatchRecords(DocumentContainer documents, Packing packing, BatchQueueOptions options, TimeProvider time)
{
    private const int PageSize = 100;
    private const int MostOfARun = 100_000;

    // A run keeps its place between its batches, and no run works on one for a month.
    private static readonly TimeSpan s_laneKept = TimeSpan.FromDays(30);

    private long _lastPlace;

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Adds a batch, replacing an earlier dispatch of it.</summary>
    internal async ValueTask AddAsync(BatchMessage batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            BatchDocument? known = await FindAsync(batch, cancellationToken);
            if (known?.Dispatch >= batch.Dispatch)
            {
                // A sender that died between the two lines sends again.
                await OpenLaneAsync(batch.Workspace, cancellationToken);
                return;
            }

            LaneDocument lane = await documents.FindAsync<LaneDocument>(batch.Workspace, batch.RunId.Value, LaneDocument.TheId, cancellationToken)
                ?? Document.In(batch.Workspace, batch.RunId.Value, new LaneDocument { Id = LaneDocument.TheId, Kind = LaneDocument.TheKind, Priority = batch.Priority, Place = NextPlace(), Next = 0 }, s_laneKept);
            BatchDocument added = Document.In(batch.Workspace, batch.RunId.Value, new BatchDocument
            {
                Id = BatchDocument.IdOf(batch.BatchId),
                Kind = BatchDocument.TheKind,
                ETag = known?.ETag,
                Open = true,
                Leased = false,
                Due = BatchDocument.AtOnce,
                Priority = lane.Priority,
                Place = lane.Place,
                Number = lane.Next,
                Rank = BatchDocument.RankOf(lane.Priority, lane.Place, lane.Next),
                Wants = BackendOf(batch.Requires.Backend),
                Memory = batch.Requires.MemoryBytes,
                Sent = Now,
                Dispatch = batch.Dispatch,
                Message = await packing.PackAsync(batch.Workspace, batch, cancellationToken),
            });
            if (await documents.CommitAsync(batch.Workspace, batch.RunId.Value, [lane with { Next = lane.Next + 1 }, added], cancellationToken))
            {
                await OpenLaneAsync(batch.Workspace, cancellationToken);
                return;
            }
        }
    }

    /// <summary>Returns when the next lease runs out or the next delay is over; null when nothing is pending.</summary>
    internal async ValueTask<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        List<BatchDocument> next = await documents.QueryEverywhereAsync<BatchDocument>(
            "*", "c.kind = @kind AND c.open = true AND c.due > @now ORDER BY c.due", [("@kind", BatchDocument.TheKind), ("@now", DocumentKeys.Time(Now))], 1, cancellationToken);
        return next.Count == 0 ? null : new DateTimeOffset(long.Parse(next[0].Due, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero);
    }

    /// <summary>Reads batches that have been ready since a time and that lanes hand out, the best first. What shall not be tried again is put aside.</summary>
    internal async ValueTask<List<BatchMessage>> ReadyAsync(DateTimeOffset since, int max, CancellationToken cancellationToken)
    {
        HashSet<WorkspaceId> paused = await PausedAsync(cancellationToken);
        List<BatchMessage> ready = [];
        string behind = "";
        List<BatchDocument> page;
        do
        {
            page = await documents.QueryEverywhereAsync<BatchDocument>(
                "*",
                "c.kind = @kind AND c.open = true AND c.due <= @since AND c.rank > @behind ORDER BY c.rank",
                [("@kind", BatchDocument.TheKind), ("@since", DocumentKeys.Time(since)), ("@behind", behind)],
                PageSize,
                cancellationToken);
            // What may be handed out at once is due since ever, and ready since it was sent.
            foreach (BatchDocument batch in page.Where(batch => batch.Sent <= since && !paused.Contains(batch.WorkspaceId)))
            {
                if (ready.Count == max)
                {
                    return ready;
                }

                if (!await BuryIfDoneAsync(batch, cancellationToken))
                {
                    ready.Add(await MessageAsync(batch, cancellationToken));
                }
            }

            behind = page.Count == 0 ? behind : page[^1].Rank;
        }
        while (page.Count == PageSize);
        return ready;
    }

    /// <summary>Reads batches that runners hold, at most as many as asked for.</summary>
    internal async ValueTask<List<BatchMessage>> HeldAsync(int max, CancellationToken cancellationToken)
    {
        List<BatchMessage> held = [];
        foreach (BatchDocument batch in await documents.QueryEverywhereAsync<BatchDocument>(
            "*", "c.kind = @kind AND c.open = true AND c.leased = true AND c.due > @now", [("@kind", BatchDocument.TheKind), ("@now", DocumentKeys.Time(Now))], max, cancellationToken))
        {
            held.Add(await MessageAsync(batch, cancellationToken));
        }

        return held;
    }

    /// <summary>Changes a record whose lease still holds, or removes it.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="change">The record as it shall be; null to remove it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The record as it was; null when the lease is lost. A lease that ran out is lost even if nobody took the batch since.</returns>
    internal async ValueTask<BatchDocument?> ChangeAsync(BatchLease lease, Func<BatchDocument, BatchDocument?> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync(lease.Batch, cancellationToken) is not { } held || held.Token != lease.Token || !held.IsHeld(Now))
            {
                return null;
            }

            if (change(held) is { } next
                ? await documents.WriteAsync(lease.Batch.Workspace, next, cancellationToken) is not null
                : await documents.RemoveAsync(lease.Batch.Workspace, held, cancellationToken))
            {
                return held;
            }
        }
    }

    /// <summary>Reads every batch of a run that may still be handed out or is.</summary>
    internal ValueTask<List<BatchDocument>> OfRunAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken) =>
        documents.QueryAsync<BatchDocument>(workspace, run.Value, "*", "c.kind = @kind AND c.open = true ORDER BY c.rank", [("@kind", BatchDocument.TheKind)], MostOfARun, cancellationToken);

    /// <summary>Reads every batch of a workspace that may still be handed out or is, in the order in which they are.</summary>
    internal ValueTask<List<BatchDocument>> OfWorkspaceAsync(WorkspaceId workspace, CancellationToken cancellationToken) =>
        documents.QueryAsync<BatchDocument>(workspace, null, "*", "c.kind = @kind AND c.open = true ORDER BY c.rank", [("@kind", BatchDocument.TheKind)], MostOfARun, cancellationToken);

    /// <summary>Takes a batch out, or tells its holder to stop.</summary>
    /// <returns>True when it was removed before anybody held it.</returns>
    internal async ValueTask<bool> CancelAsync(BatchDocument batch, CancellationToken cancellationToken)
    {
        for (BatchDocument? read = batch; read is { Open: true }; read = await documents.FindAsync<BatchDocument>(batch.WorkspaceId, batch.Scope, batch.Id, cancellationToken))
        {
            if (await BuryIfDoneAsync(read, cancellationToken))
            {
                return false;
            }

            if (!read.IsHeld(Now))
            {
                if (await documents.RemoveAsync(batch.WorkspaceId, read, cancellationToken))
                {
                    return true;
                }
            }
            else if (await documents.WriteAsync(batch.WorkspaceId, read with { Cancel = true }, cancellationToken) is not null)
            {
                return false;
            }
        }

        return false;
    }

    internal async ValueTask<List<DeadBatch>> DeadAsync(int max, CancellationToken cancellationToken)
    {
        // Poison shows although nobody asks for work.
        foreach (BatchDocument expired in await documents.QueryEverywhereAsync<BatchDocument>(
            "*", "c.kind = @kind AND c.open = true AND c.leased = true AND c.due <= @now", [("@kind", BatchDocument.TheKind), ("@now", DocumentKeys.Time(Now))], 1_000, cancellationToken))
        {
            await BuryIfDoneAsync(expired, cancellationToken);
        }

        List<DeadBatch> dead = [];
        foreach (BatchDocument one in await documents.QueryEverywhereAsync<BatchDocument>(
            "*", "c.kind = @kind AND c.open = false ORDER BY c.rank", [("@kind", BatchDocument.TheKind)], max, cancellationToken))
        {
            dead.Add(new DeadBatch(await MessageAsync(one, cancellationToken), one.Attempt, one.Reason ?? ""));
        }

        return dead;
    }

    internal async ValueTask ForgetDeadAsync(BatchMessage batch, CancellationToken cancellationToken)
    {
        while (await FindAsync(batch, cancellationToken) is { Open: false } dead && !await documents.RemoveAsync(batch.Workspace, dead, cancellationToken))
        {
        }
    }

    internal ValueTask<BatchMessage> MessageAsync(BatchDocument batch, CancellationToken cancellationToken) =>
        packing.UnpackAsync<BatchMessage>(batch.WorkspaceId, batch.Message, cancellationToken);

    internal static BatchDocument Dead(BatchDocument batch, string reason) => batch with { Open = false, Leased = false, Token = null, Backend = null, Reason = reason };

    private ValueTask<BatchDocument?> FindAsync(BatchMessage batch, CancellationToken cancellationToken) =>
        documents.FindAsync<BatchDocument>(batch.Workspace, batch.RunId.Value, BatchDocument.IdOf(batch.BatchId), cancellationToken);

    private async ValueTask<HashSet<WorkspaceId>> PausedAsync(CancellationToken cancellationToken) =>
        [.. (await documents.QueryEverywhereAsync<PausedDocument>("*", "c.kind = @kind AND c.paused = true", [("@kind", PausedDocument.TheKind)], MostOfARun, cancellationToken))
            .Select(lane => lane.WorkspaceId)];

    /// <summary>Puts a batch aside whose holder went silent and that shall not be tried again.</summary>
    private async ValueTask<bool> BuryIfDoneAsync(BatchDocument batch, CancellationToken cancellationToken)
    {
        if (!batch.Leased || batch.IsHeld(Now) || !(batch.Cancel || batch.Attempt >= options.MaxDeliveries))
        {
            return false;
        }

        string reason = batch.Cancel
            ? "Its run was canceled and its holder went silent."
            : $"It was handed out {batch.Attempt} times and no holder answered. It may take its runner down; see the runner's log.";
        await documents.WriteAsync(batch.WorkspaceId, Dead(batch, reason), cancellationToken);
        return true;
    }

    /// <summary>Returns a place behind all that this process gave out. Between processes the time decides.</summary>
    private string NextPlace() => DocumentKeys.Number(Behind(ref _lastPlace));

    /// <summary>Returns the time in ticks, or what follows the last answer where the clock stood still or went back.</summary>
    private long Behind(ref long latest)
    {
        long last;
        long next;
        do
        {
            last = Volatile.Read(ref latest);
            next = Math.Max(last + 1, Now.UtcTicks);
        }
        while (Interlocked.CompareExchange(ref latest, next, last) != last);
        return next;
    }
}
