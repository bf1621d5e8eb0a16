using System.Globalization;
using System.Text;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Embedded.CrashHost;

/// <summary>Runs of a few batches of a few nodes, made, dispatched, executed and finished. Every acknowledgement is a line on the standard output.</summary>
internal static class Workload
{
    internal const int BatchesPerRun = 3;
    internal const int NodesPerBatch = 3;

    /// <summary>What a run has seen when it has ended: queued, started, two per node, an artifact per batch, completed.</summary>
    internal const int EventsPerRun = 3 + (BatchesPerRun * ((2 * NodesPerBatch) + 1));

    private static readonly WorkspaceId[] Workspaces = [new("acme", "main"), new("zenith", "main")];

    private static EmbeddedOptions Options => new() { LeaseDuration = TimeSpan.FromSeconds(1), MaxDeliveries = 100, PollInterval = TimeSpan.FromMilliseconds(20) };

    internal static WorkspaceId WorkspaceOf(int number) => Workspaces[number % Workspaces.Length];

    internal static RunId RunIdOf(int number) => new(string.Create(CultureInfo.InvariantCulture, $"run_{number:D26}"));

    /// <summary>The content that a node of a batch makes.</summary>
    internal static byte[] ContentOf(string batch, int node) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{batch}/{node};", 500)));

