using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Vortex.Runner.Tests;

/// <summary>A queue, the stores and a runner in memory, under a clock that the test moves. The stores outlive the runner, as they do in life.</summary>
internal sealed class Bench : IBatchResults
{
    private readonly List<BatchOutcome> _reported = [];
    private int _runs;

    public Bench(TimeProvider? time = null)
    {
        Clock = new ManualTimeProvider(Some.Time);
        Time = time ?? Clock;
        Cache = new InMemoryResultCache(Artifacts);
        Queue = new InMemoryBatchQueue(Time, LeaseTime, maxDeliveries: 100);
        Runner = NewRunner();
    }

    public static TimeSpan LeaseTime { get; } = TimeSpan.FromSeconds(30);

    public ManualTimeProvider Clock { get; }

    public TimeProvider Time { get; }

    public InMemoryArtifactStore Artifacts { get; } = new();

    public InMemoryResultCache Cache { get; }

    public InMemoryRunStore Runs { get; } = new();

    public InMemoryBatchQueue Queue { get; }

    public RunnerOptions Options { get; } = new() { RunnerId = "bench", NodesAtOnce = 1, AbandonDelay = TimeSpan.Zero };

    public BatchRunner Runner { get; set; }

    public CachePolicy CachePolicy { get; set; }

    public IReadOnlyList<BatchOutcome> Reported
    {
        get
        {
            lock (_reported)
            {
                return [.. _reported];
            }
        }
    }

    /// <summary>Makes a runner as a new process has one: it remembers nothing. Ports may be replaced.</summary>
    public BatchRunner NewRunner(IBatchQueue? queue = null, IBatchResults? results = null, IRunStore? runs = null, IResultCache? cache = null, IArtifactStore? artifacts = null) => new(
        queue ?? Queue,
        results ?? this,
        runs ?? Runs,
        cache ?? Cache,
        artifacts ?? Artifacts,
        new NodeLibrary([TestNodes.Pack]),
        [],
        SomeModels.None(),
        Microsoft.Extensions.Options.Options.Create(Options),
        Time,
        NullLogger<BatchRunner>.Instance);

    /// <summary>Plans a run of the nodes and sends its first batch.</summary>
    public async Task<BatchMessage> SendAsync(params NodeSpec[] nodes)
    {
        BatchMessage[] batches = await PlanAsync(nodes);
        await Queue.SendAsync(batches[0]);
        return batches[0];
    }

    /// <summary>Plans a run and returns its batches without sending any.</summary>
    public async Task<BatchMessage[]> PlanAsync(params NodeSpec[] nodes)
    {
        RunRecord run = Some.Run(++_runs);
        await Runs.CreateAsync(Some.Here, run, Some.Event(RunEventTypes.RunQueued));
        RunPlan plan = new()
        {
            Nodes = [.. nodes.Select(node => node.Plan())],
            Batches = [.. nodes.Index().GroupBy(node => node.Item.Batch).OrderBy(batch => batch.Key).Select(batch =>
                new PlannedBatch(new BatchId($"{run.Id}.{batch.Key}"), [.. batch.Select(node => node.Index)], [], new BatchRequirements { Packs = ["test"] }))],
        };
        StoredContent stored = await Artifacts.PutAsync(Some.Here, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(plan, RunsJson.Options)));
        return [.. plan.Batches.Select((batch, index) => new BatchMessage
        {
            BatchId = batch.Id,
            Workspace = Some.Here,
            RunId = run.Id,
            Plan = stored.Digest,
            Index = index,
            Requires = batch.Requires,
            CachePolicy = CachePolicy,
        })];
    }

    /// <summary>Runs the nodes as one batch and returns what was reported.</summary>
    public async Task<BatchOutcome> RunAsync(params NodeSpec[] nodes)
    {
        await SendAsync(nodes);
        return await StepAsync();
    }

    /// <summary>Runs the next batch and returns what was reported.</summary>
    public async Task<BatchOutcome> StepAsync()
    {
        int before = Reported.Count;
        Assert.True(await Some.SoonAsync(Runner.RunOneAsync(TimeSpan.Zero)));
        return Assert.Single(Reported.Skip(before));
    }

    public async Task<IReadOnlyList<RunEvent>> EventsAsync(RunId? run = null) =>
        await Runs.ReadEventsAsync(Some.Here, run ?? Some.RunId(_runs), 1, 100_000);

    /// <summary>Returns type and node of each event, such as <c>node.completed a</c>.</summary>
    public async Task<string[]> LogAsync(RunId? run = null) => [.. (await EventsAsync(run)).Select(one => $"{one.Type} {one.NodeId}")];

    /// <summary>Returns the one entry of an output of the last run.</summary>
    public async Task<object?> OutputAsync(string node, int slot = 0) => Assert.Single(await ListAsync(node, slot));

    public async Task<IReadOnlyList<object?>> ListAsync(string node, int slot = 0)
    {
        NodeOutputs outputs = (await Runs.ReadOutputsAsync(Some.Here, Some.RunId(_runs), [new NodeId(node)]))[new NodeId(node)];
        return await new ValueCodec(Artifacts).LoadAsync(Some.Here, outputs.Slots[slot]!);
    }

    public async Task<ImmutableArray<ArtifactRecord>> ArtifactsAsync() =>
        (await Runs.ListArtifactsAsync(Some.Here, Some.RunId(_runs), null, 100)).Items;

    public ValueTask ReportAsync(BatchOutcome outcome, CancellationToken cancellationToken = default)
    {
        lock (_reported)
        {
            _reported.Add(outcome);
        }

        return ValueTask.CompletedTask;
    }
}
