using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Azure;

/// <summary>Runs, events, node outputs and artifact records as documents; all that belongs to a run lies under one partition key and is written in one transaction.</summary>
internal sealed class CosmosRunStore : IRunStore, IDisposable
{
    private const int FollowPage = 500;
    private const int MostPages = 10_000;

    private readonly DocumentContainer _documents;
    private readonly Packing _packing;
    private readonly CosmosStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly Signals _signals = new();
    private readonly ConflictRetry _retry = new();
    private long _lastAppearance;

    internal CosmosRunStore(DocumentContainer documents, Packing packing, CosmosStoreOptions options, TimeProvider time) =>
        (_documents, _packing, _options, _time) = (documents, packing, options, time);

    public void Dispose() => _retry.Dispose();

    /// <inheritdoc />
    public async ValueTask<RunRecord> CreateAsync(WorkspaceId workspace, RunRecord run, RunEventDraft first, CancellationToken cancellationToken = default)
    {
        RunDocument empty = Document.In(
            workspace,
            run.Id.Value,
            new RunDocument
            {
                Id = RunDocument.TheId,
                Kind = RunDocument.TheKind,
                Sort = DocumentKeys.Sort(run.CreatedAt, run.Id.Value),
                Status = run.Status,
                Open = !run.Status.IsOver(),
                Workflow = run.WorkflowId?.Value,
                Tags = [.. run.Options.Tags.Distinct(StringComparer.Ordinal)],
                Commits = 0,
                Record = run with { LastSequence = 0 },
            },
            _options.RunRetention);
        while (true)
        {
            if (await ReadAsync(workspace, run.Id, cancellationToken) is { } existing)
            {
                return existing.Record;
            }

            (RunDocument made, IReadOnlyCollection<Document> all) = await new RunCommitPlan(_documents, _packing, _options, empty)
                .MakeAsync(new RunCommit { Events = [first] }, NextAppearance, cancellationToken);
            if (await _documents.CommitAsync(workspace, run.Id.Value, all, cancellationToken))
            {
                _signals.Pulse(SignalName(workspace, run.Id));
                return made.Record;
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask<RunRecord?> FindAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default) =>
        (await ReadAsync(workspace, run, cancellationToken))?.Record;

    /// <inheritdoc />
    public ValueTask<Page<RunRecord>> ListAsync(WorkspaceId workspace, RunQuery query, CancellationToken cancellationToken = default) =>
        RunLists.RunsAsync(_documents, workspace, query, cancellationToken);

    /// <inheritdoc />
    public ValueTask<CommitResult> CommitAsync(WorkspaceId workspace, RunId run, RunCommit commit, CancellationToken cancellationToken = default) =>
        _retry.UntilWrittenAsync(SignalName(workspace, run), () => TryCommitAsync(workspace, run, commit, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RunEvent>> ReadEventsAsync(WorkspaceId workspace, RunId run, long after, int max, CancellationToken cancellationToken = default) =>
        await ReadAsync(workspace, run, cancellationToken) is { } found ? await EventsAsync(found, after, max, cancellationToken) : [];

    /// <inheritdoc />
    public async IAsyncEnumerable<RunEvent> FollowEventsAsync(
        WorkspaceId workspace, RunId run, long after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using Signals.Listener listener = _signals.Listen(SignalName(workspace, run));
        while (true)
        {
            // Taken before reading: what is committed here after the read pulses this very task.
            Task next = listener.Next;
            RunDocument? found = await ReadAsync(workspace, run, cancellationToken);
            if (found is null)
            {
                yield break;
            }

            if (found.Record.LastSequence > after)
            {
                foreach (RunEvent one in await EventsAsync(found, after, FollowPage, cancellationToken))
                {
                    yield return one;
                    after = one.Sequence;
                    if (RunEventTypes.IsLast(one.Type))
                    {
                        yield break;
                    }
                }
            }
            else if (!found.Open)
            {
                yield break;
            }
            else
            {
                await ForAsync(next, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyDictionary<NodeId, NodeOutputs>> ReadOutputsAsync(
        WorkspaceId workspace, RunId run, IReadOnlyCollection<NodeId> nodes, CancellationToken cancellationToken = default)
    {
        // Which commit wrote a node last is small; what it wrote may be large, so only the commits that are asked for are read whole.
        List<OutputsIndex> index = await _documents.QueryAsync<OutputsIndex>(
            workspace, run.Value, "c.id, c.commit, c.nodes", "c.kind = @kind", [("@kind", OutputsDocument.TheKind)], MostPages, cancellationToken);
        HashSet<string> wanted = [.. nodes.Select(node => node.Value)];
        Dictionary<string, string> last = [];
        foreach (OutputsIndex commit in index.OrderBy(one => one.Commit))
        {
            foreach (string node in await _packing.UnpackAsync<string[]>(workspace, commit.Nodes, cancellationToken))
            {
                if (wanted.Contains(node))
                {
                    last[node] = commit.Id;
                }
            }
        }

        Dictionary<NodeId, NodeOutputs> found = new(last.Count);
        foreach (IGrouping<string, string> commit in last.GroupBy(one => one.Value, one => one.Key))
        {
            OutputsDocument document = await _documents.FindAsync<OutputsDocument>(workspace, run.Value, commit.Key, cancellationToken)
                ?? throw new AzureStoreException(AzureErrors.Corrupt, $"Run {run} lists the outputs '{commit.Key}', which do not exist.");
            HashSet<string> here = [.. commit];
            foreach (NodeOutputRecord output in await _packing.UnpackAsync<ImmutableArray<NodeOutputRecord>>(workspace, document.Outputs, cancellationToken))
            {
                if (here.Contains(output.Node.Value))
                {
                    found[output.Node] = output.Outputs;
                }
            }
        }

        return found;
    }

    /// <inheritdoc />
    public ValueTask<ArtifactRecord?> FindArtifactAsync(WorkspaceId workspace, ArtifactId artifact, CancellationToken cancellationToken = default) =>
        ArtifactLists.FindAsync(_documents, workspace, artifact, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, RunId run, string? cursor, int limit, CancellationToken cancellationToken = default) =>
        ArtifactLists.OfRunAsync(_documents, workspace, run, cursor, limit, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Page<ArtifactRecord>> ListArtifactsAsync(WorkspaceId workspace, ArtifactQuery query, CancellationToken cancellationToken = default) =>
        ArtifactLists.OfWorkspaceAsync(_documents, workspace, query, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<(WorkspaceId Workspace, RunId Run)>> FindUnfinishedAsync(int max, CancellationToken cancellationToken = default) =>
        [.. (await _documents.QueryEverywhereAsync<RunDocument>("*", "c.kind = @kind AND c.open = true ORDER BY c.sort", [("@kind", RunDocument.TheKind)], max, cancellationToken))
            .Select(run => (run.WorkspaceId, run.Record.Id))];

    private static string SignalName(WorkspaceId workspace, RunId run) => $"run/{workspace}/{run}";

    private ValueTask<RunDocument?> ReadAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken) =>
        _documents.FindAsync<RunDocument>(workspace, run.Value, RunDocument.TheId, cancellationToken);

    private async ValueTask<CommitResult?> TryCommitAsync(WorkspaceId workspace, RunId run, RunCommit commit, CancellationToken cancellationToken)
    {
        RunDocument read = await ReadAsync(workspace, run, cancellationToken) ?? throw new KeyNotFoundException($"Workspace {workspace} has no run '{run}'.");
        if (!read.Open)
        {
            return new CommitResult(read.Record.LastSequence, Written: false);
        }

        (RunDocument made, IReadOnlyCollection<Document> all) = await new RunCommitPlan(_documents, _packing, _options, read).MakeAsync(commit, NextAppearance, cancellationToken);
        if (all.Count > 0)
        {
            if (!await _documents.CommitAsync(workspace, run.Value, all, cancellationToken))
            {
                return null;
            }

            _signals.Pulse(SignalName(workspace, run));
        }

        return new CommitResult(made.Record.LastSequence, Written: true);
    }

    private async ValueTask<List<RunEvent>> EventsAsync(RunDocument run, long after, int max, CancellationToken cancellationToken)
    {
        List<RunEvent> events = [];
        if (max <= 0 || after >= run.Record.LastSequence)
        {
            return events;
        }

        // A document holds one event at least, so as many documents as events are enough.
        List<EventsDocument> documents = await _documents.QueryAsync<EventsDocument>(
            run.WorkspaceId, run.Scope, "*", "c.kind = @kind AND c.last > @after ORDER BY c.first", [("@kind", EventsDocument.TheKind), ("@after", after)], max, cancellationToken);
        foreach (EventsDocument document in documents)
        {
            long sequence = document.First;
            foreach (StoredEvent one in await _packing.UnpackAsync<ImmutableArray<StoredEvent>>(run.WorkspaceId, document.Events, cancellationToken))
            {
                // What was committed after the run was read waits for the next reading, so that no gap can show.
                if (sequence > after && sequence <= run.Record.LastSequence && events.Count < max)
                {
                    events.Add(new RunEvent(one.Type, one.At, sequence, run.Record.Id, one.Node, one.Payload, run.Record.RequestId));
                }

                sequence++;
            }
        }

        return events;
    }

    private async ValueTask ForAsync(Task signal, CancellationToken cancellationToken)
    {
        try
        {
            await signal.WaitAsync(_options.PollInterval, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Time to look for what other processes wrote.
        }
    }

    /// <summary>Returns the time, but never the same twice.</summary>
    private long NextAppearance()
    {
        while (true)
        {
            long last = Volatile.Read(ref _lastAppearance);
            long next = Math.Max(last + 1, _time.GetUtcNow().UtcTicks);
            if (Interlocked.CompareExchange(ref _lastAppearance, next, last) == last)
            {
                return next;
            }
        }
    }

    private sealed record OutputsIndex(string Id, int Commit, Packed Nodes);
}
