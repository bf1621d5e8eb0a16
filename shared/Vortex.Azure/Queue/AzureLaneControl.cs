using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Lanes over the lease records.</summary>
/// <remarks>A move writes run by run, each in transactions of its own: who reads in between may see two runs in their old and new order at once, never a batch lost.</remarks>
internal sealed class AzureLaneControl(BatchRecords records, AzureBatchQueue queue, DocumentContainer documents) : ILaneControl
{
    private const int InOneTransaction = 90;

    /// <inheritdoc />
    public async ValueTask SetPausedAsync(WorkspaceId workspace, bool paused, CancellationToken cancellationToken = default)
    {
        await documents.PutAsync(
            workspace,
            Document.In(workspace, PausedDocument.TheScope, new PausedDocument { Id = PausedDocument.TheId, Kind = PausedDocument.TheKind, Paused = paused }),
            cancellationToken);
        if (!paused)
        {
            await queue.WakeAsync(workspace, cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> MoveAsync(WorkspaceId workspace, RunId run, RunId? before, CancellationToken cancellationToken = default)
    {
        List<LaneRow> rows = await RowsAsync(workspace, cancellationToken);
        if (rows.Find(row => row.Run.RunId == run) is not { Run.Waiting: > 0 } moved
            || (before is not null && rows.Find(row => row.Run.RunId == before) is not { Run.Waiting: > 0 }))
        {
            return false;
        }

        if (run == before)
        {
            return true;
        }

        // The places the lane has are dealt out again in the new order, so that they keep their worth against other lanes.
        ImmutableArray<string> places = [.. rows.Select(row => row.Place).Order(StringComparer.Ordinal)];
        rows.Remove(moved);
        int at = before is null ? rows.Count : rows.FindIndex(row => row.Run.RunId == before);
        int neighbour = before is null ? at - 1 : at;
        int priority = neighbour < 0 ? moved.Run.Priority : rows[neighbour].Run.Priority;
        rows.Insert(at, moved with { Run = moved.Run with { Priority = priority } });
        for (int i = 0; i < rows.Count; i++)
        {
            // Writes nothing where nothing changes.
            await PlaceAsync(workspace, rows[i].Run, places[i], cancellationToken);
        }

        return true;
    }

    /// <inheritdoc />
    public async ValueTask<LaneState> ReadAsync(WorkspaceId workspace, CancellationToken cancellationToken = default)
    {
        PausedDocument? paused = await documents.FindAsync<PausedDocument>(workspace, PausedDocument.TheScope, PausedDocument.TheId, cancellationToken);
        List<BatchDocument> batches = await records.OfWorkspaceAsync(workspace, cancellationToken);
        DateTimeOffset? oldest = batches.Where(batch => !batch.IsHeld(records.Now)).Select(batch => (DateTimeOffset?)batch.Sent).Min();
        return new LaneState(paused?.Paused ?? false, [.. Rows(batches).Select(row => row.Run)], oldest);
    }

    /// <inheritdoc />
    public ValueTask<ImmutableArray<LaneBacklog>> ReadBacklogAsync(CancellationToken cancellationToken = default) => records.BacklogAsync(cancellationToken);

    private async ValueTask<List<LaneRow>> RowsAsync(WorkspaceId workspace, CancellationToken cancellationToken) =>
        Rows(await records.OfWorkspaceAsync(workspace, cancellationToken));

    /// <summary>Gathers a lane's batches, which come in their order, by run.</summary>
    private List<LaneRow> Rows(List<BatchDocument> batches)
    {
        DateTimeOffset now = records.Now;
        return [.. batches.GroupBy(batch => batch.Scope).Select(run => new LaneRow(
            new LaneRun(
                new RunId(run.Key),
                run.First().Priority,
                run.Count(batch => !batch.IsHeld(now)),
                run.Count(batch => batch.IsHeld(now)),
                run.Where(batch => batch.IsHeld(now)).Select(batch => batch.Runner).Max())
            {
                Requires = RequiresOf(run.OrderBy(batch => batch.IsHeld(now)).First()),
                Since = run.Where(batch => !batch.IsHeld(now)).Select(batch => (DateTimeOffset?)batch.Sent).Min(),
            },
            run.First().Place))];
    }

    private static BatchRequirements RequiresOf(BatchDocument batch) =>
        new() { Backend = batch.Wants.Length == 0 ? null : batch.Wants, MemoryBytes = batch.Memory };

    private async ValueTask PlaceAsync(WorkspaceId workspace, LaneRun run, string place, CancellationToken cancellationToken)
    {
        while (true)
        {
            LaneDocument? lane = await documents.FindAsync<LaneDocument>(workspace, run.RunId.Value, LaneDocument.TheId, cancellationToken);
            List<BatchDocument> batches = [.. (await records.OfRunAsync(workspace, run.RunId, cancellationToken)).Where(batch => batch.Place != place || batch.Priority != run.Priority)];
            List<Document> changes = [.. batches.Take(InOneTransaction).Select(batch => batch.Placed(run.Priority, place))];
            if (lane is not null && (lane.Place != place || lane.Priority != run.Priority))
            {
                changes.Insert(0, lane with { Priority = run.Priority, Place = place });
            }

            if (changes.Count == 0)
            {
                return;
            }

            // Lost against a holder that renews: read again. Written: read whether there is more.
            await documents.CommitAsync(workspace, run.RunId.Value, changes, cancellationToken);
        }
    }

    private sealed record LaneRow(LaneRun Run, string Place);
}
