using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Embedded;
using Vortex.Nodes.Packs;

namespace Vortex.Runner.Tests;

/// <summary>A machine as it is in life: a data folder, the orchestration engine and a runner with the built-in nodes.</summary>
internal sealed class OneMachine : IAsyncDisposable
{
    private readonly string _folder;
    private readonly CancellationTokenSource _stop = new();
    private readonly EmbeddedStore _store;
    private readonly OrchestrationEngine _engine;
    private readonly NodeCatalog _catalog = new(BuiltInPacks.Types);
    private readonly Task _running;
    private int _runs;

    private OneMachine(string folder, EmbeddedStore store, OrchestrationEngine engine, bool withRunner)
    {
        (_folder, _store, _engine) = (folder, store, engine);
        _running = withRunner ? NewRunner().RunAsync(_stop.Token) : Task.CompletedTask;
    }

    public string Folder => _folder;

    public EmbeddedStore Store => _store;

    /// <summary>Starts a machine with a runner inside, or without one for runners that come from outside.</summary>
    public static async Task<OneMachine> StartAsync(bool withRunner = true)
    {
        string folder = Path.Combine(Path.GetTempPath(), "vortex-runner-tests", Guid.NewGuid().ToString("N"));
        EmbeddedStore store = await EmbeddedStore.OpenAsync(new DataFolder(folder));
        RunActivities activities = new(store.Runs, store.Artifacts, store.Results, store.Queue, new PlannerOptions(), TimeProvider.System, NullLogger<RunActivities>.Instance);
        OrchestrationEngine engine = store.CreateEngine(new OrchestrationRegistry().RegisterRuns(activities));
        await engine.StartAsync(CancellationToken.None);
        return new OneMachine(folder, store, engine, withRunner);
    }

    /// <summary>Makes a runner of this machine; it does nothing until it is told to.</summary>
    public BatchRunner NewRunner()
    {
        RunnerOptions options = new() { RunnerId = "machine", BatchesAtOnce = 2 };
        return new BatchRunner(
            _store.Queue, _store.BatchResults, _store.Runs, _store.Results, _store.Artifacts, new NodeLibrary(BuiltInPacks.All), [], SomeModels.None(),
            Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System, NullLogger<BatchRunner>.Instance);
    }

    /// <summary>Brings a file into the store.</summary>
    public async Task<FileRef> FileAsync(string name, byte[] content)
    {
        StoredContent stored = await _store.Artifacts.PutAsync(Some.Here, new MemoryStream(content));
        return new FileRef(name, stored.Digest, stored.Size);
    }

    /// <summary>Accepts a run of the nodes and follows it to its end.</summary>
    public async Task<(RunRecord Run, IReadOnlyList<RunEvent> Events)> RunAsync(params NodeSpec[] nodes) => await FollowAsync(await AcceptAsync(nodes));

    /// <summary>Accepts a run of the nodes.</summary>
    public async Task<RunId> AcceptAsync(params NodeSpec[] nodes)
    {
        RunId id = Some.RunId(++_runs);
        PlannedNode[] planned = [.. nodes.Select(node => node.Plan())];
        RunSnapshot snapshot = new()
        {
            Graph = new ExecutableGraph([.. planned.Select(node => new ExecutableNode(node.Id, node.Type, node.Constants, node.Links))]),
            Files = planned.Where(node => node.Files.Count > 0).ToImmutableSortedDictionary(node => node.Id, node => node.Files),
            Options = new RunOptions { Outputs = [.. planned.Where(node => node.IsOutput).Select(node => node.Id)] },
            Environment = new RunEnvironment("cpu", planned.Select(node => node.Type).Distinct().ToImmutableSortedDictionary(type => type, type => NodeTypeFacts.Of(_catalog.Find(type)!), StringComparer.Ordinal)),
            Nonce = id.Value,
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("vtxw", "{}"),
        };
        StoredContent stored = await _store.Artifacts.PutAsync(Some.Here, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(snapshot, RunsJson.Options)));
        RunRecord run = new() { Id = id, CreatedAt = DateTimeOffset.UtcNow, Snapshot = stored.Digest };
        await _store.Runs.CreateAsync(Some.Here, run, new RunEventDraft(RunEventTypes.RunQueued, DateTimeOffset.UtcNow, RunsJson.Element(new { })));
        await _store.Orchestrations.StartAsync(RunOrchestration.Of(Some.Here, id), RunOrchestrator.Name, new RunOrder { RunId = id, Snapshot = stored.Digest });
        return id;
    }

    /// <summary>Follows a run to its end.</summary>
    public async Task<(RunRecord Run, IReadOnlyList<RunEvent> Events)> FollowAsync(RunId id)
    {
        List<RunEvent> events = [];
        await foreach (RunEvent one in _store.Runs.FollowEventsAsync(Some.Here, id, 0))
        {
            events.Add(one);
        }

        return ((await _store.Runs.FindAsync(Some.Here, id))!, events);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _engine.StopAsync(CancellationToken.None);
        await _store.DisposeAsync();
        _stop.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
