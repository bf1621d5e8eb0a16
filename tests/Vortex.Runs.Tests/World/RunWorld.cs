using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests;

/// <summary>A whole house in memory: ports, engine, service, sweeper and a runner that does as it is told.</summary>
internal sealed class RunWorld : IAsyncDisposable
{
    private readonly OrchestrationStorage _storage = new();
    private InMemoryOrchestration _engine;

    public RunWorld(Action<RunServiceOptions>? configure = null, Action<PlannerOptions>? configurePlanner = null)
    {
        configure?.Invoke(Options);
        configurePlanner?.Invoke(Planner);
        Cache = new InMemoryResultCache(Artifacts);
        Queue = new InMemoryBatchQueue(Time, TimeSpan.FromMinutes(1), maxDeliveries: 3);
        Activities = new RunActivities(Runs, Artifacts, Cache, Faults.Of(Queue), Planner, Time, NullLogger<RunActivities>.Instance);
        Registry = new OrchestrationRegistry().RegisterRuns(Activities);
        _engine = new InMemoryOrchestration(Registry, _storage, Time);
        Client = new CurrentEngine(this);
        Service = new RunService(
            Runs, Artifacts, Workflows, Files, Queue, Client, _ => Catalog, Options, new IdSource(Time), Time, NullLogger<RunService>.Instance,
            new ResidentCapacity(() => Offers));
        Results = new OrchestrationBatchResults(Client, NullLogger<OrchestrationBatchResults>.Instance);
        Sweeper = new RunSweeper(Runs, Queue, Results, Client, Service, Options, Time, NullLogger<RunSweeper>.Instance);
        Runner = new ScriptedRunner(this);
    }

    /// <summary>Gets or sets what the runners here are said to offer.</summary>
    public IReadOnlyList<RunnerCapabilities> Offers { get; set; } = [Some.Runner()];

    public ManualTimeProvider Time { get; } = new(Some.Time);

    public RunServiceOptions Options { get; } = new();

    public PlannerOptions Planner { get; } = new();

    public NodeCatalog Catalog { get; set; } = TestTypes.Catalog;

    public InMemoryRunStore Runs { get; } = new();

    public InMemoryArtifactStore Artifacts { get; } = new();

    public InMemoryResultCache Cache { get; }

    public InMemoryBatchQueue Queue { get; }

    public QueueFaults Faults { get; } = new();

    public InMemoryWorkflowStore Workflows { get; } = new();

    public NamedFiles Files { get; } = new();

    public RunActivities Activities { get; }

    public OrchestrationRegistry Registry { get; }

    /// <summary>Gets the client of whatever engine runs now.</summary>
    public IOrchestrationClient Client { get; }

    public OrchestrationBatchResults Results { get; }

    public RunService Service { get; }

    public RunSweeper Sweeper { get; }

    public ScriptedRunner Runner { get; }

    /// <summary>Gets or sets whether the process dies between storing a run and starting its orchestration.</summary>
    public bool DiesBeforeStart { get; set; }

    public ImmutableArray<RecordedExecution> Recordings(RunId run) => _storage.Recordings(RunOrchestration.Of(Some.Here, run));

    public async Task<RunRecord> SubmitAsync(string[] lines, RunOptions? options = null)
    {
        RunSubmission submission = await Service.SubmitAsync(Some.Here, new RunRequest { Document = Documents.Of(lines), Options = options ?? new RunOptions() }, "req_1");
        Assert.True(submission.Run is not null, string.Join('\n', submission.Problems.Select(problem => problem.Message)));
        return submission.Run;
    }

    /// <summary>Lets the runner and time do their work until the run has ended, at most <paramref name="atMost"/> of the world's time.</summary>
    public async Task<RunRecord> EndAsync(RunId run, TimeSpan? atMost = null)
    {
        using CancellationTokenSource stop = new();
        Task working = Runner.WorkAsync(stop.Token);
        Task<RunEvent> last = LastEventAsync(run);
        DateTimeOffset end = Time.GetUtcNow() + (atMost ?? TimeSpan.FromHours(1));
        while (!last.IsCompleted)
        {
            await QuietAsync(Task.WhenAny(last, working));
            if (working.IsCompleted)
            {
                // A runner that throws is a broken test, not one that waits.
                await working;
            }

            Assert.True(last.IsCompleted || Time.AdvanceToNext(end), "The run waits for nothing and has not ended.");
        }

        await stop.CancelAsync();
        await working;
        RunRecord record = (await Runs.FindAsync(Some.Here, run))!;
        Assert.True(record.Status.IsOver());
        AssertReplays(run);
        return record;
    }

    public async Task<List<RunEvent>> EventsAsync(RunId run) => [.. await Runs.ReadEventsAsync(Some.Here, run, 0, 100_000)];

    /// <summary>Every prefix of the history decides the same again.</summary>
    public void AssertReplays(RunId run)
    {
        foreach (RecordedExecution execution in Recordings(run))
        {
            ReplayHarness.AssertReplays(Registry, execution);
        }
    }

    public async Task RestartEngineAsync()
    {
        await _engine.DisposeAsync();
        _engine = new InMemoryOrchestration(Registry, _storage, Time);
    }

    /// <summary>Waits until the orchestration of a run has ended and all it was told is taken in.</summary>
    public async Task<OrchestrationState> OrchestrationEndAsync(RunId run)
    {
        while (true)
        {
            OrchestrationState state = (await Client.FindAsync(RunOrchestration.Of(Some.Here, run)))!;
            if (state.Status != OrchestrationStatus.Running)
            {
                return state;
            }

            await Task.Delay(1);
        }
    }

