using System.Runtime.CompilerServices;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Embedded;

/// <summary>Runs, events, node outputs and artifact records in the database.</summary>
internal sealed class SqliteRunStore : IRunStore
{
    private const int FollowPage = 500;

    private readonly Database _database;

    internal SqliteRunStore(Database database) => _database = database;

    /// <inheritdoc />
    public async ValueTask<RunRecord> CreateAsync(WorkspaceId workspace, RunRecord run, RunEventDraft first, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            scope =>
            {
                if (RunRows.Find(scope.Db, workspace, run.Id) is { } existing)
                {
                    return existing;
                }

                RunRecord stored = run with { LastSequence = 1 };
                RunRows.Insert(scope.Db, workspace, stored);
                RunRows.Append(scope.Db, workspace, run.Id, 1, first);
                scope.AfterCommit(() => _database.Signals.Pulse(RunRows.SignalName(workspace, run.Id)));
                return stored;
            },
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<RunRecord?> FindAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(db => RunRows.Find(db, workspace, run), cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<RunRecord>> ListAsync(WorkspaceId workspace, RunQuery query, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(db => RunLists.Runs(db, workspace, query), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<CommitResult> CommitAsync(WorkspaceId workspace, RunId run, RunCommit commit, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(scope => Commit(scope, workspace, run, commit), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RunEvent>> ReadEventsAsync(WorkspaceId workspace, RunId run, long after, int max, CancellationToken cancellationToken = default) =>
        await _database.ReadAsync(db => RunRows.Events(db, workspace, run, after, max), cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<RunEvent> FollowEventsAsync(
        WorkspaceId workspace, RunId run, long after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using Signals.Listener listener = _database.Signals.Listen(RunRows.SignalName(workspace, run));
        while (true)
        {
            // Taken before reading: what is committed after the read pulses this very task.
            Task next = listener.Next;
            (List<RunEvent> events, bool over) = await _database.ReadAsync(db => Follow(db, workspace, run, after), cancellationToken);
            foreach (RunEvent one in events)
            {
                yield return one;
                after = one.Sequence;
                if (RunEventTypes.IsLast(one.Type))
                {
                    yield break;
                }
            }

            if (over)
            {
                yield break;
            }

            if (events.Count < FollowPage)
            {
                await next.WaitAsync(cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyDictionary<NodeId, NodeOutputs>> ReadOutputsAsync(
        WorkspaceId workspace, RunId run, IReadOnlyCollection<NodeId> nodes, CancellationToken cancellationToken = default) =>
        await _database.ReadAsync(
            db =>
            {
                Dictionary<NodeId, NodeOutputs> found = new(nodes.Count);
                foreach (NodeId node in nodes)
                {
                    using Statement find = db.Use("SELECT outputs FROM node_outputs WHERE tenant = ? AND workspace = ? AND run_id = ? AND node_id = ?");
                    if (find.Bind(workspace).Bind(run.Value).Bind(node.Value).Read())
                    {
                        found[node] = find.Json<NodeOutputs>(0);
                    }
                }

                return found;
            },
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<ArtifactRecord?> FindArtifactAsync(WorkspaceId workspace, ArtifactId artifact, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(
            db =>
            {
                using Statement find = db.Use("SELECT record FROM artifacts WHERE tenant = ? AND workspace = ? AND artifact_id = ?").Bind(workspace).Bind(artifact.Value);
                return find.Read() ? find.Json<ArtifactRecord>(0) : null;
            },
            cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, RunId run, string? cursor, int limit, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(db => RunLists.Artifacts(db, workspace, run, cursor, limit), cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, ArtifactQuery query, CancellationToken cancellationToken = default) =>
        _database.ReadAsync(db => RunLists.Artifacts(db, workspace, query), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<(WorkspaceId Workspace, RunId Run)>> FindUnfinishedAsync(int max, CancellationToken cancellationToken = default) =>
        await _database.ReadAsync(
            db =>
            {
                List<(WorkspaceId, RunId)> found = [];
                using Statement find = db.Use("SELECT tenant, workspace, run_id FROM runs WHERE status IN ('queued', 'running') ORDER BY created_at, run_id LIMIT ?").Bind(max);
                while (find.Read())
                {
                    found.Add((new WorkspaceId(find.Text(0), find.Text(1)), new RunId(find.Text(2))));
                }

                return found;
            },
            cancellationToken);

    private static (List<RunEvent> Events, bool Over) Follow(Connection db, WorkspaceId workspace, RunId run, long after)
    {
        List<RunEvent> events = RunRows.Events(db, workspace, run, after, FollowPage);
        if (events.Count > 0)
        {
            return (events, false);
        }

        using Statement state = db.Use("SELECT status IN ('queued', 'running') FROM runs WHERE tenant = ? AND workspace = ? AND run_id = ?").Bind(workspace).Bind(run.Value);
        return (events, !state.Read() || state.Int(0) == 0);
    }

    private CommitResult Commit(WriteScope scope, WorkspaceId workspace, RunId run, RunCommit commit)
    {
        Connection db = scope.Db;
        long last;
        using (Statement state = db.Use("SELECT last_seq, status IN ('queued', 'running') FROM runs WHERE tenant = ? AND workspace = ? AND run_id = ?").Bind(workspace).Bind(run.Value))
        {
            if (!state.Read())
            {
                throw new KeyNotFoundException($"Workspace {workspace} has no run '{run}'.");
            }

            last = state.Long(0);
            if (state.Int(1) == 0)
            {
                return new CommitResult(last, Written: false);
            }
        }

        long before = last;
        foreach (RunEventDraft draft in commit.Events)
        {
            if (RunRows.Append(db, workspace, run, last + 1, draft))
            {
                last++;
            }
        }

        foreach (NodeOutputRecord output in commit.Outputs)
        {
            using Statement put = db.Use("INSERT OR REPLACE INTO node_outputs (tenant, workspace, run_id, node_id, outputs) VALUES (?, ?, ?, ?, ?)");
            put.Bind(workspace).Bind(run.Value).Bind(output.Node.Value).BindJson(output.Outputs).Execute();
        }

        Change(db, workspace, run, last, commit.Change);
        if (last != before || commit.Change is not null)
        {
            scope.AfterCommit(() => _database.Signals.Pulse(RunRows.SignalName(workspace, run)));
        }

        return new CommitResult(last, Written: true);
    }

    private static void Change(Connection db, WorkspaceId workspace, RunId run, long last, RunChange? change)
    {
        if (change is null)
        {
            using Statement count = db.Use("UPDATE runs SET last_seq = ? WHERE tenant = ? AND workspace = ? AND run_id = ?");
            count.Bind(last).Bind(workspace).Bind(run.Value).Execute();
            return;
        }

        RunRecord record = RunRows.Find(db, workspace, run)!;
        record = record with
        {
            Status = change.Status ?? record.Status,
            StartedAt = change.StartedAt ?? record.StartedAt,
            CompletedAt = change.CompletedAt ?? record.CompletedAt,
            Summary = change.Summary ?? record.Summary,
            CancelRequested = change.CancelRequested ?? record.CancelRequested,
            LastSequence = last,
        };
        using Statement update = db.Use("UPDATE runs SET last_seq = ?, status = ?, record = ? WHERE tenant = ? AND workspace = ? AND run_id = ?");
        update.Bind(last).Bind(RunRows.Text(record.Status)).BindJson(record).Bind(workspace).Bind(run.Value).Execute();
    }
}
