using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>How runners are shared between workspaces.</summary>
public abstract partial class BatchQueueConformance
{
    [Fact]
    public async Task Workspace_that_holds_the_fewest_batches_is_served_next_however_much_another_sent_before()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await SendAsync(queue, Some.Here, 1, 12);
        await SendAsync(queue, Some.There, 2, 3);
        ImmutableArray<WorkspaceId> taken = await TakeAsync(queue, 8);
        Assert.Equal([Some.Here, Some.There], taken[..2].OrderBy(one => one.Workspace));
        Assert.Equal([Some.Here, Some.There], taken[2..4].OrderBy(one => one.Workspace));
        Assert.Equal([Some.Here, Some.There], taken[4..6].OrderBy(one => one.Workspace));
        Assert.Equal([Some.Here, Some.Here], taken[6..]);
    }

    [Fact]
    public async Task One_runner_serves_workspaces_in_turn()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await SendAsync(queue, Some.Here, 1, 9);
        await SendAsync(queue, Some.There, 2, 3);
        await SendAsync(queue, Some.Stranger, 3, 3);
        ImmutableArray<WorkspaceId> served = await ServeAsync(queue, 15);
        Assert.All(Enumerable.Range(0, 3), round => Assert.Equal(3, served[(round * 3)..((round + 1) * 3)].Distinct().Count()));
        Assert.All(served[9..], workspace => Assert.Equal(Some.Here, workspace));
    }

    [Fact]
    public async Task Who_comes_late_waits_for_no_more_than_a_turn()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await SendAsync(queue, Some.Here, 1, 20);
        BatchLease held = await TakeAsync(queue);
        await ServeAsync(queue, 5);
        await SendAsync(queue, Some.There, 2, 1);
        Assert.Equal([Some.There, Some.Here], await ServeAsync(queue, 2));
        Assert.True(await queue.CompleteAsync(held));
    }

    [Fact]
    public async Task Priority_counts_inside_a_workspace_and_moves_nothing_between_workspaces()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch(1, workspace: Some.Here) with { Priority = 100 });
        await queue.SendAsync(Some.Batch(2, workspace: Some.Here) with { Priority = 100 });
        await queue.SendAsync(Some.Batch(3, workspace: Some.There) with { Priority = -100 });
        await queue.SendAsync(Some.Batch(4, workspace: Some.There) with { Priority = -99 });
        List<BatchMessage> taken = [];
        for (int i = 0; i < 4; i++)
        {
            taken.Add((await TakeAsync(queue)).Batch);
        }

        Assert.Equal(2, taken[..2].Select(batch => batch.Workspace).Distinct().Count());
        Assert.Equal([Some.RunId(4), Some.RunId(3)], taken.Where(batch => batch.Workspace == Some.There).Select(batch => batch.RunId));
    }

    [Fact]
    public async Task Workspace_of_twice_the_weight_holds_twice_as_much()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await SendAsync(queue, Some.Here, 1, 8);
        await SendAsync(queue, Some.Stranger, 2, 8);
        ImmutableArray<WorkspaceId> taken = await TakeAsync(queue, 9);
        Assert.Equal((3, 6), (taken.Count(one => one == Some.Here), taken.Count(one => one == Some.Stranger)));
    }

    [Fact]
    public async Task What_runners_of_another_backend_hold_does_not_count()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        RunnerCapabilities gpu = new("gpu", "cuda", ["core"], 0);
        await SendAsync(queue, Some.Here, 1, 3, "CUDA");
        for (int i = 0; i < 3; i++)
        {
            Assert.NotNull(await queue.LeaseAsync(gpu, TimeSpan.Zero));
        }

        await SendAsync(queue, Some.There, 2, 2, "cpu");
        await TakeAsync(queue);
        await SendAsync(queue, Some.Here, 3, 1, "cpu");
        Assert.Equal(Some.Here, (await TakeAsync(queue)).Batch.Workspace);
    }

    [Fact]
    public async Task Runner_that_cannot_serve_whose_turn_it_is_serves_the_next()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await SendAsync(queue, Some.Here, 1, 3);
        await SendAsync(queue, Some.There, 2, 3, "cuda");
        Assert.All(await TakeAsync(queue, 3), workspace => Assert.Equal(Some.Here, workspace));
        await AssertNothingAsync(queue);
    }

    [Fact]
    public async Task Paused_workspace_misses_its_turns_and_holds_nobody_up()
    {
        QueuePorts ports = await OpenAsync();
        await SendAsync(ports.Queue, Some.Here, 1, 2);
        await SendAsync(ports.Queue, Some.There, 2, 2);
        await ports.Lanes.SetPausedAsync(Some.There, true);
        Assert.Equal([Some.Here], await ServeAsync(ports.Queue, 1));
        await ports.Lanes.SetPausedAsync(Some.There, false);
        Assert.Equal([Some.There], await ServeAsync(ports.Queue, 1));
    }

    [Fact]
    public async Task Lease_that_ran_out_and_batches_given_back_no_longer_count()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await SendAsync(queue, Some.Here, 1, 3);
        BatchLease silent = await TakeAsync(queue);
        BatchLease givenBack = await TakeAsync(queue);
        await SendAsync(queue, Some.There, 2, 2);
        BatchLease kept = await TakeAsync(queue);
        Assert.Equal(Some.There, kept.Batch.Workspace);
        await queue.AbandonAsync(givenBack, TimeSpan.Zero);
        Time.Advance(Lease * 0.6);
        Assert.Equal(LeaseState.Held, await queue.RenewAsync(kept));
        Time.Advance(Lease * 0.6);
        Assert.Equal(LeaseState.Lost, await queue.RenewAsync(silent));
        Assert.Equal(Some.Here, (await TakeAsync(queue)).Batch.Workspace);
    }

    [Fact]
    public async Task Order_of_a_lane_rules_inside_its_workspace_while_turns_go_on()
    {
        QueuePorts ports = await OpenAsync();
        await SendAsync(ports.Queue, Some.Here, 1, 1);
        await SendAsync(ports.Queue, Some.Here, 2, 1);
        await SendAsync(ports.Queue, Some.There, 3, 1);
        await SendAsync(ports.Queue, Some.There, 4, 1);
        Assert.True(await ports.Lanes.MoveAsync(Some.Here, Some.RunId(2), before: Some.RunId(1)));
        Assert.True(await ports.Lanes.MoveAsync(Some.There, Some.RunId(3), before: null));
        List<BatchMessage> taken = [];
        for (int i = 0; i < 4; i++)
        {
            taken.Add((await TakeAsync(ports.Queue)).Batch);
        }

        Assert.Equal(2, taken[..2].Select(batch => batch.Workspace).Distinct().Count());
        Assert.Equal([Some.RunId(2), Some.RunId(1)], taken.Where(batch => batch.Workspace == Some.Here).Select(batch => batch.RunId));
        Assert.Equal([Some.RunId(4), Some.RunId(3)], taken.Where(batch => batch.Workspace == Some.There).Select(batch => batch.RunId));
    }

    [Fact]
    public async Task Turns_and_what_is_held_survive_a_restart()
    {
        QueuePorts ports = await OpenAsync();
        await SendAsync(ports.Queue, Some.Here, 1, 4);
        await SendAsync(ports.Queue, Some.There, 2, 4);
        ImmutableArray<WorkspaceId> before = await ServeAsync(ports.Queue, 1);
        ports = await ReopenAsync(ports);
        ImmutableArray<WorkspaceId> after = await TakeAsync(ports.Queue, 1);
        Assert.NotEqual(before, after);
        ports = await ReopenAsync(ports);
        Assert.Equal(before, await TakeAsync(ports.Queue, 1));
    }

    [Fact]
    public async Task Workspace_that_was_empty_for_a_while_is_served_again()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        for (int round = 1; round <= 3; round++)
        {
            await SendAsync(queue, Some.Here, round, 1);
            await SendAsync(queue, Some.There, round, 1);
            Assert.Equal(2, (await DrainAsync(queue)).Length);
            await AssertNothingAsync(queue);
        }
    }

    [Fact]
    public async Task Batches_sent_while_runners_look_are_all_found()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        WorkspaceId[] workspaces = [Some.Here, Some.There, Some.Stranger];
        using CancellationTokenSource allSent = new();
        Task<int>[] runners = [.. Enumerable.Range(0, 4).Select(runner => Task.Run(async () =>
        {
            int completed = 0;
            while (!allSent.IsCancellationRequested)
            {
                if (await queue.LeaseAsync(Some.Runner($"r{runner}"), TimeSpan.Zero) is { } lease && await queue.CompleteAsync(lease))
                {
                    completed++;
                }
            }

            return completed;
        }))];
        for (int i = 0; i < 24; i++)
        {
            await queue.SendAsync(Some.Batch(1, i, workspaces[i % 3]));
        }

        await allSent.CancelAsync();
        int early = (await Some.SoonAsync(Task.WhenAll(runners))).Sum();
        Assert.Equal(24, early + (await DrainAsync(queue)).Length);
    }

    private static async Task SendAsync(IBatchQueue queue, WorkspaceId workspace, int run, int batches, string? backend = null)
    {
        for (int i = 0; i < batches; i++)
        {
            BatchMessage batch = Some.Batch(run, i, workspace);
            await queue.SendAsync(batch with { Requires = batch.Requires with { Backend = backend } });
        }
    }

    /// <summary>Leases batches and keeps them.</summary>
    private static async Task<ImmutableArray<WorkspaceId>> TakeAsync(IBatchQueue queue, int batches)
    {
        ImmutableArray<WorkspaceId>.Builder taken = ImmutableArray.CreateBuilder<WorkspaceId>(batches);
        for (int i = 0; i < batches; i++)
        {
            taken.Add((await TakeAsync(queue)).Batch.Workspace);
        }

        return taken.ToImmutable();
    }

    /// <summary>Leases and completes one batch after the other.</summary>
    private static async Task<ImmutableArray<WorkspaceId>> ServeAsync(IBatchQueue queue, int batches)
    {
        ImmutableArray<WorkspaceId>.Builder served = ImmutableArray.CreateBuilder<WorkspaceId>(batches);
        for (int i = 0; i < batches; i++)
        {
            BatchLease lease = await TakeAsync(queue);
            served.Add(lease.Batch.Workspace);
            Assert.True(await queue.CompleteAsync(lease));
        }

        return served.ToImmutable();
    }
}
