using System.Collections.Immutable;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests.Orchestrator;

/// <summary>Runs from their snapshot to their end; every history is replayed from each of its prefixes.</summary>
public sealed class RunOrchestratorTests
{
    private static readonly string[] Row = ["1 Source value:=1", "2 Op a=1", "3 Save a=2"];

    private static readonly string[] TwoRows = ["1 Source value:=1", "2 Save a=1", "3 Source value:=2", "4 Save a=3"];

    private static RunProblem Fatal { get; } = new("test.fatal", "It will happen again.");

    private static RunProblem Hiccup { get; } = new("test.hiccup", "Try again.") { Class = ProblemClass.Transient };

    [Fact]
    public async Task Run_executes_its_nodes_and_says_so_in_order()
    {
        await using RunWorld world = new();
        RunRecord run = await world.SubmitAsync(Row);
        Assert.Equal(RunStatus.Queued, run.Status);
        run = await world.EndAsync(run.Id);
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Some.AssertSame(new RunSummary(3, 0, 3, 0, 0, 1, 0, []), run.Summary!);
        Assert.NotNull(run.StartedAt);
        Assert.NotNull(run.CompletedAt);
        Assert.Equal(
            [
                "run.queued", "run.started", "node.started 1", "node.completed 1", "node.started 2", "node.completed 2",
                "node.started 3", "artifact.created 3", "node.completed 3", "run.completed",
            ],
            (await world.EventsAsync(run.Id)).Select(one => $"{one.Type} {one.NodeId}".Trim()));
    }

    [Fact]
    public async Task Second_run_is_served_from_the_cache_without_sending_anything()
    {
        await using RunWorld world = new();
        await world.EndAsync((await world.SubmitAsync(Row)).Id);
        world.Runner.Executed.Clear();
        world.Runner.Leased.Clear();
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Some.AssertSame(new RunSummary(3, 3, 0, 0, 0, 1, 0, []), run.Summary!);
        Assert.Empty(world.Runner.Leased);
        Assert.Equal(
            ["run.queued", "run.started", "node.cached 1", "node.cached 2", "node.cached 3", "artifact.created 3", "run.completed"],
            (await world.EventsAsync(run.Id)).Select(one => $"{one.Type} {one.NodeId}".Trim()));
        ArtifactRecord artifact = Assert.Single((await world.Runs.ListArtifactsAsync(Some.Here, run.Id, null, 10)).Items);
        Assert.True(artifact.Cached);
        Assert.Equal("3.png", artifact.File.Name);
    }

    [Fact]
    public async Task Changed_parameter_executes_only_what_depends_on_it_and_finds_the_rest()
    {
        await using RunWorld world = new();
        await world.EndAsync((await world.SubmitAsync(Row)).Id);
        world.Runner.Executed.Clear();
        RunRecord run = await world.EndAsync((await world.SubmitAsync(["1 Source value:=1", "2 Op a=1 amount:=9", "3 Save a=2"])).Id);
        Assert.Equal(["2", "3"], world.Runner.ExecutedNodes);
        Assert.Equal((1, 2), (run.Summary!.Cached, run.Summary.Succeeded));
    }

    [Theory]
    [InlineData(CachePolicy.Bypass, 3)]
    [InlineData(CachePolicy.Refresh, 0)]
    public async Task Earlier_results_are_left_alone_when_asked(CachePolicy policy, int executedNext)
    {
        await using RunWorld world = new();
        await world.EndAsync((await world.SubmitAsync(Row, new RunOptions { CachePolicy = policy })).Id);
        await world.EndAsync((await world.SubmitAsync(Row, new RunOptions { CachePolicy = policy })).Id);
        Assert.Equal(6, world.Runner.Executed.Count);
        world.Runner.Executed.Clear();
        await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(executedNext, world.Runner.Executed.Count);
    }

    [Fact]
    public async Task Lost_content_is_computed_again()
    {
        await using RunWorld world = new();
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        ArtifactRecord artifact = Assert.Single((await world.Runs.ListArtifactsAsync(Some.Here, run.Id, null, 10)).Items);
        world.Artifacts.Lose(Some.Here, artifact.File.Digest);
        world.Runner.Executed.Clear();
        run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(["3"], world.Runner.ExecutedNodes);
        Assert.Equal(1, run.Summary!.Artifacts);
    }

    [Fact]
    public async Task Failure_stops_its_dependents_and_nothing_else()
    {
        await using RunWorld world = new();
        world.Runner.Fails = (node, _) => node.Value == "1" ? Fatal : null;
        RunRecord run = await world.EndAsync((await world.SubmitAsync(TwoRows)).Id);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal((4, 2, 1, 1), (run.Summary!.Nodes, run.Summary.Succeeded, run.Summary.Failed, run.Summary.Skipped));
        RunProblem problem = Assert.Single(run.Summary.Problems);
        Assert.Equal(("test.fatal", "1"), (problem.Code, problem.Node?.Value));
        Assert.Equal(RunEventTypes.RunFailed, (await world.EventsAsync(run.Id))[^1].Type);
        Assert.Equal(["1", "3", "4"], world.Runner.ExecutedNodes.Order());
    }

