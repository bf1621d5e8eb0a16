using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>Who gets what, in which order; cancel; pause and move.</summary>
public abstract partial class BatchQueueConformance
{
    [Fact]
    public async Task Runner_gets_only_what_it_can_do_and_is_not_held_up_by_the_rest()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch(1, 0) with { Requires = new BatchRequirements { Backend = "cuda" } });
        await queue.SendAsync(Some.Batch(1, 1) with { Requires = new BatchRequirements { Packs = ["core", "video"] } });
        await queue.SendAsync(Some.Batch(1, 2) with { Requires = new BatchRequirements { MemoryBytes = 64L << 30 } });
        await queue.SendAsync(Some.Batch(1, 3) with { Requires = new BatchRequirements { Backend = "CPU", Packs = ["core"], MemoryBytes = 1L << 30 } });
        Assert.Equal(3, (await TakeAsync(queue)).Batch.Index);
        await AssertNothingAsync(queue);
        RunnerCapabilities large = new("large", "cuda", ["video", "core"], 80L << 30);
        Assert.Equal([0, 1, 2], new[]
        {
            (await queue.LeaseAsync(large, TimeSpan.Zero))!.Batch.Index,
            (await queue.LeaseAsync(large, TimeSpan.Zero))!.Batch.Index,
            (await queue.LeaseAsync(large, TimeSpan.Zero))!.Batch.Index,
        }.Order());
    }

    [Fact]
    public async Task Higher_priority_goes_first_then_age()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        foreach ((int run, int priority) in new[] { (1, 0), (2, -100), (3, 100), (4, 0), (5, 7) })
        {
            await queue.SendAsync(Some.Batch(run) with { Priority = priority });
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(new[] { 3, 5, 1, 4, 2 }.Select(run => Some.Batch(run).BatchId), await DrainAsync(queue));
    }

    [Fact]
    public async Task Canceling_a_run_removes_what_waits_and_tells_holders_to_stop()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        for (int i = 0; i < 3; i++)
        {
            await queue.SendAsync(Some.Batch(1, i));
        }

        BatchLease held = await TakeAsync(queue);
        await queue.SendAsync(Some.Batch(2));
        IReadOnlyList<BatchId> removed = await queue.CancelAsync(Some.Here, Some.RunId(1));
        Assert.Equal([Some.Batch(1, 1).BatchId, Some.Batch(1, 2).BatchId], removed.OrderBy(id => id.Value));
        Assert.Equal(LeaseState.CancelRequested, await queue.RenewAsync(held));
        Assert.Equal(LeaseState.CancelRequested, await queue.RenewAsync(held));
        Assert.Equal([Some.Batch(2).BatchId], await DrainAsync(queue));
        Assert.Empty(await queue.CancelAsync(Some.Here, Some.RunId(1)));
        Assert.True(await queue.CompleteAsync(held));
        Assert.Empty(await queue.CancelAsync(Some.Here, Some.RunId(99)));
    }

    [Fact]
    public async Task Canceling_reaches_an_abandoned_batch_that_waits_for_its_delay()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        await queue.AbandonAsync(await TakeAsync(queue), TimeSpan.FromSeconds(10));
        Assert.Single(await queue.CancelAsync(Some.Here, Some.RunId(1)));
        Time.Advance(TimeSpan.FromMinutes(1));
        await AssertNothingAsync(queue);
    }

    [Fact]
    public async Task Cancel_reaches_only_its_workspace()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        BatchLease held = await TakeAsync(queue);
        await queue.SendAsync(Some.Batch(1, 1));
        Assert.Empty(await queue.CancelAsync(Some.There, Some.RunId(1)));
        Assert.Empty(await queue.CancelAsync(Some.Stranger, Some.RunId(1)));
        Assert.Equal(LeaseState.Held, await queue.RenewAsync(held));
        await TakeAsync(queue);
    }

    [Fact]
    public async Task Equal_batch_ids_of_two_workspaces_are_two_batches()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch(workspace: Some.Here));
        await queue.SendAsync(Some.Batch(workspace: Some.Stranger));
        BatchLease one = await TakeAsync(queue);
        BatchLease two = await TakeAsync(queue);
        Assert.NotEqual(one.Batch.Workspace, two.Batch.Workspace);
        Assert.True(await queue.CompleteAsync(one));
        Assert.Equal(LeaseState.Held, await queue.RenewAsync(two));
        await queue.DeadLetterAsync(two, "no");
        Assert.Equal(two.Batch.Workspace, Assert.Single(await queue.FindDeadAsync(10)).Batch.Workspace);
    }

    [Fact]
    public async Task Paused_lane_hands_out_nothing_and_lets_holders_finish()
    {
        QueuePorts ports = await OpenAsync();
        await ports.Queue.SendAsync(Some.Batch(1));
        BatchLease held = await TakeAsync(ports.Queue);
        await ports.Queue.SendAsync(Some.Batch(2));
        await ports.Queue.SendAsync(Some.Batch(3, workspace: Some.There));
        await ports.Lanes.SetPausedAsync(Some.Here, true);
        await ports.Lanes.SetPausedAsync(Some.Here, true);
        Assert.True((await ports.Lanes.ReadAsync(Some.Here)).Paused);
        Assert.False((await ports.Lanes.ReadAsync(Some.There)).Paused);
        Assert.Equal([Some.RunId(3)], [(await TakeAsync(ports.Queue)).Batch.RunId]);
        await AssertNothingAsync(ports.Queue);
        Assert.Equal(LeaseState.Held, await ports.Queue.RenewAsync(held));
        Assert.True(await ports.Queue.CompleteAsync(held));
        ports = await ReopenAsync(ports);
        await AssertNothingAsync(ports.Queue);
        await ports.Lanes.SetPausedAsync(Some.Here, false);
        Assert.False((await ports.Lanes.ReadAsync(Some.Here)).Paused);
        Assert.Equal(Some.RunId(2), (await TakeAsync(ports.Queue)).Batch.RunId);
    }

    [Fact]
    public async Task Resuming_a_lane_wakes_a_waiting_runner()
    {
        QueuePorts ports = await OpenAsync();
        await ports.Lanes.SetPausedAsync(Some.Here, true);
        await ports.Queue.SendAsync(Some.Batch());
        Task<BatchLease?> waiting = ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.FromHours(1)).AsTask();
        await ports.Lanes.SetPausedAsync(Some.Here, false);
        Assert.NotNull(await Time.DriveAsync(waiting, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Moved_run_is_served_in_its_new_place()
    {
        QueuePorts ports = await OpenAsync();
        for (int run = 1; run <= 4; run++)
        {
            await ports.Queue.SendAsync(Some.Batch(run, 0));
            await ports.Queue.SendAsync(Some.Batch(run, 1));
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(await ports.Lanes.MoveAsync(Some.Here, Some.RunId(4), before: Some.RunId(2)));
        Assert.Equal([1, 4, 2, 3], await OrderAsync(ports));
        Assert.True(await ports.Lanes.MoveAsync(Some.Here, Some.RunId(1), before: null));
        Assert.Equal([4, 2, 3, 1], await OrderAsync(ports));
        Assert.True(await ports.Lanes.MoveAsync(Some.Here, Some.RunId(3), before: Some.RunId(4)));
        Assert.Equal([3, 4, 2, 1], await OrderAsync(ports));
        Assert.True(await ports.Lanes.MoveAsync(Some.Here, Some.RunId(3), before: Some.RunId(3)));
        Assert.Equal([3, 4, 2, 1], await OrderAsync(ports));
        // A batch that a moved run sends later goes where the run is, and a new run goes to the end.
        await ports.Queue.SendAsync(Some.Batch(3, 2));
        await ports.Queue.SendAsync(Some.Batch(5));
        ports = await ReopenAsync(ports);
        Assert.Equal([3, 4, 2, 1, 5], await OrderAsync(ports));
        Assert.Equal([3, 3, 3, 4, 4, 2, 2, 1, 1, 5], (await DrainAsync(ports.Queue)).Select(RunOf));
    }

    [Fact]
    public async Task Only_runs_with_something_waiting_can_be_moved()
    {
        QueuePorts ports = await OpenAsync();
        await ports.Queue.SendAsync(Some.Batch(1));
        await TakeAsync(ports.Queue);
        await ports.Queue.SendAsync(Some.Batch(2));
        Assert.False(await ports.Lanes.MoveAsync(Some.Here, Some.RunId(1), before: Some.RunId(2)));
        Assert.False(await ports.Lanes.MoveAsync(Some.Here, Some.RunId(2), before: Some.RunId(1)));
        Assert.False(await ports.Lanes.MoveAsync(Some.Here, Some.RunId(9), before: null));
        Assert.False(await ports.Lanes.MoveAsync(Some.There, Some.RunId(2), before: null));
        Assert.True(await ports.Lanes.MoveAsync(Some.Here, Some.RunId(2), before: null));
    }

    [Fact]
    public async Task Lane_tells_its_runs_in_order_with_figures_and_holder()
    {
        QueuePorts ports = await OpenAsync();
        LaneState empty = await ports.Lanes.ReadAsync(Some.Here);
        Assert.False(empty.Paused);
        Assert.Empty(empty.Runs);
        Assert.Null(empty.OldestWaiting);
        await ports.Queue.SendAsync(Some.Batch(1, 0));
        await ports.Queue.SendAsync(Some.Batch(1, 1));
        BatchLease held = await TakeAsync(ports.Queue, "runner-7");
        Time.Advance(TimeSpan.FromSeconds(3));
        await ports.Queue.SendAsync(Some.Batch(2) with { Priority = 5, Requires = new BatchRequirements { Backend = "cuda", MemoryBytes = 5L << 30, Packs = ["core"] } });
        await ports.Queue.SendAsync(Some.Batch(3, workspace: Some.There));
        LaneState lane = await ports.Lanes.ReadAsync(Some.Here);
        BatchRequirements none = new();
        Assert.Equal(
            [
                new LaneRun(Some.RunId(2), 5, 1, 0, null) { Requires = none with { Backend = "cuda", MemoryBytes = 5L << 30 }, Since = Some.Time.AddSeconds(3) },
                new LaneRun(Some.RunId(1), 0, 1, 1, "runner-7") { Requires = none, Since = Some.Time },
            ],
            lane.Runs);
        Assert.Equal(Some.Time, lane.OldestWaiting);
        await ports.Queue.CompleteAsync(held);
        await ports.Queue.CancelAsync(Some.Here, Some.RunId(2));
        await DrainAsync(ports.Queue);
        Assert.Empty((await ports.Lanes.ReadAsync(Some.Here)).Runs);
    }

    [Fact]
    public async Task Backlog_tells_what_waits_and_what_is_held_by_workspace_and_backend()
    {
        QueuePorts ports = await OpenAsync();
        Assert.Empty(await ports.Lanes.ReadBacklogAsync());
        await SendAsync(ports.Queue, Some.Here, 1, 3, "cpu");
        BatchLease held = await TakeAsync(ports.Queue);
        Time.Advance(TimeSpan.FromSeconds(1));
        await ports.Queue.SendAsync(Some.Batch(2) with { Requires = new BatchRequirements { Backend = "cuda", MemoryBytes = 1 } });
        await ports.Queue.SendAsync(Some.Batch(2, 1) with { Requires = new BatchRequirements { Backend = "CUDA" } });
        await SendAsync(ports.Queue, Some.There, 3, 1);
        await SendAsync(ports.Queue, Some.Stranger, 4, 2, "cpu");
        await ports.Lanes.SetPausedAsync(Some.Stranger, true);
        LaneBacklog[] backlog = [.. (await ports.Lanes.ReadBacklogAsync()).Select(one => one with { Backend = one.Backend?.ToLowerInvariant() }).OrderBy(one => one.Backend, StringComparer.Ordinal)];
        Assert.Equal(
            [
                new LaneBacklog(Some.There, null, 1, 0, Some.Time.AddSeconds(1)),
                new LaneBacklog(Some.Here, "cpu", 2, 1, Some.Time),
                new LaneBacklog(Some.Here, "cuda", 2, 0, Some.Time.AddSeconds(1)),
            ],
            backlog);
        await ports.Queue.AbandonAsync(held, TimeSpan.FromMinutes(1));
        Assert.Equal(3, (await ports.Lanes.ReadBacklogAsync()).Single(one => one.Backend == "cpu").Waiting);
    }

    private static async Task<IEnumerable<int>> OrderAsync(QueuePorts ports) =>
        [.. (await ports.Lanes.ReadAsync(Some.Here)).Runs.Select(run => int.Parse(run.RunId.Value[4..], System.Globalization.CultureInfo.InvariantCulture))];

    private static int RunOf(BatchId batch) => int.Parse(batch.Value[4..30], System.Globalization.CultureInfo.InvariantCulture);
}