    internal static async Task HostAsync(DataFolder folder, int runs)
    {
        using IDisposable hostLock = folder.LockForHost();
        await using EmbeddedStore store = await EmbeddedStore.OpenAsync(folder, Options);
        await using OrchestrationEngine engine = store.CreateEngine(Registry(store));
        await engine.StartAsync();
        using CancellationTokenSource stop = new();
        Task[] workers = [.. Enumerable.Range(0, 2).Select(worker => WorkAsync(store, $"in-process-{worker}", stop.Token))];
        for (int number = 0; number < runs; number++)
        {
            RunRecord run = new() { Id = RunIdOf(number), CreatedAt = DateTimeOffset.UtcNow, Snapshot = new Digest(new string('0', 64)) };
            await store.Runs.CreateAsync(WorkspaceOf(number), run, Event(RunEventTypes.RunQueued, "queued"));
            await store.Orchestrations.StartAsync(new OrchestrationId(WorkspaceOf(number), run.Id.Value), "run", BatchesPerRun);
            Acknowledge($"run {number}");
        }

        for (int number = 0; number < runs; number++)
        {
            await foreach (RunEvent _ in store.Runs.FollowEventsAsync(WorkspaceOf(number), RunIdOf(number), 0))
            {
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);
        await store.CreateMaintenance().RunOnceAsync();
        Acknowledge("done");
    }

    internal static async Task WorkAsync(DataFolder folder)
    {
        await using EmbeddedStore store = await EmbeddedStore.OpenAsync(folder, Options);
        Acknowledge("ready");
        await WorkAsync(store, "out-of-process", CancellationToken.None);
    }

    internal static OrchestrationRegistry Registry(EmbeddedStore store) => new OrchestrationRegistry()
        .AddOrchestrator("run", 1, async (context, input) => await RunAsync(context, input.GetInt32()))
        .AddActivity<int, long>("begin", (instance, _, stop) => CommitAsync(store, instance.Workspace, new RunId(instance.Name), new RunCommit
        {
            Events = [Event(RunEventTypes.RunStarted, "started")],
            Change = new RunChange { Status = RunStatus.Running },
        }))
        .AddActivity<int, bool>("send", async (instance, index, stop) =>
        {
            await store.Queue.SendAsync(Batch(instance, index), stop);
            return true;
        })
        .AddActivity<int, long>("finish", (instance, _, stop) => CommitAsync(store, instance.Workspace, new RunId(instance.Name), new RunCommit
        {
            Events = [Event(RunEventTypes.RunCompleted, "completed")],
            Change = new RunChange { Status = RunStatus.Succeeded },
        }));

    private static async Task<object?> RunAsync(IOrchestrationContext context, int batches)
    {
        await context.CallActivityAsync<long>("begin", 0);
        await Task.WhenAll(Enumerable.Range(0, batches).Select(index => context.CallActivityAsync<bool>("send", index)));
        HashSet<BatchId> finished = [];
        while (finished.Count < batches)
        {
            using CancellationTokenSource inTime = new();
            Task timer = context.CreateTimerAsync(context.CurrentUtc + TimeSpan.FromHours(1), inTime.Token);
            Task<BatchOutcome> outcome = context.WaitForEventAsync<BatchOutcome>("batch-finished");
            await Task.WhenAny(timer, outcome);
            await inTime.CancelAsync();
            if (!finished.Add((await outcome).BatchId))
            {
                throw new InvalidOperationException("An outcome came twice.");
            }
        }

        return await context.CallActivityAsync<long>("finish", 0);
    }

    private static BatchMessage Batch(OrchestrationId instance, int index) => new()
    {
        BatchId = new BatchId(string.Create(CultureInfo.InvariantCulture, $"{instance.Name}.{index}")),
        Workspace = instance.Workspace,
        RunId = new RunId(instance.Name),
        Plan = new Digest(new string('0', 64)),
        Index = index,
    };

    private static async Task WorkAsync(EmbeddedStore store, string name, CancellationToken stop)
    {
        RunnerCapabilities runner = new(name, "cpu", [], 0);
        try
        {
            while (true)
            {
                if (await store.Queue.LeaseAsync(runner, TimeSpan.FromMinutes(1), stop) is { } lease)
                {
                    await ExecuteAsync(store, lease, name);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop between two batches.
        }
    }

    private static async Task ExecuteAsync(EmbeddedStore store, BatchLease lease, string runner)
    {
        BatchMessage batch = lease.Batch;
        for (int node = 0; node < NodesPerBatch; node++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{batch.Index}/{node}");
            StoredContent content = await store.Artifacts.PutAsync(batch.Workspace, new MemoryStream(ContentOf(batch.BatchId.Value, node)));
            Acknowledge($"content {batch.Workspace.Tenant} {content.Digest}");
            List<RunEventDraft> events = [Event(RunEventTypes.NodeStarted, $"{key}/started"), Event(RunEventTypes.NodeCompleted, $"{key}/completed")];
            if (node == NodesPerBatch - 1)
            {
                ArtifactRef file = new($"{batch.Index}.txt", content.Digest, "text/plain", content.Size, ArtifactKind.Output);
                events.Add(Event(RunEventTypes.ArtifactCreated, $"{key}/artifact") with
                {
                    Artifact = new ArtifactRecord { Id = new ArtifactId($"art_{batch.BatchId}"), RunId = batch.RunId, NodeId = new NodeId(key), File = file },
                });
            }

            await CommitAsync(store, batch.Workspace, batch.RunId, new RunCommit { Events = [.. events] });
        }

        await store.BatchResults.ReportAsync(new BatchOutcome
        {
            BatchId = batch.BatchId,
            Workspace = batch.Workspace,
            RunId = batch.RunId,
            Dispatch = batch.Dispatch,
            Attempt = lease.Attempt,
            RunnerId = runner,
            Status = BatchStatus.Succeeded,
        });
        await store.Queue.CompleteAsync(lease);
    }

    private static async Task<long> CommitAsync(EmbeddedStore store, WorkspaceId workspace, RunId run, RunCommit commit)
    {
        CommitResult result = await store.Runs.CommitAsync(workspace, run, commit);
        Acknowledge($"seq {workspace.Tenant} {run} {result.LastSequence}");
        return result.LastSequence;
    }

    private static RunEventDraft Event(string type, string onceKey) =>
        new(type, DateTimeOffset.UtcNow, RunsJson.Element(new { key = onceKey })) { OnceKey = onceKey };

    private static void Acknowledge(string line)
    {
        lock (Workspaces)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
