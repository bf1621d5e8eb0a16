using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>The lanes of the queue.</summary>
internal sealed class SqliteLaneControl : ILaneControl
{
    private readonly Database _database;

    internal SqliteLaneControl(Database database) => _database = database;

    /// <inheritdoc />
    public async ValueTask SetPausedAsync(WorkspaceId workspace, bool paused, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                using Statement put = scope.Db.Use("INSERT OR REPLACE INTO lanes (tenant, workspace, paused) VALUES (?, ?, ?)");
                put.Bind(workspace).Bind(paused ? 1 : 0).Execute();
                scope.AfterCommit(() => _database.Signals.Pulse(QueueRows.SignalName));
                return true;
            },
            cancellationToken);

    /// <inheritdoc />
    /// <remarks>The moved run takes the priority of the run whose neighbour it becomes: its place in the lane then says when it is served.</remarks>
    public async ValueTask<bool> MoveAsync(WorkspaceId workspace, RunId run, RunId? before, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(scope => Move(scope.Db, workspace, run, before), cancellationToken);

    /// <inheritdoc />
    public ValueTask<LaneState> ReadAsync(WorkspaceId workspace, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(
            db =>
            {
                using Statement paused = db.Use("SELECT paused FROM lanes WHERE tenant = ? AND workspace = ?").Bind(workspace);
                bool isPaused = paused.Read() && paused.Int(0) == 1;
                List<Row> rows = Rows(db, workspace);
                using Statement oldest = db.Use("SELECT min(sent_at) FROM batches WHERE tenant = ? AND workspace = ? AND state IN (0, 3)").Bind(workspace);
                oldest.Read();
                return new LaneState(isPaused, [.. rows.Select(row => row.Run)], oldest.TimeOrNull(0));
            },
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<ImmutableArray<LaneBacklog>> ReadBacklogAsync(CancellationToken cancellationToken = default) =>
        _database.ReadAsync(
            db =>
            {
                Dictionary<(WorkspaceId Workspace, string? Backend), LaneBacklog> found = [];
                using Statement read = db.Use("""
                    SELECT b.tenant, b.workspace, b.requires, sum(b.state <> 1), sum(b.state = 1), min(CASE WHEN b.state <> 1 THEN b.sent_at END)
                    FROM (SELECT tenant, workspace, requires, state, sent_at FROM batches WHERE state IN (0, 1, 3) LIMIT 5000) b
                    WHERE NOT EXISTS (SELECT 1 FROM lanes l WHERE l.tenant = b.tenant AND l.workspace = b.workspace AND l.paused = 1)
                    GROUP BY b.tenant, b.workspace, b.requires
                    """);
                while (read.Read())
                {
                    WorkspaceId workspace = new(read.Text(0), read.Text(1));
                    // Batches of one backend may differ in memory and packs.
                    string? backend = read.Json<BatchRequirements>(2).Backend;
                    LaneBacklog row = new(workspace, backend, read.Int(3), read.Int(4), read.TimeOrNull(5));
                    (WorkspaceId, string?) key = (workspace, backend?.ToUpperInvariant());
                    found[key] = found.TryGetValue(key, out LaneBacklog? other) ? Together(other, row) : row;
                }

                return found.Values.ToImmutableArray();
            },
            cancellationToken);

    private static LaneBacklog Together(LaneBacklog one, LaneBacklog other) => one with
    {
        Waiting = one.Waiting + other.Waiting,
        Held = one.Held + other.Held,
        OldestWaiting = new[] { one.OldestWaiting, other.OldestWaiting }.Min(),
    };

    private static bool Move(Connection db, WorkspaceId workspace, RunId run, RunId? before)
    {
        List<Row> rows = Rows(db, workspace);
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
        ImmutableArray<long> places = [.. rows.Select(row => row.Place).Order()];
        rows.Remove(moved);
        int at = before is null ? rows.Count : rows.FindIndex(row => row.Run.RunId == before);
        int neighbour = before is null ? at - 1 : at;
        int priority = neighbour < 0 ? moved.Run.Priority : rows[neighbour].Run.Priority;
        rows.Insert(at, moved with { Run = moved.Run with { Priority = priority } });
        for (int i = 0; i < rows.Count; i++)
        {
            Place(db, workspace, rows[i].Run, places[i]);
        }

        return true;
    }

    private static void Place(Connection db, WorkspaceId workspace, LaneRun run, long place)
    {
        using Statement lane = db.Use("UPDATE lane_runs SET priority = ?, place = ? WHERE tenant = ? AND workspace = ? AND run_id = ?");
        lane.Bind(run.Priority).Bind(place).Bind(workspace).Bind(run.RunId.Value).Execute();
        using Statement batches = db.Use("UPDATE batches INDEXED BY batches_by_run SET priority = ?, place = ? WHERE tenant = ? AND workspace = ? AND run_id = ?");
        batches.Bind(run.Priority).Bind(place).Bind(workspace).Bind(run.RunId.Value).Execute();
    }

    /// <summary>Reads the lane's runs in the order in which they are served.</summary>
    private static List<Row> Rows(Connection db, WorkspaceId workspace)
    {
        using Statement read = db.Use("""
            SELECT l.run_id, l.priority, l.place, sum(b.state IN (0, 3)), sum(b.state = 1), max(CASE WHEN b.state = 1 THEN b.runner_id END),
                (SELECT f.requires FROM batches f INDEXED BY batches_by_run WHERE f.tenant = l.tenant AND f.workspace = l.workspace AND f.run_id = l.run_id AND f.state IN (0, 1, 3)
                    ORDER BY f.state = 1, f.number LIMIT 1),
                min(CASE WHEN b.state IN (0, 3) THEN b.sent_at END)
            FROM lane_runs l JOIN batches b INDEXED BY batches_by_run ON b.tenant = l.tenant AND b.workspace = l.workspace AND b.run_id = l.run_id AND b.state IN (0, 1, 3)
            WHERE l.tenant = ? AND l.workspace = ?
            GROUP BY l.run_id ORDER BY l.priority DESC, l.place
            """).Bind(workspace);
        List<Row> rows = [];
        while (read.Read())
        {
            BatchRequirements requires = read.Json<BatchRequirements>(6);
            rows.Add(new Row(
                new LaneRun(new RunId(read.Text(0)), read.Int(1), read.Int(3), read.Int(4), read.TextOrNull(5)) { Requires = requires with { Packs = [] }, Since = read.TimeOrNull(7) },
                read.Long(2)));
        }

        return rows;
    }

    private sealed record Row(LaneRun Run, long Place);
}
