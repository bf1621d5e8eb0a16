using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests.Orchestrator;

public sealed class RunCancelTests
{
    private static readonly string[] Row = ["1 Source value:=1", "2 Op a=1", "3 Save a=2"];

    [Fact]
    public async Task Run_canceled_before_anybody_began_ends_at_once()
    {
        await using RunWorld world = new();
        RunRecord run = await world.SubmitAsync(Row);
        await world.QuietAsync();
        run = (await world.Service.CancelAsync(Some.Here, run.Id, "req_2"))!;
        Assert.True(run.CancelRequested);
        await world.QuietAsync();
        run = await world.EndAsync(run.Id);
        Assert.Equal(RunStatus.Canceled, run.Status);
        Assert.Equal((3, 0, 3), (run.Summary!.Nodes, run.Summary.Succeeded, run.Summary.Skipped));
        Assert.Empty(world.Runner.Leased);
        Assert.Equal(RunEventTypes.RunCanceled, (await world.EventsAsync(run.Id))[^1].Type);
    }

    [Fact]
    public async Task Run_canceled_while_its_batches_are_being_sent_ends_at_once()
    {
        await using RunWorld world = new();
        world.Faults.Sending = async batch => await world.Service.CancelAsync(Some.Here, batch.RunId, null);
        RunRecord run = await world.SubmitAsync(Row);
        await world.QuietAsync();
        run = (await world.Runs.FindAsync(Some.Here, run.Id))!;
        Assert.Equal((RunStatus.Canceled, 3), (run.Status, run.Summary?.Skipped ?? 0));
        Assert.Empty(world.Runner.Leased);
    }

    [Fact]
    public async Task Holder_that_stops_when_told_ends_the_run_without_waiting()
    {
        await using RunWorld world = new(configurePlanner: planner => planner.MaxBatchNodes = 1);
        world.Runner.Before = async lease =>
        {
            if (lease.Batch.Index == 0)
            {
                return true;
            }

            await world.Service.CancelAsync(Some.Here, lease.Batch.RunId, null);
            while (await world.Queue.RenewAsync(lease) != LeaseState.CancelRequested)
            {
                await Task.Yield();
            }

            await world.Runner.AnswerAsync(lease, ScriptedRunner.Outcome(lease, BatchStatus.Canceled));
            return false;
        };
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id, TimeSpan.FromSeconds(1));
        Assert.Equal(RunStatus.Canceled, run.Status);
        Assert.Equal((1, 0, 2), (run.Summary!.Succeeded, run.Summary.Failed, run.Summary.Skipped));
        Assert.Empty(run.Summary.Problems);
    }

    [Fact]
    public async Task Holder_that_never_answers_is_not_waited_for_beyond_the_bound()
    {
        await using RunWorld world = new(options => options.CancelTimeout = TimeSpan.FromSeconds(20));
        world.Runner.Before = async lease =>
        {
            if (lease.Attempt == 1)
            {
                await world.Service.CancelAsync(Some.Here, lease.Batch.RunId, null);
            }

            return false;
        };
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(RunStatus.Canceled, run.Status);
        Assert.Equal(20_000, run.Summary!.DurationMs);
    }

    [Fact]
    public async Task Run_that_got_everything_done_all_the_same_has_succeeded()
    {
        await using RunWorld world = new();
        world.Runner.Before = async lease =>
        {
            await world.Service.CancelAsync(Some.Here, lease.Batch.RunId, null);
            return true;
        };
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal((RunStatus.Succeeded, true), (run.Status, run.CancelRequested));
    }

    [Fact]
    public async Task Cancel_reaches_a_run_that_waits_for_its_next_attempt()
    {
        await using RunWorld world = new();
        world.Runner.Fails = (_, _) => new RunProblem("test.hiccup", "Try again.") { Class = ProblemClass.Transient };
        RunRecord run = await world.SubmitAsync(Row, new RunOptions { Retry = new RetryPolicy(5, TimeSpan.FromHours(10), 1, TimeSpan.FromHours(10)) });
        using CancellationTokenSource stop = new();
        Task working = world.Runner.WorkAsync(stop.Token);
        await world.QuietAsync();
        await world.Service.CancelAsync(Some.Here, run.Id, null);
        await stop.CancelAsync();
        await working;
        run = await world.EndAsync(run.Id, TimeSpan.FromSeconds(1));
        Assert.Equal(RunStatus.Canceled, run.Status);
    }

    [Fact]
    public async Task Canceling_twice_or_after_the_end_changes_nothing()
    {
        await using RunWorld world = new();
        RunRecord run = await world.SubmitAsync(Row);
        await world.Service.CancelAsync(Some.Here, run.Id, null);
        await world.Service.CancelAsync(Some.Here, run.Id, null);
        await world.QuietAsync();
        run = await world.EndAsync(run.Id);
        Some.AssertSame(run, (await world.Service.CancelAsync(Some.Here, run.Id, null))!);
        Assert.Null(await world.Service.CancelAsync(Some.There, run.Id, null));
        Assert.Null(await world.Service.CancelAsync(Some.Here, new RunId("run_none"), null));
    }

    [Fact]
    public async Task Run_that_takes_too_long_fails_and_says_so()
    {
        await using RunWorld world = new(options => options.MaxDuration = TimeSpan.FromMinutes(5));
        world.Runner.Before = _ => Task.FromResult(false);
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(RunProblemCodes.TimedOut, Assert.Single(run.Summary!.Problems).Code);
        Assert.Equal(3, run.Summary.Skipped);
    }
}
