using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Embedded.CrashHost;

/// <summary>Prints figures of the store, each the median of several. Run it by hand in Release on a quiet machine.</summary>
internal static class Measure
{
    private static readonly WorkspaceId Here = WorkspaceId.Local;
    private static int _next;

    internal static async Task RunAsync(string folder)
    {
        Stopwatch watch = Stopwatch.StartNew();
        (await EmbeddedStore.OpenAsync(new DataFolder(folder))).Dispose();
        Print("open, new folder", watch.Elapsed.TotalMilliseconds, "ms");
        watch.Restart();
        await using EmbeddedStore store = await EmbeddedStore.OpenAsync(new DataFolder(folder));
        Print("open, again", watch.Elapsed.TotalMilliseconds, "ms");
        await PrintMedianAsync("1,000 nodes, 2,000 events, 20 per commit", 9, () => RunOfAsync(store, 100, 20));
        await PrintMedianAsync("1,000 nodes, 2,000 events, 1,000 outputs, 10 commits", 9, () => RunOfAsync(store, 10, 200, outputs: true));
        await PrintMedianAsync("2,000 events, one per commit, one after the other", 3, () => RunOfAsync(store, 2_000, 1));
        await PrintMedianAsync("read 2,000 events", 9, async () => _ = await store.Runs.ReadEventsAsync(Here, RunId(_next), 0, 10_000));
        await OrchestrationsAsync(store);
        await FollowAsync(store);
        await SubmitAsync(store);
        await CacheAsync(store);
        await QueueAsync(store);
        await ContentAsync(store);
        watch.Restart();
        await store.CreateMaintenance().RunOnceAsync();
        Print("maintenance after all this", watch.Elapsed.TotalMilliseconds, "ms");
    }

    private static RunId RunId(int number) => new(string.Create(CultureInfo.InvariantCulture, $"run_{number:D26}"));

    private static async Task RunOfAsync(EmbeddedStore store, int commits, int events, bool outputs = false)
    {
        RunId run = await CreateAsync(store);
        for (int i = 0; i < commits; i++)
        {
            int first = i * events;
            await store.Runs.CommitAsync(Here, run, new RunCommit
            {
                Events = [.. Enumerable.Range(first, events).Select(number => Event(RunEventTypes.NodeCompleted, number))],
                Outputs = outputs ? [.. Enumerable.Range(first / 2, events / 2).Select(number => new NodeOutputRecord(new NodeId($"n{number}"), Outputs(number)))] : [],
            });
        }
    }

    private static async Task<RunId> CreateAsync(EmbeddedStore store)
    {
        RunRecord run = new() { Id = RunId(Interlocked.Increment(ref _next)), CreatedAt = DateTimeOffset.UtcNow, Snapshot = new Digest(new string('0', 64)) };
        await store.Runs.CreateAsync(Here, run, Event(RunEventTypes.RunQueued, -1));
        return run.Id;
    }

    private static RunEventDraft Event(string type, int number) =>
        new(type, DateTimeOffset.UtcNow, RunsJson.Element(new { node = number, took_ms = 1.5 })) { NodeId = new NodeId($"n{number}"), OnceKey = $"b0/1/{number}/{type}" };

    private static NodeOutputs Outputs(int number) => new()
    {
        Slots = [new PortValue(PortType.Integer, [new ValueItem { Inline = JsonSerializer.SerializeToElement(number) }])],
    };

