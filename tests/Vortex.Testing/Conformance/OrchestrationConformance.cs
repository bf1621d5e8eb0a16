using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>An engine that works: its client, until it is disposed as a process that ends in good order.</summary>
public sealed record OrchestrationHost(IOrchestrationClient Client, Func<ValueTask> Stop) : IAsyncDisposable
{
    /// <inheritdoc />
    public ValueTask DisposeAsync() => Stop();
}

/// <summary>What every orchestration engine does: starting, activities, children, failures, restart. Events, timers and rules have their own parts.</summary>
public abstract partial class OrchestrationConformance
{
    /// <summary>Gets the time the engine must use.</summary>
    protected ManualTimeProvider Time { get; } = new(Some.Time);

    private static OrchestrationId Id { get; } = new(Some.Here, "one");

    /// <summary>Starts an engine over this test's storage: empty at first, as it was left when started again after the first was disposed.</summary>
    protected abstract ValueTask<OrchestrationHost> StartAsync(OrchestrationRegistry registry);

    [Fact]
    public async Task Instance_that_returns_is_completed_with_its_output()
    {
        await using OrchestrationHost host = await StartAsync(new OrchestrationRegistry().AddOrchestrator("echo", 1, (_, input) => Task.FromResult<object?>(input)));
        Assert.True(await host.Client.StartAsync(Id, "echo", new { text = "写真" }));
        OrchestrationState state = await EndAsync(host, Id);
        Assert.Equal(OrchestrationStatus.Completed, state.Status);
        Assert.Equal("写真", state.Output!.Value.GetProperty("text").GetString());
        Assert.Equal(("echo", 1, Id), (state.Orchestration, state.Version, state.Instance));
        Assert.Null(state.Error);
    }

