using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Embedded.CrashHost;

/// <summary>Whole runs of nodes that do nothing: snapshot, plan, queue, a runner that only tells, events, cache.</summary>
internal sealed class NoOpRuns : IAsyncDisposable
{
    private const int NodesPerCommit = 50;

    private readonly EmbeddedStore _store;
    private readonly OrchestrationEngine _engine;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _runners;
    private int _next;

    private NoOpRuns(EmbeddedStore store, OrchestrationEngine engine)
    {
        (_store, _engine) = (store, engine);
        _runners = [.. Enumerable.Range(0, 2).Select(number => Task.Run(() => ServeAsync($"runner-{number}")))];
    }

    internal static async Task<NoOpRuns> StartAsync(EmbeddedStore store)
    {
        RunActivities activities = new(store.Runs, store.Artifacts, store.Results, store.Queue, new PlannerOptions(), TimeProvider.System, NullLogger<RunActivities>.Instance);
        OrchestrationEngine engine = store.CreateEngine(new OrchestrationRegistry().RegisterRuns(activities));
        await engine.StartAsync();
        return new NoOpRuns(store, engine);
    }

    /// <summary>Submits a run of chains and follows it to its end.</summary>
    /// <returns>The run as it ended, and how many events were seen.</returns>
    internal async Task<(RunRecord Run, int Events)> RunAsync(int chains, int length, string salt)
    {
        WorkspaceId here = WorkspaceId.Local;
        RunSnapshot snapshot = Snapshot(chains, length, salt);
        Digest digest = await _store.Artifacts.PutJsonAsync(here, snapshot);
        RunId id = new(string.Create(CultureInfo.InvariantCulture, $"run_{salt}_{Interlocked.Increment(ref _next)}"));
        RunRecord run = new() { Id = id, CreatedAt = DateTimeOffset.UtcNow, Snapshot = digest };
        await _store.Runs.CreateAsync(here, run, RunEvents.Queued(run.CreatedAt, run, chains * length));
        await _store.Orchestrations.StartAsync(RunOrchestration.Of(here, id), RunOrchestrator.Name, new RunOrder { RunId = id, Snapshot = digest });
        int events = 0;
        await foreach (RunEvent _ in _store.Runs.FollowEventsAsync(here, id, 0))
        {
            events++;
        }

        return ((await _store.Runs.FindAsync(here, id))!, events);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_runners);
        await _engine.DisposeAsync();
        _stop.Dispose();
    }

    private static RunSnapshot Snapshot(int chains, int length, string salt)
    {
        ImmutableArray<ExecutableNode>.Builder nodes = ImmutableArray.CreateBuilder<ExecutableNode>();
        ImmutableSortedDictionary<string, JsonElement> noConstants = ImmutableSortedDictionary<string, JsonElement>.Empty;
        for (int chain = 0; chain < chains; chain++)
        {
            for (int i = 0; i < length; i++)
            {
                nodes.Add(new ExecutableNode(
                    new NodeId($"{chain}.{i}"),
                    i == length - 1 ? "Out" : "NoOp",
                    i == 0 ? noConstants.Add("salt", JsonSerializer.SerializeToElement($"{salt}/{chain}")) : noConstants,
                    i == 0 ? ImmutableSortedDictionary<string, NodeLink>.Empty : ImmutableSortedDictionary<string, NodeLink>.Empty.Add("in", new NodeLink(new NodeId($"{chain}.{i - 1}"), 0))));
            }
        }

        NodeTypeFacts facts = new() { Version = "1", Pack = "core", Inputs = ["in", "salt"] };
        return new RunSnapshot
        {
            Graph = new ExecutableGraph(nodes.ToImmutable()),
            Environment = new RunEnvironment("cpu", ImmutableSortedDictionary<string, NodeTypeFacts>.Empty.Add("NoOp", facts).Add("Out", facts with { IsOutput = true })),
            Nonce = salt,
        };
    }

    private async Task ServeAsync(string name)
    {
        RunnerCapabilities runner = new(name, "cpu", ["core"], 0);
        Dictionary<Digest, RunPlan> plans = [];
        try
        {
            while (true)
            {
                if (await _store.Queue.LeaseAsync(runner, TimeSpan.FromMinutes(1), _stop.Token) is { } lease)
                {
                    if (!plans.TryGetValue(lease.Batch.Plan, out RunPlan? plan))
                    {
                        plans.Add(lease.Batch.Plan, plan = await _store.Artifacts.ReadJsonAsync<RunPlan>(lease.Batch.Workspace, lease.Batch.Plan));
                    }

                    await ExecuteAsync(lease, plan, name);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop between two batches.
        }
    }

    private async Task ExecuteAsync(BatchLease lease, RunPlan plan, string name)
    {
        BatchMessage batch = lease.Batch;
        PlannedNode[] nodes = [.. plan.Batches[batch.Index].Nodes.Select(index => plan.Nodes[index])];
        NodeOutputs nothing = new() { Slots = [new PortValue(PortType.Integer, [new ValueItem { Inline = JsonSerializer.SerializeToElement(1) }])] };
        foreach (PlannedNode[] part in nodes.Chunk(NodesPerCommit))
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            await _store.Runs.CommitAsync(batch.Workspace, batch.RunId, new RunCommit
            {
                Events = [.. part.SelectMany(node => new[] { Event(RunEventTypes.NodeStarted, node), Event(RunEventTypes.NodeCompleted, node) })],
                Outputs = [.. part.Where(node => node.Keep).Select(node => new NodeOutputRecord(node.Id, nothing))],
            });
            await _store.Results.PutAsync(batch.Workspace, [.. part.Where(node => node.Keep && node.MayCache).Select(node => new KeyValuePair<CacheKey, NodeOutputs>(node.Key, nothing))]);

            RunEventDraft Event(string type, PlannedNode node) =>
                new(type, now, RunsJson.Element(new { node.Type })) { NodeId = node.Id, OnceKey = $"{batch.BatchId}/{batch.Dispatch}/{lease.Attempt}/{node.Id}/{type}" };
        }

        await _store.BatchResults.ReportAsync(new BatchOutcome
        {
            BatchId = batch.BatchId,
            Workspace = batch.Workspace,
            RunId = batch.RunId,
            Dispatch = batch.Dispatch,
            Attempt = lease.Attempt,
            RunnerId = name,
            Status = BatchStatus.Succeeded,
            Succeeded = nodes.Length,
        });
        await _store.Queue.CompleteAsync(lease);
    }
}
