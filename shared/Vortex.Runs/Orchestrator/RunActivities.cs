using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>What the run orchestration does to the world. Each may run more than once for one call and leaves the same behind.</summary>
public sealed class RunActivities(
    IRunStore runs, IArtifactStore artifacts, IResultCache cache, IBatchQueue queue, PlannerOptions planner, TimeProvider time, ILogger<RunActivities> logger)
{
    /// <summary>Plans a run and tells that it started.</summary>
    public const string PlanRun = "plan-run";

    /// <summary>Puts batches on the queue.</summary>
    public const string DispatchBatches = "dispatch-batches";

    /// <summary>Takes a run's batches back.</summary>
    public const string CancelBatches = "cancel-batches";

    /// <summary>Reads retry policies of nodes.</summary>
    public const string ReadRetries = "read-retries";

    /// <summary>Ends a run.</summary>
    public const string FinishRun = "finish-run";

    /// <summary>Events per transaction when a run has very many cached nodes.</summary>
    private const int EventsPerCommit = 2_000;

    private readonly PlanMemory _plans = new(artifacts);

    /// <summary>Looks earlier results up, stores the plan, takes over what the cache has, and tells that the run started.</summary>
    /// <exception cref="InvalidDataException">The snapshot is gone or damaged.</exception>
    public async Task<PlanSummary> PlanAsync(OrchestrationId instance, PlanRunInput input, CancellationToken cancellationToken)
    {
        using Activity? activity = RunsDiagnostics.Source.StartActivity("run.plan");
        activity?.SetTag("vortex.run_id", input.RunId.Value);
        long begin = time.GetTimestamp();
        WorkspaceId workspace = instance.Workspace;
        RunSnapshot snapshot = await artifacts.ReadJsonAsync<RunSnapshot>(workspace, input.Snapshot, cancellationToken);
        ImmutableArray<CacheKey> keys = CacheKeyCalculator.Compute(snapshot);
        ImmutableArray<int> needed = RunPlanner.Needed(snapshot);
        IReadOnlyDictionary<CacheKey, NodeOutputs> found = await FindEarlierAsync(workspace, snapshot, keys, needed, cancellationToken);
        RunPlan plan = RunPlanner.Plan(input.RunId, snapshot, keys, found, planner);
        Digest digest = await _plans.PutAsync(workspace, plan, cancellationToken);

        RunRecord run = await runs.FindAsync(workspace, input.RunId, cancellationToken) ?? throw new InvalidDataException($"There is no run {input.RunId}.");
        bool written = await TellStartAsync(workspace, run, snapshot, plan, keys, needed, found, cancellationToken);
        RunsDiagnostics.PlanDuration.Record(time.GetElapsedTime(begin).TotalMilliseconds);
        logger.Planned(input.RunId.Value, needed.Length, plan.Nodes.Length, plan.Batches.Length);
        return new PlanSummary
        {
            Plan = digest,
            Sizes = [.. plan.Batches.Select(batch => batch.Nodes.Length)],
            DependsOn = [.. plan.Batches.Select(batch => DependencySet.Write(batch.DependsOn))],
            Nodes = needed.Length,
            Cached = needed.Length - plan.Nodes.Length,
            HasRetries = plan.Nodes.Any(node => node.Retry is not null),
            HasEnded = !written,
        };
    }

    /// <summary>Sends batches; those after a failure only if something in them can still run.</summary>
    public async Task<DispatchResult> DispatchAsync(OrchestrationId instance, DispatchInput input, CancellationToken cancellationToken)
    {
        RunPlan plan = await _plans.ReadAsync(instance.Workspace, input.Plan, cancellationToken);
        ImmutableArray<int>.Builder skipped = ImmutableArray.CreateBuilder<int>();
        foreach (BatchOrder order in input.Batches)
        {
            PlannedBatch batch = plan.Batches[order.Index];
            if (order.Check && !await HasSomethingToRunAsync(instance.Workspace, input.RunId, plan, batch, cancellationToken))
            {
                skipped.Add(order.Index);
                continue;
            }

            await queue.SendAsync(
                new BatchMessage
                {
                    BatchId = batch.Id,
                    Workspace = instance.Workspace,
                    RunId = input.RunId,
                    Plan = input.Plan,
                    Index = order.Index,
                    Dispatch = order.Dispatch,
                    Requires = order.Larger ? Larger(batch.Requires) : batch.Requires,
                    Priority = input.Priority,
                    CachePolicy = input.CachePolicy,
                    TraceParent = input.TraceParent,
                },
                cancellationToken);
            RunsDiagnostics.BatchesDispatched.Add(1);
            if (order.Dispatch > 1)
            {
                logger.BatchSentAgain(batch.Id.Value, order.Dispatch);
            }
        }

        return new DispatchResult(skipped.ToImmutable());
    }

    /// <summary>Takes a run's batches back.</summary>
    /// <returns>The positions of batches that nobody had begun.</returns>
    public async Task<ImmutableArray<int>> CancelAsync(OrchestrationId instance, CancelInput input, CancellationToken cancellationToken)
    {
        IReadOnlyList<BatchId> removed = await queue.CancelAsync(instance.Workspace, input.RunId, cancellationToken);
        logger.Stopping(input.RunId.Value, removed.Count);
        return [.. removed.Select(batch => int.Parse(batch.Value.AsSpan(batch.Value.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture)).Order()];
    }

    /// <summary>Reads the policies of those nodes that have their own.</summary>
    public async Task<Dictionary<NodeId, RetryPolicy>> ReadRetriesAsync(OrchestrationId instance, ReadRetriesInput input, CancellationToken cancellationToken)
    {
        RunPlan plan = await _plans.ReadAsync(instance.Workspace, input.Plan, cancellationToken);
        HashSet<NodeId> asked = [.. input.Nodes];
        return plan.Nodes.Where(node => node.Retry is not null && asked.Contains(node.Id)).ToDictionary(node => node.Id, node => node.Retry!);
    }

    /// <summary>Writes a run's summary and last event, unless it has one.</summary>
    /// <returns>Whether this call wrote it.</returns>
    public async Task<bool> FinishAsync(OrchestrationId instance, FinishInput input, CancellationToken cancellationToken)
    {
        RunRecord run = await runs.FindAsync(instance.Workspace, input.RunId, cancellationToken) ?? throw new InvalidDataException($"There is no run {input.RunId}.");
        DateTimeOffset now = time.GetUtcNow();
        int files = await CountArtifactsAsync(instance.Workspace, input.RunId, cancellationToken);
        RunFigures figures = input.Figures;
        long duration = (long)Math.Max(0, (now - (run.StartedAt ?? run.CreatedAt)).TotalMilliseconds);
        RunSummary summary = new(input.Nodes, figures.Cached, figures.Succeeded, figures.Failed, figures.Skipped, files, duration, input.Problems);
        CommitResult result = await runs.CommitAsync(
            instance.Workspace,
            input.RunId,
            new RunCommit
            {
                Events = [RunEvents.Ended(now, input.Status, summary)],
                Change = new RunChange { Status = input.Status, CompletedAt = now, Summary = summary },
            },
            cancellationToken);
        if (result.Written)
        {
            RunsDiagnostics.RunsFinished.Add(1, new KeyValuePair<string, object?>("status", input.Status.ToString()));
            logger.Finished(input.RunId.Value, input.Status, figures.Succeeded, figures.Cached, figures.Failed, figures.Skipped, duration);
        }

        return result.Written;
    }

    private static BatchRequirements Larger(BatchRequirements requires) =>
        requires with { MemoryBytes = Math.Max(requires.MemoryBytes * 2, 16L << 30) };

    private async Task<IReadOnlyDictionary<CacheKey, NodeOutputs>> FindEarlierAsync(
        WorkspaceId workspace, RunSnapshot snapshot, ImmutableArray<CacheKey> keys, ImmutableArray<int> needed, CancellationToken cancellationToken)
    {
        if (snapshot.Options.CachePolicy != CachePolicy.Use)
        {
            return ImmutableDictionary<CacheKey, NodeOutputs>.Empty;
        }

        HashSet<CacheKey> wanted = [.. needed.Where(node => snapshot.Environment.Types[snapshot.Graph.Nodes[node].Type].IsDeterministic).Select(node => keys[node])];
        return await cache.FindAsync(workspace, wanted, cancellationToken);
    }

    private async Task<bool> TellStartAsync(
        WorkspaceId workspace, RunRecord run, RunSnapshot snapshot, RunPlan plan, ImmutableArray<CacheKey> keys, ImmutableArray<int> needed,
        IReadOnlyDictionary<CacheKey, NodeOutputs> found, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        HashSet<NodeId> toRun = [.. plan.Nodes.Select(node => node.Id)];
        HashSet<NodeId> taken = [.. plan.Cached.Select(node => node.Id)];
        List<RunEventDraft> events = [RunEvents.Started(now, needed.Length, needed.Length - toRun.Count, plan.Batches.Length)];
        List<NodeOutputRecord> outputs = [];
        foreach (int position in needed)
        {
            NodeId node = snapshot.Graph.Nodes[position].Id;
            if (toRun.Contains(node))
            {
                continue;
            }

            NodeOutputs? earlier = taken.Contains(node) ? found[keys[position]] : null;
            events.Add(RunEvents.Cached(now, node, earlier));
            if (earlier is not null)
            {
                outputs.Add(new NodeOutputRecord(node, earlier));
                events.AddRange(RunEvents.Artifacts(run.Id, node, keys[position], earlier, now, cached: true).Select(artifact => RunEvents.Artifact(now, artifact)));
            }
        }

        RunChange change = new() { Status = RunStatus.Running, StartedAt = run.StartedAt ?? now };
        bool written = true;
        foreach ((int number, RunEventDraft[] some) in events.Chunk(EventsPerCommit).Index())
        {
            RunCommit commit = new() { Events = [.. some], Change = number == 0 ? change : null, Outputs = number == 0 ? [.. outputs] : [] };
            written = (await runs.CommitAsync(workspace, run.Id, commit, cancellationToken)).Written;
        }

        return written;
    }

    /// <summary>Says whether any node of a batch has all its inputs, or gets them from nodes of the batch that do.</summary>
    private async Task<bool> HasSomethingToRunAsync(WorkspaceId workspace, RunId run, RunPlan plan, PlannedBatch batch, CancellationToken cancellationToken)
    {
        HashSet<NodeId> inside = [.. batch.Nodes.Select(node => plan.Nodes[node].Id)];
        List<PlannedNode> roots = [.. batch.Nodes.Select(node => plan.Nodes[node]).Where(node => !node.Links.Values.Any(link => inside.Contains(link.Node)))];
        HashSet<NodeId> sources = [.. roots.SelectMany(node => node.Links.Values).Select(link => link.Node)];
        IReadOnlyDictionary<NodeId, NodeOutputs> there = await runs.ReadOutputsAsync(workspace, run, sources, cancellationToken);
        // A batch in which no first node can run has none at all that can.
        return roots.Exists(node => node.Links.Values.All(link => there.ContainsKey(link.Node)));
    }

    private async Task<int> CountArtifactsAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken)
    {
        int count = 0;
        string? cursor = null;
        do
        {
            Page<ArtifactRecord> page = await runs.ListArtifactsAsync(workspace, run, cursor, 200, cancellationToken);
            count += page.Items.Length;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return count;
    }
}
