using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Testing;

/// <summary>A run store that is a few lists under one lock: the reference for what a run store does.</summary>
public sealed class InMemoryRunStore : IRunStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(WorkspaceId, RunId), Entry> _runs = [];
    private readonly List<(WorkspaceId Workspace, ArtifactRecord Artifact)> _artifacts = [];

    /// <inheritdoc />
    public ValueTask<RunRecord> CreateAsync(WorkspaceId workspace, RunRecord run, RunEventDraft first, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue((workspace, run.Id), out Entry? entry))
            {
                entry = new Entry(run);
                _runs.Add((workspace, run.Id), entry);
                Append(workspace, entry, first);
            }

            return ValueTask.FromResult(entry.Record);
        }
    }

    /// <inheritdoc />
    public ValueTask<RunRecord?> FindAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_runs.GetValueOrDefault((workspace, run))?.Record);
        }
    }

    /// <inheritdoc />
    public ValueTask<Page<RunRecord>> ListAsync(WorkspaceId workspace, RunQuery query, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            List<RunRecord> found = [.. _runs.Where(entry => entry.Key.Item1 == workspace).Select(entry => entry.Value.Record)
                .Where(run => query.Status is null || run.Status == query.Status)
                .Where(run => query.WorkflowId is null || run.WorkflowId == query.WorkflowId)
                .Where(run => query.Tag is null || run.Options.Tags.Contains(query.Tag))
                .Where(run => query.CreatedFrom is null || run.CreatedAt >= query.CreatedFrom)
                .Where(run => query.CreatedBefore is null || run.CreatedAt < query.CreatedBefore)
                .OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.Id.Value, StringComparer.Ordinal)];
            return ValueTask.FromResult(Paging.Page(found, run => $"{run.CreatedAt.UtcTicks:D20} {run.Id}", query.Cursor, query.Limit, descending: true));
        }
    }

    /// <inheritdoc />
    public ValueTask<CommitResult> CommitAsync(WorkspaceId workspace, RunId run, RunCommit commit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Entry entry = _runs.GetValueOrDefault((workspace, run)) ?? throw new KeyNotFoundException($"There is no run {run}.");
            if (entry.Record.Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Canceled)
            {
                return ValueTask.FromResult(new CommitResult(entry.Record.LastSequence, false));
            }

            foreach (RunEventDraft draft in commit.Events)
            {
                if (draft.OnceKey is null || entry.Once.Add(draft.OnceKey))
                {
                    Append(workspace, entry, draft);
                }
            }

            foreach (NodeOutputRecord output in commit.Outputs)
            {
                entry.Outputs[output.Node] = output.Outputs;
            }

            if (commit.Change is { } change)
            {
                entry.Record = entry.Record with
                {
                    Status = change.Status ?? entry.Record.Status,
                    StartedAt = change.StartedAt ?? entry.Record.StartedAt,
                    CompletedAt = change.CompletedAt ?? entry.Record.CompletedAt,
                    Summary = change.Summary ?? entry.Record.Summary,
                    CancelRequested = change.CancelRequested ?? entry.Record.CancelRequested,
                };
            }

            return ValueTask.FromResult(new CommitResult(entry.Record.LastSequence, true));
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RunEvent>> ReadEventsAsync(WorkspaceId workspace, RunId run, long after, int max, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Entry? entry = _runs.GetValueOrDefault((workspace, run));
            return ValueTask.FromResult<IReadOnlyList<RunEvent>>(entry is null ? [] : [.. entry.Events.Where(one => one.Sequence > after).Take(max)]);
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<RunEvent> FollowEventsAsync(
        WorkspaceId workspace, RunId run, long after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ImmutableArray<RunEvent> more;
            Task appended;
            bool ended;
            lock (_gate)
            {
                if (!_runs.TryGetValue((workspace, run), out Entry? entry))
                {
                    yield break;
                }

                more = [.. entry.Events.Where(one => one.Sequence > after)];
                appended = entry.Appended.Task;
                ended = RunEventTypes.IsLast(entry.Events[^1].Type);
            }

            foreach (RunEvent one in more)
            {
                after = one.Sequence;
                yield return one;
            }

            if (ended)
            {
                yield break;
            }

            await appended.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyDictionary<NodeId, NodeOutputs>> ReadOutputsAsync(
        WorkspaceId workspace, RunId run, IReadOnlyCollection<NodeId> nodes, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Dictionary<NodeId, NodeOutputs> found = [];
            if (_runs.TryGetValue((workspace, run), out Entry? entry))
            {
                foreach (NodeId node in nodes)
                {
                    if (entry.Outputs.TryGetValue(node, out NodeOutputs? outputs))
                    {
                        found[node] = outputs;
                    }
                }
            }

            return ValueTask.FromResult<IReadOnlyDictionary<NodeId, NodeOutputs>>(found);
        }
    }

    /// <inheritdoc />
    public ValueTask<ArtifactRecord?> FindArtifactAsync(WorkspaceId workspace, ArtifactId artifact, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<ArtifactRecord?>(_artifacts.LastOrDefault(one => one.Workspace == workspace && one.Artifact.Id == artifact).Artifact);
        }
    }

    /// <inheritdoc />
    public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, RunId run, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(Artifacts(workspace, artifact => artifact.RunId == run, cursor, limit, newestFirst: false));
        }
    }

    /// <inheritdoc />
    public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, ArtifactQuery query, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            bool Fits(ArtifactRecord artifact)
            {
                RunRecord run = _runs[(workspace, artifact.RunId)].Record;
                return query.FitsFile(artifact)
                    && (query.WorkflowId is null || run.WorkflowId == query.WorkflowId)
                    && (query.Tag is null || run.Options.Tags.Contains(query.Tag))
                    && (query.Status is null || run.Status == query.Status);
            }

            return ValueTask.FromResult(Artifacts(workspace, Fits, query.Cursor, query.Limit, newestFirst: true));
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<(WorkspaceId Workspace, RunId Run)>> FindUnfinishedAsync(int max, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<(WorkspaceId, RunId)>>([.. _runs
                .Where(entry => entry.Value.Record.Status is RunStatus.Queued or RunStatus.Running)
                .OrderBy(entry => entry.Value.Record.CreatedAt).ThenBy(entry => entry.Key.Item2.Value, StringComparer.Ordinal)
                .Take(max).Select(entry => entry.Key)]);
        }
    }

    private Page<ArtifactRecord> Artifacts(WorkspaceId workspace, Func<ArtifactRecord, bool> fits, string? cursor, int limit, bool newestFirst)
    {
        List<(int Index, ArtifactRecord Artifact)> found = [.. _artifacts.Index()
            .Where(one => one.Item.Workspace == workspace && fits(one.Item.Artifact))
            .Select(one => (one.Index, one.Item.Artifact))];
        if (newestFirst)
        {
            found.Reverse();
        }

        Page<(int, ArtifactRecord Artifact)> page = Paging.Page(found, one => $"{one.Index:D10}", cursor, limit, descending: newestFirst);
        return new Page<ArtifactRecord>([.. page.Items.Select(one => one.Artifact)], page.NextCursor);
    }

    private void Append(WorkspaceId workspace, Entry entry, RunEventDraft draft)
    {
        long sequence = entry.Record.LastSequence + 1;
        entry.Events.Add(new RunEvent(draft.Type, draft.Timestamp, sequence, entry.Record.Id, draft.NodeId, draft.Payload, entry.Record.RequestId));
        entry.Record = entry.Record with { LastSequence = sequence };
        if (draft.Artifact is { } artifact)
        {
            // An artifact made again keeps its place.
            int again = _artifacts.FindIndex(one => one.Workspace == workspace && one.Artifact.Id == artifact.Id);
            if (again < 0)
            {
                _artifacts.Add((workspace, artifact));
            }
            else
            {
                _artifacts[again] = (workspace, artifact);
            }
        }

        TaskCompletionSource appended = entry.Appended;
        entry.Appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        appended.SetResult();
    }

    private sealed class Entry(RunRecord record)
    {
        public RunRecord Record { get; set; } = record;

        public List<RunEvent> Events { get; } = [];

        public HashSet<string> Once { get; } = [];

        public Dictionary<NodeId, NodeOutputs> Outputs { get; } = [];

        public TaskCompletionSource Appended { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