    /// <summary>Waits until nothing goes on without time going on, or <paramref name="over"/> has ended.</summary>
    public async Task QuietAsync(Task? over = null)
    {
        using CancellationTokenSource missing = new(TimeSpan.FromSeconds(60));
        for (int quiet = 0; quiet < 3 && over?.IsCompleted != true;)
        {
            bool somethingWaits = Runner.IsWorking && (await Queue.ReadAsync(Some.Here)).Runs.Any(run => run.Waiting > 0);
            quiet = _engine.IsIdle && !Runner.IsBusy && !somethingWaits ? quiet + 1 : 0;
            await Task.Delay(1, missing.Token);
        }
    }

    public async ValueTask DisposeAsync() => await _engine.DisposeAsync();

    private async Task<RunEvent> LastEventAsync(RunId run)
    {
        RunEvent? last = null;
        await foreach (RunEvent one in Runs.FollowEventsAsync(Some.Here, run, 0))
        {
            last = one;
        }

        return last!;
    }

    private sealed class CurrentEngine(RunWorld world) : IOrchestrationClient
    {
        public ValueTask<bool> StartAsync(OrchestrationId instance, string orchestration, object? input, CancellationToken cancellationToken = default) =>
            world.DiesBeforeStart ? throw new IOException("The process died.") : world._engine.StartAsync(instance, orchestration, input, cancellationToken);

        public ValueTask RaiseEventAsync(OrchestrationId instance, string eventName, object? payload, CancellationToken cancellationToken = default) =>
            world._engine.RaiseEventAsync(instance, eventName, payload, cancellationToken);

        public ValueTask<OrchestrationState?> FindAsync(OrchestrationId instance, CancellationToken cancellationToken = default) =>
            world._engine.FindAsync(instance, cancellationToken);

        public ValueTask TerminateAsync(OrchestrationId instance, string reason, CancellationToken cancellationToken = default) =>
            world._engine.TerminateAsync(instance, reason, cancellationToken);
    }
}

/// <summary>Files and models by name; what is not listed does not exist.</summary>
internal sealed class NamedFiles : IFileResolver
{
    public Dictionary<string, FileResolution> Known { get; } = new(StringComparer.Ordinal)
    {
        ["photo.png"] = new(new FileRef("photo.png", Some.Digest("photo"), 10, "image/png"), null),
        ["../secret"] = new(null, new RunProblem("file.outside_folder", "'../secret' lies outside the input folder. Choose a file in it.")),
        ["checkpoints/sd.safetensors"] = new(new FileRef("sd.safetensors", Some.Digest("sd"), 10), null),
    };

    public int Lookups { get; private set; }

    /// <summary>Gets or sets what prompts name; null for a host without models.</summary>
    public Func<string?, ImmutableArray<FileRef>>? Prompts { get; set; }

    public ValueTask<ImmutableArray<FileRef>?> PromptFilesAsync(WorkspaceId workspace, string? text, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Prompts is { } find ? find(text) : (ImmutableArray<FileRef>?)null);

    public ValueTask<FileResolution> ResolveAsync(WorkspaceId workspace, string name, string? modelFolder, CancellationToken cancellationToken = default)
    {
        Lookups++;
        return ValueTask.FromResult(Known.GetValueOrDefault(modelFolder is null ? name : $"{modelFolder}/{name}") ?? new FileResolution(null, null));
    }
}

/// <summary>A queue whose sending fails for a while, or during whose sending something else happens.</summary>
internal sealed class QueueFaults
{
    private int _failures;

    public int Failures
    {
        get => _failures;
        set => _failures = value;
    }

    /// <summary>Gets or sets what happens while a batch is on its way to the queue.</summary>
    public Func<BatchMessage, Task>? Sending { get; set; }

    public IBatchQueue Of(IBatchQueue queue) => new Faulty(queue, this);

    private sealed class Faulty(IBatchQueue queue, QueueFaults faults) : IBatchQueue
    {
        public async ValueTask SendAsync(BatchMessage batch, CancellationToken cancellationToken = default)
        {
            if (Interlocked.Decrement(ref faults._failures) >= 0)
            {
                throw new IOException("The queue is away.");
            }

            await (faults.Sending?.Invoke(batch) ?? Task.CompletedTask);
            await queue.SendAsync(batch, cancellationToken);
        }

        public ValueTask<BatchLease?> LeaseAsync(RunnerCapabilities runner, TimeSpan wait, CancellationToken cancellationToken = default) => queue.LeaseAsync(runner, wait, cancellationToken);

        public ValueTask<LeaseState> RenewAsync(BatchLease lease, CancellationToken cancellationToken = default) => queue.RenewAsync(lease, cancellationToken);

        public ValueTask<bool> CompleteAsync(BatchLease lease, CancellationToken cancellationToken = default) => queue.CompleteAsync(lease, cancellationToken);

        public ValueTask AbandonAsync(BatchLease lease, TimeSpan delay, CancellationToken cancellationToken = default) => queue.AbandonAsync(lease, delay, cancellationToken);

        public ValueTask DeadLetterAsync(BatchLease lease, string reason, CancellationToken cancellationToken = default) => queue.DeadLetterAsync(lease, reason, cancellationToken);

        public ValueTask<IReadOnlyList<BatchId>> CancelAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default) => queue.CancelAsync(workspace, run, cancellationToken);

        public ValueTask<IReadOnlyList<DeadBatch>> FindDeadAsync(int max, CancellationToken cancellationToken = default) => queue.FindDeadAsync(max, cancellationToken);

        public ValueTask ForgetDeadAsync(DeadBatch batch, CancellationToken cancellationToken = default) => queue.ForgetDeadAsync(batch, cancellationToken);
    }
}
