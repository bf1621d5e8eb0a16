using System.Collections.Immutable;
using System.Globalization;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Whose turn it is, by <see cref="FairShares"/>, and what it has for a runner.</summary>
/// <remarks>
/// A lease reads two short lists, each as long as there are workspaces with work (which of them, and when they were served) or runners at work (what they hold), and then the first few
/// batches of one workspace. What waits behind those is not read, so a lease costs the same request units however much waits.
/// </remarks>
internal sealed partial class BatchRecords
{
    // The first mostly fits. Those behind it are for runners that cannot take it, or were late.
    private const int FirstLook = 4;

    private const int MostOfABacklog = 5_000;

    private readonly FairShares _shares = new(options.Weights);
    private long _lastServed;

    /// <summary>Hands the best batch of the workspace whose turn it is to a runner that may take it.</summary>
    /// <returns>The lease, or null; and whether something waits for its backend that this runner cannot take.</returns>
    internal async ValueTask<(BatchLease? Lease, bool Misfits)> ClaimAsync(RunnerCapabilities runner, CancellationToken cancellationToken)
    {
        string backend = BackendOf(runner.Backend);
        List<OpenLane> lanes = await OpenLanesAsync(backend, cancellationToken);
        bool misfits = false;
        while (lanes.Count > 0)
        {
            OpenLane lane = lanes.MinBy(one => one.Share, _shares)!;
            Attempt attempt = await ClaimAsync(lane, alone: lanes.Count == 1, runner, backend, cancellationToken);
            misfits |= attempt.Misfits;
            if (attempt.Lease is not null)
            {
                return (attempt.Lease, misfits);
            }

            lanes.Remove(lane);
            if (attempt.LostRace)
            {
                // Somebody else was faster and holds one more now: perhaps it is another workspace's turn.
                lanes.Add(lane with { Share = lane.Share with { Held = lane.Share.Held + 1 } });
            }
        }

        return (null, misfits);
    }

    /// <summary>Makes a workspace one that leasing looks at. After its batch is written: whoever saw no batch before cannot remove this any more, because it has another ETag now.</summary>
    private ValueTask OpenLaneAsync(WorkspaceId workspace, CancellationToken cancellationToken) => documents.PutAsync(
        workspace, Document.In(workspace, PausedDocument.TheScope, new OpenLaneDocument { Id = OpenLaneDocument.TheId, Kind = OpenLaneDocument.TheKind }), cancellationToken);

    /// <summary>Reads the workspaces that may have something: not paused, with what they hold and when they were served.</summary>
    private async ValueTask<List<OpenLane>> OpenLanesAsync(string backend, CancellationToken cancellationToken)
    {
        List<LaneFact> facts = await documents.QueryEverywhereAsync<LaneFact>(
            "*",
            "c.scope = @scope AND (c.kind = @open OR (c.kind = @paused AND c.paused = true) OR (c.kind = @served AND c.backend = @backend))",
            [("@scope", PausedDocument.TheScope), ("@open", OpenLaneDocument.TheKind), ("@paused", PausedDocument.TheKind), ("@served", ServedDocument.TheKind), ("@backend", backend)],
            MostOfARun,
            cancellationToken);
        ILookup<string, LaneFact> kinds = facts.ToLookup(fact => fact.Kind, StringComparer.Ordinal);
        HashSet<WorkspaceId> paused = [.. kinds[PausedDocument.TheKind].Select(fact => fact.WorkspaceId)];
        List<LaneFact> open = [.. kinds[OpenLaneDocument.TheKind].Where(lane => !paused.Contains(lane.WorkspaceId))];
        if (open.Count < 2)
        {
            // Who is alone has every turn.
            return [.. open.Select(lane => new OpenLane(new WorkspaceShare(lane.WorkspaceId, 0, null), lane))];
        }

        Dictionary<WorkspaceId, int> held = await HeldByWorkspaceAsync(backend, cancellationToken);
        Dictionary<WorkspaceId, long> served = [];
        foreach (LaneFact fact in kinds[ServedDocument.TheKind])
        {
            served[fact.WorkspaceId] = long.Parse(fact.Served!, CultureInfo.InvariantCulture);
        }

        return [.. open.Select(lane => new OpenLane(
            new WorkspaceShare(lane.WorkspaceId, held.GetValueOrDefault(lane.WorkspaceId), served.TryGetValue(lane.WorkspaceId, out long at) ? at : null), lane))];
    }

    private async ValueTask<Dictionary<WorkspaceId, int>> HeldByWorkspaceAsync(string backend, CancellationToken cancellationToken) =>
        (await documents.QueryEverywhereAsync<HeldFact>(
            "c.tenant, c.workspace",
            "c.kind = @kind AND c.open = true AND c.leased = true AND c.backend = @backend AND c.due > @now",
            [("@kind", BatchDocument.TheKind), ("@backend", backend), ("@now", DocumentKeys.Time(Now))],
            MostOfARun,
            cancellationToken)).CountBy(one => new WorkspaceId(one.Tenant, one.Workspace)).ToDictionary();

