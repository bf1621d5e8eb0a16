using Vortex.Testing;

namespace Vortex.Runs.Tests.Service;

public sealed class RunSweeperTests
{
    private static readonly string[] Row = ["1 Source value:=1", "2 Save a=1"];

    [Fact]
    public async Task Run_whose_process_died_before_starting_it_is_started()
    {
        await using RunWorld world = new();
        world.DiesBeforeStart = true;
        await Assert.ThrowsAsync<IOException>(() => world.SubmitAsync(Row));
        world.DiesBeforeStart = false;
        RunRecord run = Assert.Single((await world.Runs.ListAsync(Some.Here, new RunQuery())).Items);
        await world.Sweeper.SweepAsync();
        // A request may be at work on it just now.
        Assert.Null(await world.Client.FindAsync(RunOrchestration.Of(Some.Here, run.Id)));
        world.Time.Advance(TimeSpan.FromSeconds(11));
        await world.Sweeper.SweepAsync();
        await world.Sweeper.SweepAsync();
        Assert.Equal(RunStatus.Succeeded, (await world.EndAsync(run.Id)).Status);
    }

    [Fact]
    public async Task Wish_to_cancel_that_was_written_down_but_not_passed_on_is_passed_on()
    {
        await using RunWorld world = new();
        RunRecord run = await world.SubmitAsync(Row);
        await world.Runs.CommitAsync(Some.Here, run.Id, new RunCommit { Change = new RunChange { CancelRequested = true } });
        await world.Sweeper.SweepAsync();
        await world.Sweeper.SweepAsync();
        Assert.Equal(RunStatus.Canceled, (await world.EndAsync(run.Id)).Status);
    }

    [Fact]
    public async Task Batch_that_kills_its_runners_fails_its_run_with_a_reason()
    {
        await using RunWorld world = new();
        RunRecord run = await world.SubmitAsync(Row);
        using CancellationTokenSource stop = new();
        int taken = 0;
        TaskCompletionSource<int> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Runner.Before = _ =>
        {
            if (++taken == 3)
            {
                done.SetResult(taken);
            }

            return Task.FromResult(false);
        };
        Task working = world.Runner.WorkAsync(stop.Token);
        await world.Time.DriveAsync(done.Task, TimeSpan.FromMinutes(10));
        await stop.CancelAsync();
        await working;
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await world.Sweeper.SweepAsync();
        run = await world.EndAsync(run.Id);
        Assert.Equal(RunStatus.Failed, run.Status);
        RunProblem problem = Assert.Single(run.Summary!.Problems);
        Assert.Equal(RunProblemCodes.BatchDead, problem.Code);
        Assert.NotNull(problem.Detail);
        Assert.Empty(await world.Queue.FindDeadAsync(10));
    }

    [Fact]
    public async Task Run_whose_orchestration_was_ended_from_outside_fails_with_a_reason()
    {
        await using RunWorld world = new();
        RunRecord run = await world.SubmitAsync(Row);
        await world.Client.TerminateAsync(RunOrchestration.Of(Some.Here, run.Id), "operator said so");
        await world.Sweeper.SweepAsync();
        run = (await world.Runs.FindAsync(Some.Here, run.Id))!;
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal((RunProblemCodes.OrchestrationFailed, "operator said so"), (run.Summary!.Problems[0].Code, run.Summary.Problems[0].Detail));
        Assert.Equal(RunEventTypes.RunFailed, (await world.EventsAsync(run.Id))[^1].Type);
        await world.Sweeper.SweepAsync();
    }

    [Fact]
    public async Task Run_that_goes_well_is_left_alone()
    {
        await using RunWorld world = new();
        RunRecord run = await world.SubmitAsync(Row);
        await world.Sweeper.SweepAsync();
        run = await world.EndAsync(run.Id);
        await world.Sweeper.SweepAsync();
        Some.AssertSame(run, (await world.Runs.FindAsync(Some.Here, run.Id))!);
    }
}