    /// <summary>An orchestration like a small run: six activities one after the other, an event and a canceled timer.</summary>
    private static async Task OrchestrationsAsync(EmbeddedStore store)
    {
        OrchestrationRegistry registry = new OrchestrationRegistry().AddOrchestrator("chain", 1, async (context, _) =>
        {
            for (int i = 0; i < 6; i++)
            {
                await context.CallActivityAsync<int>("nothing", i);
            }

            using CancellationTokenSource stop = new();
            Task timer = context.CreateTimerAsync(context.CurrentUtc + TimeSpan.FromHours(1), stop.Token);
            await Task.WhenAny(timer, context.WaitForEventAsync<int>("go"));
            await stop.CancelAsync();
            return await context.CallActivityAsync<int>("done", 0);
        });
        Dictionary<OrchestrationId, TaskCompletionSource> ends = [];
        registry.AddActivity<int, int>("nothing", (_, number, _) => Task.FromResult(number));
        registry.AddActivity<int, int>("done", (instance, number, _) =>
        {
            ends[instance].TrySetResult();
            return Task.FromResult(number);
        });
        OrchestrationEngine engine = store.CreateEngine(registry);
        await engine.StartAsync();
        int name = 0;
        foreach (int sideBySide in new[] { 1, 100 })
        {
            await PrintMedianAsync($"{sideBySide} orchestrations of 7 activities, an event, a timer, side by side", 7, async () =>
            {
                ImmutableArray<OrchestrationId> instances = [.. Enumerable.Range(0, sideBySide).Select(_ => new OrchestrationId(Here, $"chain-{name++}"))];
                foreach (OrchestrationId instance in instances)
                {
                    ends[instance] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                await Task.WhenAll(instances.Select(async instance =>
                {
                    await store.Orchestrations.StartAsync(instance, "chain", null);
                    await store.Orchestrations.RaiseEventAsync(instance, "go", 1);
                    await ends[instance].Task;
                }));
            });
        }

        await engine.DisposeAsync();
    }

    private static async Task FollowAsync(EmbeddedStore store)
    {
        RunId run = await CreateAsync(store);
        long begin = 0;
        TaskCompletionSource<double> seen = new();
        using CancellationTokenSource stop = new();
        Task follower = Task.Run(async () =>
        {
            await foreach (RunEvent one in store.Runs.FollowEventsAsync(Here, run, 1, stop.Token))
            {
                seen.TrySetResult(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
        });
        List<double> times = [];
        for (int i = 0; i < 300; i++)
        {
            seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
            begin = Stopwatch.GetTimestamp();
            await store.Runs.CommitAsync(Here, run, new RunCommit { Events = [Event(RunEventTypes.NodeProgress, i)] });
            times.Add(await seen.Task);
        }

        await stop.CancelAsync();
        await Task.WhenAny(follower);
        Print("commit called until follower has the event", times);
    }

    private static async Task SubmitAsync(EmbeddedStore store)
    {
        // One submission: snapshot into the artifact store, the run with its first event, its orchestration.
        List<double> times = [];
        List<Task> running = [];
        byte[] snapshot = new byte[8_000];
        Stopwatch whole = Stopwatch.StartNew();
        for (int i = 0; i < 500; i++)
        {
            int number = i;
            running.Add(Task.Run(async () =>
            {
                long begin = Stopwatch.GetTimestamp();
                byte[] mine = [.. snapshot, .. BitConverter.GetBytes(number)];
                await store.Artifacts.PutAsync(Here, new MemoryStream(mine));
                RunId run = await CreateAsync(store);
                await store.Orchestrations.StartAsync(new OrchestrationId(Here, run.Value), "chain", new { run = run.Value });
                lock (times)
                {
                    times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                }
            }));
            TimeSpan due = TimeSpan.FromMilliseconds(10 * (i + 1)) - whole.Elapsed;
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due);
            }
        }

        await Task.WhenAll(running);
        Print("submission at 100 per second", times);
    }

    private static async Task CacheAsync(EmbeddedStore store)
    {
        ImmutableArray<CacheKey> keys = [.. Enumerable.Range(0, 10_000).Select(number => new CacheKey(number.ToString("x64", CultureInfo.InvariantCulture)))];
        await store.Results.PutAsync(Here, [.. keys.Select((key, number) => new KeyValuePair<CacheKey, NodeOutputs>(key, Outputs(number)))]);
        await PrintMedianAsync("find 1,000 cached results", 9, async () => _ = await store.Results.FindAsync(Here, keys[..1_000]));
        await PrintMedianAsync("find 10,000 cached results", 5, async () => _ = await store.Results.FindAsync(Here, keys));
    }

    private static async Task QueueAsync(EmbeddedStore store)
    {
        RunnerCapabilities runner = new("r", "cpu", [], 0);
        await PrintMedianAsync("send, lease, complete one batch", 50, async () =>
        {
            await store.Queue.SendAsync(Batch(0));
            await store.Queue.CompleteAsync((await store.Queue.LeaseAsync(runner, TimeSpan.Zero))!);
        });
        await Task.WhenAll(Enumerable.Range(1, 10_000).Select(index => store.Queue.SendAsync(Batch(index)).AsTask()));
        await PrintMedianAsync("the same behind 10,000 waiting", 50, async () =>
        {
            await store.Queue.SendAsync(Batch(0));
            await store.Queue.CompleteAsync((await store.Queue.LeaseAsync(runner, TimeSpan.Zero))!);
        });
    }

    private static BatchMessage Batch(int index) => new()
    {
        BatchId = new BatchId(string.Create(CultureInfo.InvariantCulture, $"run_1.{index}")),
        Workspace = Here,
        RunId = RunId(1),
        Plan = new Digest(new string('0', 64)),
        Index = index,
    };

    private static async Task ContentAsync(EmbeddedStore store)
    {
        byte[] small = new byte[3_000];
        int number = 0;
        await PrintMedianAsync("store 3 KB", 50, async () =>
        {
            BitConverter.TryWriteBytes(small, ++number);
            await store.Artifacts.PutAsync(Here, new MemoryStream(small));
        });
        byte[] large = new byte[64 << 20];
        await PrintMedianAsync("store 64 MB", 5, async () =>
        {
            BitConverter.TryWriteBytes(large, ++number);
            await store.Artifacts.PutAsync(Here, new MemoryStream(large));
        });
    }

    private static async Task PrintMedianAsync(string name, int times, Func<Task> action)
    {
        await action();
        List<double> taken = [];
        for (int i = 0; i < times; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            await action();
            taken.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        taken.Sort();
        Print(name, taken[taken.Count / 2], "ms");
    }

    private static void Print(string name, List<double> times)
    {
        times.Sort();
        Print(name + ", median", times[times.Count / 2], "ms");
        Print(name + ", p95", times[(int)(times.Count * 0.95)], "ms");
    }

    private static void Print(string name, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-75} {value,10:0.00} {unit}"));
}
