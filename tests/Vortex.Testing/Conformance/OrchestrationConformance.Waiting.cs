using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>Events, timers, beginning anew.</summary>
public abstract partial class OrchestrationConformance
{
    [Fact]
    public async Task Event_that_comes_late_is_waited_for_and_one_that_comes_early_is_kept()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            await context.CallActivityAsync<int>("gate", 0);
            string early = await context.WaitForEventAsync<string>("early");
            string late = await context.WaitForEventAsync<string>("late");
            return early + late;
        }).AddActivity<int, int>("gate", async (_, _, _) =>
        {
            begun.TrySetResult();
            await gate.Task;
            return 0;
        }));
        await host.Client.StartAsync(Id, "test", null);
        await Some.SoonAsync(begun.Task);
        await host.Client.RaiseEventAsync(Id, "early", "e");
        gate.SetResult();
        await host.Client.RaiseEventAsync(Id, "late", "l");
        Assert.Equal("el", (await EndAsync(host, Id)).Output!.Value.GetString());
    }

    [Fact]
    public async Task Event_names_do_not_know_case_and_equal_events_come_in_order()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            List<int> seen = [];
            for (int i = 0; i < 30; i++)
            {
                seen.Add(await context.WaitForEventAsync<int>(i % 2 == 0 ? "Batch-Finished" : "batch-finished"));
            }

            return seen;
        }));
        await host.Client.StartAsync(Id, "test", null);
        for (int i = 0; i < 30; i++)
        {
            await host.Client.RaiseEventAsync(Id, i % 3 == 0 ? "BATCH-FINISHED" : "batch-Finished", i);
        }

        Assert.Equal(Enumerable.Range(0, 30), (await EndAsync(host, Id)).Output!.Value.Deserialize<int[]>()!);
    }

    [Fact]
    public async Task Second_waiter_for_one_name_is_refused()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            Task<int> first = context.WaitForEventAsync<int>("e");
            try
            {
                await context.WaitForEventAsync<int>("E");
                return "two waiters";
            }
            catch (InvalidOperationException)
            {
                return $"one waiter got {await first}";
            }
        }));
        await host.Client.StartAsync(Id, "test", null);
        await host.Client.RaiseEventAsync(Id, "e", 4);
        Assert.Equal("one waiter got 4", (await EndAsync(host, Id)).Output!.Value.GetString());
    }

    [Fact]
    public async Task Waiter_that_loses_a_race_is_still_waiting_and_gets_the_next_event()
    {
        TaskCompletionSource noted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            Task<int> waiter = context.WaitForEventAsync<int>("e");
            Task<int> work = context.CallActivityAsync<int>("work", 1);
            bool lost = await Task.WhenAny(waiter, work) == work;
            await context.CallActivityAsync<int>("note", 0);
            return lost ? await work + await waiter : -1;
        })
            .AddActivity<int, int>("work", (_, number, _) => Task.FromResult(number))
            .AddActivity<int, int>("note", (_, _, _) =>
            {
                noted.TrySetResult();
                return Task.FromResult(0);
            }));
        await host.Client.StartAsync(Id, "test", null);
        await Some.SoonAsync(noted.Task);
        await host.Client.RaiseEventAsync(Id, "e", 10);
        Assert.Equal(11, (await EndAsync(host, Id)).Output!.Value.GetInt32());
    }

    [Fact]
    public async Task Timer_fires_when_it_is_due_and_not_before()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            DateTimeOffset begin = context.CurrentUtc;
            await context.CreateTimerAsync(begin + TimeSpan.FromHours(1), CancellationToken.None);
            return (context.CurrentUtc - begin).TotalMinutes;
        }));
        await host.Client.StartAsync(Id, "test", null);
        OrchestrationState state = await Time.DriveAsync(EndAsync(host, Id), TimeSpan.FromHours(2));
        Assert.True(state.Status == OrchestrationStatus.Completed, state.Error);
        Assert.InRange(state.Output!.Value.GetDouble(), 60, 119);
    }

    [Fact]
    public async Task Timer_in_the_past_fires_at_once()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            await context.CreateTimerAsync(context.CurrentUtc - TimeSpan.FromSeconds(1), CancellationToken.None);
            return "fired";
        }));
        await host.Client.StartAsync(Id, "test", null);
        Assert.Equal("fired", (await Time.DriveAsync(EndAsync(host, Id), TimeSpan.FromSeconds(5))).Output!.Value.GetString());
    }

    [Fact]
    public async Task Timer_goes_on_after_a_restart()
    {
        OrchestrationRegistry registry = Registry(async context =>
        {
            DateTimeOffset begin = context.CurrentUtc;
            await context.CallActivityAsync<int>("begun", 0);
            await context.CreateTimerAsync(begin + TimeSpan.FromMinutes(10), CancellationToken.None);
            return (context.CurrentUtc - begin).TotalMinutes;
        });
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        registry.AddActivity<int, int>("begun", (_, _, _) =>
        {
            begun.TrySetResult();
            return Task.FromResult(0);
        });
        OrchestrationHost host = await StartAsync(registry);
        await host.Client.StartAsync(Id, "test", null);
        await Some.SoonAsync(begun.Task);
        await host.DisposeAsync();
        Time.Advance(TimeSpan.FromMinutes(8));
        await using OrchestrationHost again = await StartAsync(registry);
        OrchestrationState state = await Time.DriveAsync(EndAsync(again, Id), TimeSpan.FromMinutes(5));
        Assert.InRange(state.Output!.Value.GetDouble(), 10, 13);
    }

    [Fact]
    public async Task Canceled_timer_is_an_exception_and_holds_nothing_up()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            using CancellationTokenSource stop = new();
            Task timer = context.CreateTimerAsync(context.CurrentUtc + TimeSpan.FromDays(1), stop.Token);
            Task<int> waiter = context.WaitForEventAsync<int>("e");
            Task first = await Task.WhenAny(timer, waiter);
            // CancelAsync would leave the turn's thread.
            stop.Cancel();
            try
            {
                await timer;
                return "the timer fired";
            }
            catch (OperationCanceledException)
            {
                return first == waiter ? $"event {await waiter}" : "the timer won";
            }
        }));
        await host.Client.StartAsync(Id, "test", null);
        await host.Client.RaiseEventAsync(Id, "e", 3);
        Assert.Equal("event 3", (await EndAsync(host, Id)).Output?.GetString());
    }

    [Fact]
    public async Task Time_is_frozen_within_a_turn_and_ids_replay()
    {
        await using OrchestrationHost host = await StartAsync(Registry(async context =>
        {
            Guid first = context.NewGuid();
            Guid second = context.NewGuid();
            DateTimeOffset before = context.CurrentUtc;
            Time.Advance(TimeSpan.FromSeconds(1));
            bool frozen = before == context.CurrentUtc;
            string echoed = await context.CallActivityAsync<string>("echo", first);
            await context.WaitForEventAsync<int>("go");
            return frozen && first != second && echoed == first.ToString() && before == Some.Time ? "same" : "different";
        }).AddActivity<string, string>("echo", (_, text, _) => Task.FromResult(text)));
        await host.Client.StartAsync(Id, "test", null);
        await host.Client.RaiseEventAsync(Id, "go", 1);
        Assert.Equal("same", (await EndAsync(host, Id)).Output?.GetString());
    }

    [Fact]
    public async Task Beginning_anew_takes_the_new_input_and_keeps_events()
    {
        await using OrchestrationHost host = await StartAsync(new OrchestrationRegistry().AddOrchestrator("test", 1, async (context, input) =>
        {
            int[] seen = input.Deserialize<int[]>()!;
            seen = [.. seen, await context.WaitForEventAsync<int>("e")];
            if (seen.Length < 25)
            {
                context.ContinueAsNew(seen);
                return null;
            }

            return seen;
        }));
        await host.Client.StartAsync(Id, "test", Array.Empty<int>());
        for (int i = 0; i < 25; i++)
        {
            await host.Client.RaiseEventAsync(Id, "e", i);
        }

        Assert.Equal(Enumerable.Range(0, 25), (await EndAsync(host, Id)).Output!.Value.Deserialize<int[]>()!);
    }

    [Fact]
    public async Task Beginning_anew_with_a_waiter_pending_loses_no_event_for_it()
    {
        await using OrchestrationHost host = await StartAsync(new OrchestrationRegistry().AddOrchestrator("test", 1, async (context, input) =>
        {
            int round = input.GetInt32();
            Task<string> cancel = context.WaitForEventAsync<string>("cancel");
            Task<int> work = context.WaitForEventAsync<int>("work");
            if (await Task.WhenAny(cancel, work) == cancel)
            {
                return $"canceled in round {round} by {await cancel}";
            }

            context.ContinueAsNew(round + await work);
            return null;
        }));
        await host.Client.StartAsync(Id, "test", 0);
        for (int i = 0; i < 10; i++)
        {
            await host.Client.RaiseEventAsync(Id, "work", 1);
        }

        await host.Client.RaiseEventAsync(Id, "cancel", "me");
        string output = (await EndAsync(host, Id)).Output!.Value.GetString()!;
        Assert.StartsWith("canceled in round ", output, StringComparison.Ordinal);
        Assert.EndsWith(" by me", output, StringComparison.Ordinal);
    }
}
