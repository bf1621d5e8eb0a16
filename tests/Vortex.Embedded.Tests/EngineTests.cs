using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Embedded.Tests;

/// <summary>What this engine does beyond what every engine does.</summary>
public sealed class EngineTests : IDisposable
{
    private static readonly OrchestrationId Id = new(Some.Here, "one");

    private readonly TestFolder _folder = new();
    private readonly ManualTimeProvider _time = new(Some.Time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Difference_on_replay_names_what_was_expected_and_what_came()
    {
        string activity = "first";
        TaskCompletionSource ran = new(TaskCreationOptions.RunContinuationsAsynchronously);
        OrchestrationRegistry registry = new OrchestrationRegistry()
            .AddOrchestrator("test", 1, async (context, _) =>
            {
                await context.CallActivityAsync<int>(activity, 1);
                return await context.WaitForEventAsync<int>("go");
            })
            .AddActivity<int, int>("first", (_, number, _) =>
            {
                ran.TrySetResult();
                return Task.FromResult(number);
            });
        EmbeddedStore store = await _folder.OpenAsync(_time);
        OrchestrationEngine engine = store.CreateEngine(registry);
        await engine.StartAsync();
        await store.Orchestrations.StartAsync(Id, "test", null);
        await Some.SoonAsync(ran.Task);
        await engine.DisposeAsync();
        activity = "second";
        await using OrchestrationEngine again = store.CreateEngine(registry);
        await again.StartAsync();
        await store.Orchestrations.RaiseEventAsync(Id, "go", 1);
        OrchestrationState state = await EndAsync(store);
        Assert.Equal(OrchestrationStatus.Failed, state.Status);
        Assert.Contains("activity 'first' as task 0", state.Error, StringComparison.Ordinal);
        Assert.Contains("activity 'second' as task 0", state.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Await_without_the_turns_context_fails_the_instance()
    {
        await using Host host = await StartAsync(new OrchestrationRegistry()
            .AddOrchestrator("test", 1, async (context, _) =>
            {
                await context.CallActivityAsync<int>("echo", 1).ConfigureAwait(false);
                return await context.CallActivityAsync<int>("echo", 2);
            })
            .AddActivity<int, int>("echo", (_, number, _) => Task.FromResult(number)));
        await host.Store.Orchestrations.StartAsync(Id, "test", null);
        OrchestrationState state = await EndAsync(host.Store);
        Assert.Equal(OrchestrationStatus.Failed, state.Status);
        Assert.NotEmpty(state.Error!);
    }

    [Fact]
    public async Task Foreign_await_beside_a_durable_one_fails_the_instance_when_it_comes_back()
    {
        TaskCompletionSource foreign = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Host host = await StartAsync(new OrchestrationRegistry()
            .AddOrchestrator("test", 1, async (context, _) =>
            {
                Task<int> durable = context.WaitForEventAsync<int>("never");
                await foreign.Task;
                return await durable;
            }));
        await host.Store.Orchestrations.StartAsync(Id, "test", null);
        await UntilAsync(async () => await host.Store.Database.ReadAsync(db => InstanceRows.Find(db, Id)!.Turns) == 1);
        Assert.Equal(OrchestrationStatus.Running, (await host.Store.Orchestrations.FindAsync(Id))!.Status);
        foreign.SetResult();
        OrchestrationState state = await EndAsync(host.Store);
        Assert.Equal(OrchestrationStatus.Failed, state.Status);
        Assert.Contains("not from its context", state.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Child_whose_name_is_taken_fails_its_parent_and_not_the_other()
    {
        await using Host host = await StartAsync(new OrchestrationRegistry()
            .AddOrchestrator("test", 1, async (context, _) => await context.CallOrchestrationAsync<int>("waits", "taken", null))
            .AddOrchestrator("waits", 1, async (context, _) => await context.WaitForEventAsync<int>("go")));
        OrchestrationId taken = Id with { Name = "taken" };
        await host.Store.Orchestrations.StartAsync(taken, "waits", null);
        await host.Store.Orchestrations.StartAsync(Id, "test", null);
        Assert.Contains("'taken'", (await EndAsync(host.Store)).Error, StringComparison.Ordinal);
        Assert.Equal(OrchestrationStatus.Running, (await host.Store.Orchestrations.FindAsync(taken))!.Status);
    }

    [Fact]
    public async Task Child_that_is_terminated_fails_its_parent_with_the_reason()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Host host = await StartAsync(new OrchestrationRegistry()
            .AddOrchestrator("test", 1, async (context, _) => await context.CallOrchestrationAsync<int>("child", "kid", null))
            .AddOrchestrator("child", 1, async (context, _) =>
            {
                begun.TrySetResult();
                return await context.WaitForEventAsync<int>("never");
            }));
        await host.Store.Orchestrations.StartAsync(Id, "test", null);
        await Some.SoonAsync(begun.Task);
        await host.Store.Orchestrations.TerminateAsync(Id with { Name = "kid" }, "enough");
        Assert.Contains("enough", (await EndAsync(host.Store)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activity_of_a_terminated_instance_is_told_to_stop()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Host host = await StartAsync(new OrchestrationRegistry()
            .AddOrchestrator("test", 1, async (context, _) => await context.CallActivityAsync<int>("long", 0))
            .AddActivity<int, int>("long", async (_, number, stop) =>
            {
                await using CancellationTokenRegistration told = stop.Register(() => stopped.TrySetResult());
                begun.TrySetResult();
                await Task.Delay(Timeout.Infinite, stop);
                return number;
            }));
        await host.Store.Orchestrations.StartAsync(Id, "test", null);
        await Some.SoonAsync(begun.Task);
        await host.Store.Orchestrations.TerminateAsync(Id, "enough");
        await Some.SoonAsync(stopped.Task);
        Assert.Equal(OrchestrationStatus.Terminated, (await EndAsync(host.Store)).Status);
    }

    [Fact]
    public async Task Instance_without_code_waits_for_a_host_that_has_it()
    {
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        OrchestrationRegistry registry = new OrchestrationRegistry().AddOrchestrator("test", 1, async (context, _) =>
        {
            seen.TrySetResult();
            return await context.WaitForEventAsync<int>("go");
        });
        await using (Host host = await StartAsync(registry))
        {
            await host.Store.Orchestrations.StartAsync(Id, "test", null);
            await Some.SoonAsync(seen.Task);
        }

        await using (Host without = await StartAsync(new OrchestrationRegistry().AddOrchestrator("test", 2, (_, _) => Task.FromResult<object?>("wrong"))))
        {
            await without.Store.Orchestrations.RaiseEventAsync(Id, "go", 5);
        }

        await using Host with = await StartAsync(registry);
        OrchestrationState state = await EndAsync(with.Store);
        Assert.Equal((OrchestrationStatus.Completed, 5), (state.Status, state.Output!.Value.GetInt32()));
    }

    [Fact]
    public async Task Many_instances_end_with_few_in_memory()
    {
        await using Host host = await StartAsync(
            new OrchestrationRegistry()
                .AddOrchestrator("test", 1, async (context, input) =>
                {
                    int sum = 0;
                    for (int i = 0; i < 5; i++)
                    {
                        sum += await context.WaitForEventAsync<int>("add");
                        sum = await context.CallActivityAsync<int>("echo", sum);
                    }

                    return sum + input.GetInt32();
                })
                .AddActivity<int, int>("echo", (_, number, _) => Task.FromResult(number)),
            new EmbeddedOptions { MaxLiveInstances = 10 });
        OrchestrationId[] all = [.. Enumerable.Range(0, 60).Select(i => Id with { Name = $"i{i}" })];
        await Task.WhenAll(all.Select(async (id, i) => await host.Store.Orchestrations.StartAsync(id, "test", i * 1000)));
        for (int round = 0; round < 5; round++)
        {
            await Task.WhenAll(all.Select(async id => await host.Store.Orchestrations.RaiseEventAsync(id, "add", round)));
        }

        for (int i = 0; i < all.Length; i++)
        {
            OrchestrationState state = await EndAsync(host.Store, all[i]);
            Assert.Equal((i * 1000) + 10, state.Output!.Value.GetInt32());
        }
    }

    [Fact]
    public async Task Clock_that_goes_back_does_not_take_a_turns_time_back()
    {
        await using Host host = await StartAsync(new OrchestrationRegistry().AddOrchestrator("test", 1, async (context, _) =>
        {
            DateTimeOffset before = context.CurrentUtc;
            await context.WaitForEventAsync<int>("go");
            return context.CurrentUtc >= before;
        }), new EmbeddedOptions { MaxLiveInstances = 0 });
        await host.Store.Orchestrations.StartAsync(Id, "test", null);
        await host.Store.Orchestrations.RaiseEventAsync(Id, "other", 1);
        _time.JumpClock(TimeSpan.FromHours(-3));
        await host.Store.Orchestrations.RaiseEventAsync(Id, "go", 1);
        Assert.True((await EndAsync(host.Store)).Output!.Value.GetBoolean());
    }

    [Fact]
    public async Task Outcome_reported_twice_reaches_the_run_once()
    {
        await using Host host = await StartAsync(new OrchestrationRegistry().AddOrchestrator("test", 1, async (context, _) =>
        {
            List<string> seen = [];
            while (seen.Count < 3)
            {
                BatchOutcome outcome = await context.WaitForEventAsync<BatchOutcome>("batch-finished");
                seen.Add($"{outcome.BatchId}/{outcome.Dispatch}/{outcome.Attempt}");
            }

            return seen;
        }));
        OrchestrationId run = new(Some.Here, Some.RunId(1).Value);
        await host.Store.Orchestrations.StartAsync(run, "test", null);
        await host.Store.BatchResults.ReportAsync(Outcome("a", 1, 1));
        await host.Store.BatchResults.ReportAsync(Outcome("a", 1, 2));
        await host.Store.BatchResults.ReportAsync(Outcome("a", 1, 1) with { Workspace = Some.Stranger });
        await host.Store.BatchResults.ReportAsync(Outcome("a", 2, 1));
        await host.Store.BatchResults.ReportAsync(Outcome("b", 1, 1));
        Assert.Equal(["a/1/1", "a/2/1", "b/1/1"], (await EndAsync(host.Store, run)).Output!.Value.Deserialize<string[]>()!);
    }

    [Fact]
    public void Outcome_with_endless_problems_is_cut_until_it_fits()
    {
        BatchOutcome outcome = Outcome("a", 1, 1) with
        {
            Problems = [.. Enumerable.Range(0, 50).Select(i => new RunProblem("node.failed", new string('m', 9_000)) { Detail = new string('d', 50_000) })],
        };
        BatchOutcome fitted = SqliteBatchResults.Fit(outcome).Deserialize<BatchOutcome>(RunsJson.Options)!;
        Assert.Equal(50, fitted.Problems.Length);
        Assert.All(fitted.Problems, problem => Assert.Equal(1_000, problem.Message.Length));
        Some.AssertSame(Outcome("a", 1, 1), SqliteBatchResults.Fit(Outcome("a", 1, 1)).Deserialize<BatchOutcome>(RunsJson.Options)!);
    }

    private static BatchOutcome Outcome(string batch, int dispatch, int attempt) => new()
    {
        BatchId = new BatchId(batch),
        Workspace = Some.Here,
        RunId = Some.RunId(1),
        Dispatch = dispatch,
        Attempt = attempt,
        RunnerId = "r",
        Status = BatchStatus.Succeeded,
    };

    private static async Task<OrchestrationState> EndAsync(EmbeddedStore store, OrchestrationId? id = null)
    {
        OrchestrationState state = (await store.Orchestrations.FindAsync(id ?? Id))!;
        await UntilAsync(async () => (state = (await store.Orchestrations.FindAsync(id ?? Id))!).Status != OrchestrationStatus.Running);
        return state;
    }

    /// <summary>Looks again until it is so: an outsider has nothing to wait on. Half a minute without it is missing evidence.</summary>
    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using CancellationTokenSource missing = new(TimeSpan.FromSeconds(30));
        while (!await isSo())
        {
            await Task.Delay(2, missing.Token);
        }
    }

    private async Task<Host> StartAsync(OrchestrationRegistry registry, EmbeddedOptions? options = null)
    {
        EmbeddedStore store = await _folder.OpenAsync(_time, options);
        OrchestrationEngine engine = store.CreateEngine(registry);
        await engine.StartAsync();
        return new Host(store, engine);
    }

    private sealed record Host(EmbeddedStore Store, OrchestrationEngine Engine) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Engine.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}