    private async ValueTask<Attempt> ClaimAsync(OpenLane lane, bool alone, RunnerCapabilities runner, string backend, CancellationToken cancellationToken)
    {
        WorkspaceId workspace = lane.Share.Workspace;
        bool misfits = false;
        bool lostRace = false;
        string behind = "";
        for (int size = FirstLook; ; size = PageSize)
        {
            List<BatchDocument> page = await documents.QueryAsync<BatchDocument>(
                workspace,
                null,
                "*",
                "c.kind = @kind AND c.open = true AND c.due <= @now AND (c.wants = @any OR c.wants = @backend) AND c.rank > @behind ORDER BY c.rank",
                [("@kind", BatchDocument.TheKind), ("@now", DocumentKeys.Time(Now)), ("@any", BackendOf(null)), ("@backend", backend), ("@behind", behind)],
                size,
                cancellationToken);
            if (page.Count == 0 && behind.Length == 0)
            {
                await CloseIfEmptyAsync(lane, cancellationToken);
            }

            foreach (BatchDocument candidate in page)
            {
                BatchMessage batch = await MessageAsync(candidate, cancellationToken);
                if (await BuryIfDoneAsync(candidate, cancellationToken))
                {
                    continue;
                }

                if (!runner.Meets(batch.Requires))
                {
                    misfits = true;
                    continue;
                }

                BatchLease? lease = await TakeAsync(candidate, batch, runner, backend, cancellationToken);
                if (lease is not null || !alone)
                {
                    return new Attempt(lease, misfits, LostRace: lease is null);
                }

                // With nobody else in line the turn stays here, and the next is as good.
                lostRace = true;
            }

            if (page.Count < size)
            {
                return new Attempt(null, misfits, lostRace);
            }

            behind = page[^1].Rank;
        }
    }

    private async ValueTask<BatchLease?> TakeAsync(BatchDocument candidate, BatchMessage batch, RunnerCapabilities runner, string backend, CancellationToken cancellationToken)
    {
        DateTimeOffset expires = Now + options.LeaseDuration;
        string token = Guid.NewGuid().ToString("n");
        BatchDocument claimed = candidate with
        {
            Leased = true,
            Due = DocumentKeys.Time(expires),
            Attempt = candidate.Attempt + 1,
            Token = token,
            Runner = runner.RunnerId,
            Backend = backend,
        };
        if (await documents.WriteAsync(candidate.WorkspaceId, claimed, cancellationToken) is null)
        {
            return null;
        }

        await NoteServedAsync(candidate.WorkspaceId, backend, cancellationToken);
        return new BatchLease(batch, token, claimed.Attempt, expires);
    }

    /// <summary>Notes that a workspace was served. The lease is written already: what goes wrong here costs an order among equals, and no batch.</summary>
    private async ValueTask NoteServedAsync(WorkspaceId workspace, string backend, CancellationToken cancellationToken)
    {
        try
        {
            await documents.PutAsync(
                workspace,
                Document.In(
                    workspace,
                    PausedDocument.TheScope,
                    new ServedDocument { Id = ServedDocument.IdOf(backend), Kind = ServedDocument.TheKind, Backend = backend, Served = DocumentKeys.Number(Behind(ref _lastServed)) },
                    ServedDocument.Kept),
                cancellationToken);
        }
        catch (AzureStoreException)
        {
            // The next lease notes it again.
        }
    }

    /// <summary>Takes a workspace off the list of those that leasing looks at, unless it has open batches or somebody has sent one since the list was read.</summary>
    private async ValueTask CloseIfEmptyAsync(OpenLane lane, CancellationToken cancellationToken)
    {
        WorkspaceId workspace = lane.Share.Workspace;
        if ((await documents.QueryAsync<HeldFact>(workspace, null, "c.tenant, c.workspace", "c.kind = @kind AND c.open = true", [("@kind", BatchDocument.TheKind)], 1, cancellationToken)).Count == 0)
        {
            await documents.RemoveAsync(workspace, lane.Fact, cancellationToken);
        }
    }

    /// <summary>Reads what is open of all workspaces that are not paused.</summary>
    internal async ValueTask<ImmutableArray<LaneBacklog>> BacklogAsync(CancellationToken cancellationToken)
    {
        HashSet<WorkspaceId> paused = await PausedAsync(cancellationToken);
        List<BacklogFact> open = await documents.QueryEverywhereAsync<BacklogFact>(
            "c.tenant, c.workspace, c.wants, c.leased, c.due, c.sent", "c.kind = @kind AND c.open = true", [("@kind", BatchDocument.TheKind)], MostOfABacklog, cancellationToken);
        string now = DocumentKeys.Time(Now);
        bool IsHeld(BacklogFact batch) => batch.Leased && string.CompareOrdinal(batch.Due, now) > 0;
        return
        [
            .. open.GroupBy(batch => (Workspace: new WorkspaceId(batch.Tenant, batch.Workspace), batch.Wants))
                .Where(lane => !paused.Contains(lane.Key.Workspace))
                .Select(lane => new LaneBacklog(
                    lane.Key.Workspace,
                    lane.Key.Wants.Length == 0 ? null : lane.Key.Wants,
                    lane.Count(batch => !IsHeld(batch)),
                    lane.Count(IsHeld),
                    lane.Where(batch => !IsHeld(batch)).Select(batch => (DateTimeOffset?)batch.Sent).Min())),
        ];
    }

    private static string BackendOf(string? backend) => (backend ?? "").ToLowerInvariant();

    /// <summary>A workspace that may have work, and the document that says so.</summary>
    private sealed record OpenLane(WorkspaceShare Share, LaneFact Fact);

    /// <summary>What came of looking into one workspace.</summary>
    private sealed record Attempt(BatchLease? Lease, bool Misfits, bool LostRace);
}
