using Vortex.Embedded.CrashHost;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Embedded.Tests;

/// <summary>Several processes and one data folder.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Second_host_is_refused_and_told_who_the_first_is()
    {
        using IDisposable first = _folder.Data.LockForHost();
        using CrashHostProcess second = CrashHostProcess.Start(["host", _folder.Path, "1"]);
        (int code, string error) = await second.EndAsync();
        Assert.Equal(3, code);
        Assert.StartsWith("store.in_use: ", error, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_is_free_again_when_its_host_lets_go()
    {
        _folder.Data.LockForHost().Dispose();
        using IDisposable again = _folder.Data.LockForHost();
        EmbeddedStoreException refused = Assert.Throws<EmbeddedStoreException>(() => _folder.Data.LockForHost());
        Assert.Equal("store.in_use", refused.Code);
    }

    [Fact]
    public async Task Runner_in_a_process_of_its_own_serves_the_hosts_queue()
    {
        await using EmbeddedStore store = await _folder.OpenAsync(TimeProvider.System);
        await using OrchestrationEngine engine = store.CreateEngine(Workload.Registry(store));
        await engine.StartAsync();
        using CrashHostProcess runner = CrashHostProcess.Start(["work", _folder.Path]);
        RunRecord run = Some.Run(1);
        await store.Runs.CreateAsync(Some.Here, run, Some.Event(RunEventTypes.RunQueued));
        await store.Orchestrations.StartAsync(new OrchestrationId(Some.Here, run.Id.Value), "run", Workload.BatchesPerRun);
        List<RunEvent> events = await Some.SoonAsync(FollowAsync(store, run.Id));
        Assert.Equal(Workload.EventsPerRun, events.Count);
        Assert.Equal(RunEventTypes.RunCompleted, events[^1].Type);
    }

    [Fact]
    public async Task What_one_process_writes_wakes_who_waits_in_another()
    {
        // Two stores share nothing in memory, just as two processes.
        EmbeddedStore one = await _folder.OpenAsync(TimeProvider.System);
        EmbeddedStore other = await _folder.OpenAsync(TimeProvider.System);
        Task<BatchLease?> leasing = one.Queue.LeaseAsync(Some.Runner(), TimeSpan.FromMinutes(1)).AsTask();
        await other.Queue.SendAsync(Some.Batch());
        Assert.NotNull(await Some.SoonAsync(leasing));
        await one.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        Task<List<RunEvent>> following = FollowAsync(one, Some.RunId(1));
        await other.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        Assert.Equal(2, (await Some.SoonAsync(following)).Count);
    }

    [Fact]
    public async Task Instance_started_without_an_engine_takes_the_newest_version_of_the_engine_that_finds_it()
    {
        EmbeddedStore client = await _folder.OpenAsync(TimeProvider.System);
        OrchestrationId id = new(Some.Here, "one");
        await client.Orchestrations.StartAsync(id, "test", null);
        EmbeddedStore host = await _folder.OpenAsync(TimeProvider.System);
        TaskCompletionSource<int> version = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using OrchestrationEngine engine = host.CreateEngine(new OrchestrationRegistry().AddOrchestrator("test", 7, (context, _) =>
        {
            version.TrySetResult(context.Version);
            return Task.FromResult<object?>(null);
        }));
        await engine.StartAsync();
        Assert.Equal(7, await Some.SoonAsync(version.Task));
    }

    private static async Task<List<RunEvent>> FollowAsync(EmbeddedStore store, RunId run)
    {
        List<RunEvent> events = [];
        await foreach (RunEvent one in store.Runs.FollowEventsAsync(Some.Here, run, 0))
        {
            events.Add(one);
        }

        return events;
    }
}
