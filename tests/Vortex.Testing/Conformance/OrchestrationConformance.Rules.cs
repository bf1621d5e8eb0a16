using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>What breaks a rule is refused with a sentence instead of hanging.</summary>
public abstract partial class OrchestrationConformance
{
    private static string Large { get; } = new('x', 300_000);

    private static string JustAllowed { get; } = new('x', 150_000);

    [Fact]
    public async Task Large_payloads_are_refused_where_they_begin()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context => await context.WaitForEventAsync<string>("e")));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await host.Client.StartAsync(Id, "test", Large));
        Assert.Null(await host.Client.FindAsync(Id));
        await host.Client.StartAsync(Id, "test", JustAllowed);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await host.Client.RaiseEventAsync(Id, "e", Large));
        await host.Client.RaiseEventAsync(Id, "e", JustAllowed);
        Assert.Equal(JustAllowed, (await EndAsync(host, Id)).Output!.Value.GetString());
    }

    [Theory]
    [InlineData("activity input")]
    [InlineData("activity output")]
    [InlineData("child input")]
    [InlineData("output")]
    [InlineData("new input")]
    public async Task Large_payload_inside_fails_the_instance_and_says_so(string where)
    {
        await using OrchestrationHost host = await StartAsync(Registry<object?>(async context =>
        {
            switch (where)
            {
                case "activity input":
                    return await context.CallActivityAsync<int>("length", Large);
                case "activity output":
                    return (await context.CallActivityAsync<string>("make", 300_000)).Length;
                case "child input":
                    return await context.CallOrchestrationAsync<int>("test", "one.child", Large);
                case "new input":
                    context.ContinueAsNew(Large);
                    return null;
                default:
                    return Large;
            }
        })
            .AddActivity<string, int>("length", (_, text, _) => Task.FromResult(text.Length))
            .AddActivity<int, string>("make", (_, length, _) => Task.FromResult(new string('x', length))));
        await host.Client.StartAsync(Id, "test", null);
        OrchestrationState state = await EndAsync(host, Id);
        Assert.Equal(OrchestrationStatus.Failed, state.Status);
        Assert.Contains("200 KB", state.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turn_that_awaits_something_foreign_fails_the_instance_and_says_so(bool offThread)
    {
        TaskCompletionSource foreign = new();
        bool isForeign = true;
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            if (isForeign)
            {
                await foreign.Task.ConfigureAwait(!offThread);
            }

            return await context.CallActivityAsync<int>("work", 1);
        }).AddActivity<int, int>("work", (_, number, _) => Task.FromResult(number)));
        await host.Client.StartAsync(Id, "test", null);
        OrchestrationState state = await EndAsync(host, Id);
        Assert.Equal(OrchestrationStatus.Failed, state.Status);
        Assert.Contains("await", state.Error, StringComparison.OrdinalIgnoreCase);

        // What the dead turn does later harms nobody.
        foreign.SetResult();
        isForeign = false;
        OrchestrationId other = Id with { Name = "other" };
        await host.Client.StartAsync(other, "test", null);
        Assert.Equal(OrchestrationStatus.Completed, (await EndAsync(host, other)).Status);
        Some.AssertSame(state, (await host.Client.FindAsync(Id))!);
    }

    [Theory]
    [InlineData("another activity")]
    [InlineData("another order")]
    [InlineData("less")]
    [InlineData("more")]
    [InlineData("another kind")]
    public async Task Code_that_decides_differently_on_replay_fails_the_instance_and_says_so(string change)
    {
        bool changed = false;
        OrchestrationRegistry registry = Registry<object?>(async context =>
        {
            string[] steps = !changed ? ["a", "b"] : change switch
            {
                "another activity" => ["a", "c"],
                "another order" => ["b", "a"],
                "less" => ["a"],
                "more" => ["a", "b", "c"],
                _ => ["a", "e"],
            };
            Task[] all = [.. steps.Select(step => step == "e" ? (Task)context.WaitForEventAsync<int>("e") : context.CallActivityAsync<int>(step, 0))];
            await Task.WhenAll(all);
            await context.WaitForEventAsync<int>("go");
            return 0;
        });
        using CountdownEvent ran = new(2);
        foreach (string name in new[] { "a", "b", "c" })
        {
            registry.AddActivity<int, int>(name, (_, _, _) =>
            {
                if (!ran.IsSet)
                {
                    ran.Signal();
                }

                return Task.FromResult(0);
            });
        }

        OrchestrationHost host = await StartAsync(registry);
        await host.Client.StartAsync(Id, "test", null);
        Assert.True(ran.Wait(TimeSpan.FromSeconds(30)));
        await host.DisposeAsync();
        changed = true;
        await using OrchestrationHost again = await StartAsync(registry);
        await again.Client.RaiseEventAsync(Id, "go", 1);
        OrchestrationState state = await EndAsync(again, Id);
        Assert.Equal(OrchestrationStatus.Failed, state.Status);
        Assert.Contains("determinis", state.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Returning_while_a_timer_still_runs_is_refused()
    {
        await using OrchestrationHost host = await StartAsync(Registry(context =>
        {
            _ = context.CreateTimerAsync(context.CurrentUtc + TimeSpan.FromDays(1), CancellationToken.None);
            return Task.FromResult<object?>(1);
        }));
        await host.Client.StartAsync(Id, "test", null);
        OrchestrationState state = await EndAsync(host, Id);
        Assert.Equal(OrchestrationStatus.Failed, state.Status);
        Assert.Contains("timer", state.Error, StringComparison.OrdinalIgnoreCase);
    }
}