    [Fact]
    public async Task Starting_an_instance_twice_starts_it_once()
    {
        int calls = 0;
        await using OrchestrationHost host = await StartAsync(Registry(async context => await context.CallActivityAsync<int>("count", 0))
            .AddActivity<int, int>("count", (_, _, _) => Task.FromResult(Interlocked.Increment(ref calls))));
        bool[] started = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(async () => await host.Client.StartAsync(Id, "test", null))));
        Assert.Single(started, one => one);
        await EndAsync(host, Id);
        Assert.False(await host.Client.StartAsync(Id, "test", null));
        Assert.Equal(OrchestrationStatus.Completed, (await host.Client.FindAsync(Id))!.Status);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Unknown_instance_is_not_found_and_takes_no_events()
    {
        await using OrchestrationHost host = await StartAsync(Registry(_ => Task.FromResult<object?>(null)));
        Assert.Null(await host.Client.FindAsync(Id));
        await host.Client.RaiseEventAsync(Id, "e", 1);
        await host.Client.TerminateAsync(Id, "why not");
        Assert.Null(await host.Client.FindAsync(Id));
        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await host.Client.StartAsync(Id, "nobody", null));
        Assert.Null(await host.Client.FindAsync(Id));
    }

    [Fact]
    public async Task Activities_run_one_after_the_other()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            int sum = 1;
            for (int i = 0; i < 10; i++)
            {
                sum = await context.CallActivityAsync<int>("double", sum);
            }

            return sum;
        }).AddActivity<int, int>("double", (instance, number, _) => Task.FromResult(instance == Id ? number * 2 : -1)));
        await host.Client.StartAsync(Id, "test", null);
        Assert.Equal(1024, (await EndAsync(host, Id)).Output!.Value.GetInt32());
    }

    [Fact]
    public async Task Activities_run_side_by_side()
    {
        using CountdownEvent all = new(4);
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
            (await Task.WhenAll(Enumerable.Range(0, 4).Select(i => context.CallActivityAsync<int>("together", i)))).Sum())
            .AddActivity<int, int>("together", (_, number, _) => Task.Run(() =>
            {
                // None returns before all are there.
                all.Signal();
                Assert.True(all.Wait(TimeSpan.FromSeconds(30)));
                return number;
            })));
        await host.Client.StartAsync(Id, "test", null);
        Assert.Equal(6, (await EndAsync(host, Id)).Output!.Value.GetInt32());
    }

    [Fact]
    public async Task Wide_fan_out_comes_back_complete()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => context.CallActivityAsync<int>("square", i))))
            .AddActivity<int, int>("square", (_, number, _) => Task.FromResult(number * number)));
        await host.Client.StartAsync(Id, "test", null);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => i * i), (await EndAsync(host, Id)).Output!.Value.Deserialize<int[]>()!);
    }

    [Fact]
    public async Task Failed_activity_is_an_exception_the_orchestrator_may_catch()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            try
            {
                return "returned " + await context.CallActivityAsync<int>("fail", 0);
            }
            catch (ActivityFailedException exception)
            {
                return $"{exception.Activity}|{exception.ErrorType}|{exception.Message}";
            }
        }).AddActivity<int, int>("fail", (_, _, _) => throw new InvalidDataException("the disk is full")));
        await host.Client.StartAsync(Id, "test", null);
        string[] parts = (await EndAsync(host, Id)).Output!.Value.GetString()!.Split('|');
        Assert.Equal("fail", parts[0]);
        Assert.Contains(nameof(InvalidDataException), parts[1], StringComparison.Ordinal);
        Assert.Contains("the disk is full", parts[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orchestrator_that_throws_is_failed_and_says_why()
    {
        await using OrchestrationHost host = await StartAsync(Registry<object?>(async context =>
        {
            await context.CallActivityAsync<int>("fine", 0);
            throw new InvalidOperationException("no plan for this");
        }).AddActivity<int, int>("fine", (_, _, _) => Task.FromResult(0)));
        await host.Client.StartAsync(Id, "test", null);
        OrchestrationState state = await EndAsync(host, Id);
        Assert.Equal(OrchestrationStatus.Failed, state.Status);
        Assert.Contains("no plan for this", state.Error, StringComparison.Ordinal);
        Assert.Null(state.Output);
    }

    [Fact]
    public async Task Unknown_activity_fails_and_is_named()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context => await context.CallActivityAsync<int>("nobody-home", 0)));
        await host.Client.StartAsync(Id, "test", null);
        OrchestrationState state = await EndAsync(host, Id);
        Assert.Equal(OrchestrationStatus.Failed, state.Status);
        Assert.Contains("nobody-home", state.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Child_orchestration_gives_its_result_or_its_failure()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            int good = await context.CallOrchestrationAsync<int>("child", "one.child", 20);
            try
            {
                await context.CallOrchestrationAsync<int>("child", "one.bad", -1);
                return "no failure";
            }
            catch (ActivityFailedException exception)
            {
                return $"{good} {exception.Message}";
            }
        })
            .AddOrchestrator("child", 1, async (context, input) => input.GetInt32() < 0
                ? throw new InvalidOperationException("negative")
                : await context.CallActivityAsync<int>("inc", input.GetInt32()))
            .AddActivity<int, int>("inc", (_, number, _) => Task.FromResult(number + 1)));
        await host.Client.StartAsync(Id, "test", null);
        string output = (await EndAsync(host, Id)).Output!.Value.GetString()!;
        Assert.StartsWith("21 ", output, StringComparison.Ordinal);
        Assert.Contains("negative", output, StringComparison.Ordinal);
        OrchestrationState child = (await host.Client.FindAsync(new OrchestrationId(Some.Here, "one.child")))!;
        Assert.Equal(OrchestrationStatus.Completed, child.Status);
    }

    [Fact]
    public async Task Terminated_instance_is_over_and_takes_nothing_more()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context => await context.WaitForEventAsync<int>("never")));
        await host.Client.StartAsync(Id, "test", null);
        await host.Client.TerminateAsync(Id, "operator said so");
        OrchestrationState state = await EndAsync(host, Id);
        Assert.Equal(OrchestrationStatus.Terminated, state.Status);
        Assert.Contains("operator said so", state.Error, StringComparison.Ordinal);
        await host.Client.RaiseEventAsync(Id, "never", 1);
        await host.Client.TerminateAsync(Id, "again");
        Assert.Contains("operator said so", (await host.Client.FindAsync(Id))!.Error, StringComparison.Ordinal);
        Assert.False(await host.Client.StartAsync(Id, "test", null));
    }

    [Fact]
    public async Task Restart_at_any_step_changes_nothing()
    {
        HashSet<int> stopAt = [0, 3, 7, 11];
        List<int> ran = [];
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        OrchestrationRegistry registry = Registry(async context =>
        {
            List<int> results = [];
            for (int i = 0; i < 12; i++)
            {
                results.Add(await context.CallActivityAsync<int>("step", i));
            }

            return results;
        }).AddActivity<int, int>("step", async (_, step, cancellationToken) =>
        {
            bool stop;
            lock (ran)
            {
                ran.Add(step);
                stop = stopAt.Remove(step);
            }

            if (stop)
            {
                // The process ends while this activity is at work.
                reached.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return step * 10;
        });
        OrchestrationHost host = await StartAsync(registry);
        await host.Client.StartAsync(Id, "test", null);
        for (int restarts = 0; restarts < 4; restarts++)
        {
            await Some.SoonAsync(reached.Task);
            reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await host.DisposeAsync();
            host = await StartAsync(registry);
        }

        OrchestrationState state = await EndAsync(host, Id);
        await host.DisposeAsync();
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i * 10), state.Output!.Value.Deserialize<int[]>()!);
        Assert.Equal(Enumerable.Range(0, 12), ran.Distinct());
        Assert.Equal(16, ran.Count);
    }

    [Fact]
    public async Task Started_instance_and_raised_event_survive_a_restart()
    {
        OrchestrationRegistry registry = Registry(async context => await context.WaitForEventAsync<string>("go"));
        OrchestrationHost host = await StartAsync(registry);
        await host.Client.StartAsync(Id, "test", null);
        await host.Client.RaiseEventAsync(Id, "go", "went");
        await host.DisposeAsync();
        await using OrchestrationHost again = await StartAsync(registry);
        Assert.Equal("went", (await EndAsync(again, Id)).Output!.Value.GetString());
    }

    [Fact]
    public async Task Running_instance_keeps_its_version_and_new_ones_take_the_newest()
    {
        static OrchestratorCode Code(string text) => async (context, _) => $"{text} {context.Version} {await context.WaitForEventAsync<int>("go")}";
        OrchestrationHost host = await StartAsync(new OrchestrationRegistry().AddOrchestrator("test", 1, Code("old")));
        await host.Client.StartAsync(Id, "test", null);
        await host.DisposeAsync();
        await using OrchestrationHost again = await StartAsync(new OrchestrationRegistry().AddOrchestrator("test", 1, Code("old")).AddOrchestrator("test", 2, Code("new")));
        OrchestrationId second = new(Some.Here, "two");
        await again.Client.StartAsync(second, "test", null);
        await again.Client.RaiseEventAsync(Id, "go", 5);
        await again.Client.RaiseEventAsync(second, "go", 6);
        OrchestrationState old = await EndAsync(again, Id);
        Assert.Equal((1, "old 1 5"), (old.Version, old.Output!.Value.GetString()));
        OrchestrationState newer = await EndAsync(again, second);
        Assert.Equal((2, "new 2 6"), (newer.Version, newer.Output!.Value.GetString()));
    }

    [Fact]
    public async Task Workspaces_never_see_each_other()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context => $"{context.InstanceId} {await context.WaitForEventAsync<int>("go")}"));
        OrchestrationId other = Id with { Workspace = Some.Stranger };
        Assert.True(await host.Client.StartAsync(Id, "test", null));
        Assert.Null(await host.Client.FindAsync(other));
        await host.Client.RaiseEventAsync(other, "go", 13);
        await host.Client.TerminateAsync(other, "wrong door");
        Assert.True(await host.Client.StartAsync(other, "test", null));
        await host.Client.RaiseEventAsync(Id, "go", 1);
        Assert.Equal("acme/main/one 1", (await EndAsync(host, Id)).Output!.Value.GetString());
        Assert.Equal(OrchestrationStatus.Running, (await host.Client.FindAsync(other))!.Status);
        await host.Client.RaiseEventAsync(other, "go", 2);
        Assert.Equal("zenith/main/one 2", (await EndAsync(host, other)).Output!.Value.GetString());
    }

    /// <summary>Waits until an instance has ended.</summary>
    protected virtual async Task<OrchestrationState> EndAsync(OrchestrationHost host, OrchestrationId id)
    {
        using CancellationTokenSource missing = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            OrchestrationState state = (await host.Client.FindAsync(id, missing.Token))!;
            if (state.Status != OrchestrationStatus.Running)
            {
                return state;
            }

            // The client has nothing to wait on; looking again soon is all an outsider can do.
            await Task.Delay(2, missing.Token);
        }
    }

    private static OrchestrationRegistry Registry<T>(Func<IOrchestrationContext, Task<T>> code) =>
        new OrchestrationRegistry().AddOrchestrator("test", 1, async (context, _) => await code(context));
}