    [Fact]
    public async Task Batch_after_a_failure_runs_what_it_can_and_one_that_can_nothing_is_not_sent()
    {
        await using RunWorld world = new(configurePlanner: planner => planner.MaxBatchNodes = 2);
        world.Runner.Fails = (node, _) => node.Value == "bad" ? Fatal : null;
        RunRecord run = await world.EndAsync((await world.SubmitAsync(
            ["s Source value:=1", "bad Op a=s", "good Op a=s amount:=2", "x Op a=bad", "y Op a=x", "z Save a=y", "end Save a=good"])).Id);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(["bad", "end", "good", "s"], world.Runner.ExecutedNodes.Order());
        Assert.Equal((3, 1, 3), (run.Summary!.Succeeded, run.Summary.Failed, run.Summary.Skipped));
    }

    [Fact]
    public async Task Hiccup_is_tried_again_after_the_policys_wait()
    {
        await using RunWorld world = new();
        world.Runner.Fails = (node, dispatch) => node.Value == "2" && dispatch < 3 ? Hiccup : null;
        RunOptions options = new() { Retry = new RetryPolicy(3, TimeSpan.FromSeconds(10), 3, TimeSpan.FromMinutes(5)) };
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row, options)).Id);
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal([1, 2, 3], world.Runner.Leased.Select(lease => lease.Batch.Dispatch));
        // Ten seconds before the second attempt, thirty before the third.
        Assert.Equal(40_000, run.Summary!.DurationMs);
        Assert.Empty(run.Summary.Problems);
        Assert.Equal(3, (await world.EventsAsync(run.Id)).Count(one => one.Type == RunEventTypes.NodeStarted && one.NodeId?.Value == "2"));
    }

    [Fact]
    public async Task Hiccups_that_do_not_end_fail_the_run_after_the_last_attempt()
    {
        await using RunWorld world = new();
        world.Runner.Fails = (node, _) => node.Value == "2" ? Hiccup : null;
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(3, world.Runner.Leased.Count);
        Assert.Equal("test.hiccup", Assert.Single(run.Summary!.Problems).Code);
        Assert.Equal((1, 1, 1), (run.Summary.Succeeded, run.Summary.Failed, run.Summary.Skipped));
    }

    [Fact]
    public async Task Fatal_failure_is_never_tried_again()
    {
        await using RunWorld world = new();
        world.Runner.Fails = (node, _) => node.Value == "2" ? Fatal : null;
        await world.EndAsync((await world.SubmitAsync(Row, new RunOptions { Retry = new RetryPolicy(50, TimeSpan.Zero, 1, TimeSpan.Zero) })).Id);
        Assert.Single(world.Runner.Leased);
    }

    [Fact]
    public async Task Nodes_own_retry_policy_wins()
    {
        await using RunWorld world = new();
        world.Runner.Fails = (node, _) => node.Value is "2" or "3" ? Hiccup : null;
        WorkflowDocument document = Documents.Of("1 Source value:=1", "2 Save a=1");
        document = document with { Nodes = document.Nodes.SetItem(1, document.Nodes[1] with { Meta = RunsJson.Element(new { retry = new { max_attempts = 5, delay_ms = 100, backoff = 1 } }) }) };
        RunSubmission submission = await world.Service.SubmitAsync(Some.Here, new RunRequest { Document = document }, null);
        RunRecord run = await world.EndAsync(submission.Run!.Id);
        Assert.Equal(5, world.Runner.Leased.Count);
        Assert.Equal(400, run.Summary!.DurationMs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Out_of_memory_is_tried_once_more_on_a_larger_runner_if_asked(bool asked)
    {
        await using RunWorld world = new(options => options.RetryOutOfMemory = asked);
        world.Runner.Fails = (node, _) => node.Value == "2" ? new RunProblem("test.memory", "Too large.") { Class = ProblemClass.OutOfMemory } : null;
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(asked ? [0, 16L << 30] : [0L], world.Runner.Leased.Select(lease => lease.Batch.Requires.MemoryBytes));
    }

    [Fact]
    public async Task Outcome_told_three_times_counts_once()
    {
        await using RunWorld world = new(configurePlanner: planner => planner.MaxBatchNodes = 1);
        world.Runner.Reports = 3;
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal((RunStatus.Succeeded, 3), (run.Status, run.Summary!.Succeeded));
        Assert.Equal(["1", "2", "3"], world.Runner.ExecutedNodes);
    }

    [Fact]
    public async Task Late_outcome_of_an_earlier_dispatch_changes_nothing()
    {
        await using RunWorld world = new();
        BatchOutcome? first = null;
        world.Runner.Fails = (node, dispatch) => node.Value == "2" && dispatch == 1 ? Hiccup : null;
        world.Runner.Before = async lease =>
        {
            if (lease.Batch.Dispatch == 2)
            {
                await world.Results.ReportAsync(first! with { Status = BatchStatus.Failed, Problems = [Fatal] });
                await world.Results.ReportAsync(first! with { Dispatch = 7 });
                await world.Results.ReportAsync(first! with { BatchId = new BatchId("nobody.99") });
                await world.Results.ReportAsync(first! with { BatchId = new BatchId("nothing") });
            }

            first = ScriptedRunner.Outcome(lease, BatchStatus.Succeeded);
            return true;
        };
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Empty(run.Summary!.Problems);
    }

    [Fact]
    public async Task Batch_whose_runner_dies_is_done_by_the_next_one()
    {
        await using RunWorld world = new();
        world.Runner.Before = lease => Task.FromResult(lease.Attempt > 1);
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal([1, 2], world.Runner.Leased.Select(lease => lease.Attempt));
    }

    [Fact]
    public async Task Queue_that_is_away_for_a_while_is_waited_for()
    {
        await using RunWorld world = new();
        world.Faults.Failures = 4;
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(RunStatus.Succeeded, run.Status);
    }

    [Fact]
    public async Task Queue_that_stays_away_fails_the_run_with_a_reason()
    {
        await using RunWorld world = new();
        world.Faults.Failures = 1_000;
        RunRecord run = await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(RunStatus.Failed, run.Status);
        RunProblem problem = Assert.Single(run.Summary!.Problems);
        Assert.Equal(RunProblemCodes.DispatchFailed, problem.Code);
        Assert.Contains("The queue is away", problem.Detail, StringComparison.Ordinal);
        Assert.Equal(3, run.Summary.Skipped);
    }

    [Fact]
    public async Task Lost_snapshot_fails_the_run_at_once_with_a_reason()
    {
        await using RunWorld world = new();
        world.DiesBeforeStart = true;
        await Assert.ThrowsAsync<IOException>(() => world.SubmitAsync(Row));
        RunRecord run = Assert.Single((await world.Runs.ListAsync(Some.Here, new RunQuery())).Items);
        world.Artifacts.Lose(Some.Here, run.Snapshot);
        world.DiesBeforeStart = false;
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.Sweeper.SweepAsync();
        run = await world.EndAsync(run.Id);
        Assert.Equal(RunProblemCodes.PlanFailed, Assert.Single(run.Summary!.Problems).Code);
    }

    [Fact]
    public async Task Run_of_hundreds_of_batches_begins_anew_and_keeps_its_history_short()
    {
        await using RunWorld world = new(configurePlanner: planner => planner.MaxBatchNodes = 1);
        string[] lines = [.. Enumerable.Range(0, 450).Select(i => i == 0 ? "0 Source value:=1" : i == 449 ? "449 Save a=448" : $"{i} Op a={i - 1}")];
        RunRecord run = await world.EndAsync((await world.SubmitAsync(lines)).Id);
        Assert.Equal((RunStatus.Succeeded, 450), (run.Status, run.Summary!.Succeeded));
        ImmutableArray<RecordedExecution> executions = world.Recordings(run.Id);
        Assert.Equal(3, executions.Length);
        Assert.All(executions, execution => Assert.InRange(execution.Turns.Length, 1, (3 * RunOrchestrator.AnswersPerExecution) + 10));
        Assert.Equal(450, world.Runner.ExecutedNodes.Distinct().Count());
        Assert.Equal(450, world.Runner.Executed.Count);
    }

    [Fact]
    public async Task Engine_that_is_restarted_again_and_again_loses_and_repeats_nothing()
    {
        await using RunWorld world = new(configurePlanner: planner => planner.MaxBatchNodes = 1);
        world.Runner.Before = async _ =>
        {
            await world.RestartEngineAsync();
            return true;
        };
        string[] lines = [.. Enumerable.Range(0, 12).Select(i => i == 0 ? "0 Source value:=1" : i == 11 ? "11 Save a=10" : $"{i} Op a={i - 1}")];
        RunRecord run = await world.EndAsync((await world.SubmitAsync(lines)).Id);
        Assert.Equal((RunStatus.Succeeded, 12), (run.Status, run.Summary!.Succeeded));
        Assert.Equal(12, world.Runner.ExecutedNodes.Distinct().Count());
        Assert.Equal(1, (await world.EventsAsync(run.Id)).Count(one => one.Type == RunEventTypes.RunStarted));
    }
}
