namespace Vortex.Runner.Tests;

public sealed class LeaseTests
{
    private readonly Bench _bench = new();
    private readonly string _probe = Probe.NewName();
    private readonly TaskCompletionSource _gate = new();

    public LeaseTests() => Probe.Of(_probe).Gate = _gate.Task;

    [Fact]
    public async Task Lease_is_renewed_while_a_node_works()
    {
        Task<bool> running = await BeginAsync();
        // Twice the lease's time in steps of its renewals: without them the batch would be up for others.
        for (int i = 0; i < 60; i++)
        {
            await AdvanceToNextRenewalAsync();
        }

        Assert.Null(await _bench.Queue.LeaseAsync(Some.Runner() with { Packs = ["test"] }, TimeSpan.Zero));
        _gate.SetResult();
        await Some.SoonAsync(running);
        Assert.Equal((BatchStatus.Succeeded, 1), (_bench.Reported[^1].Status, _bench.Reported[^1].Attempt));
    }

    [Fact]
    public async Task Lost_lease_stops_the_node_and_nothing_is_reported_or_written_any_more()
    {
        Task<bool> running = await BeginAsync();
        // The clock jumps over the end of the lease, as after a laptop's sleep, and somebody else takes the batch.
        _bench.Clock.JumpClock(Bench.LeaseTime * 2);
        BatchLease? other = await _bench.Queue.LeaseAsync(Some.Runner() with { Packs = ["test"] }, TimeSpan.Zero);
        Assert.Equal(2, other?.Attempt);
        await AdvanceToNextRenewalAsync();
        await Some.SoonAsync(running);
        Assert.Empty(_bench.Reported);
        Assert.Equal(LeaseState.Held, await _bench.Queue.RenewAsync(other!));

        // What happened while the lease was held may have been written, in its order; nothing that came after.
        string[] before = ["node.started before", "node.completed before", "node.started slow"];
        IReadOnlyList<string> log = [.. await _bench.LogAsync()];
        Assert.Equal(before.Take(log.Count), log);
        Assert.True(log.Count <= before.Length);
    }

    [Fact]
    public async Task Cancel_stops_in_the_middle_of_a_node_and_reports_it()
    {
        Task<bool> running = await BeginAsync();
        await _bench.Queue.CancelAsync(Some.Here, Some.RunId(1));
        await AdvanceToNextRenewalAsync();
        await Some.SoonAsync(running);
        BatchOutcome outcome = _bench.Reported[^1];
        Assert.Equal((BatchStatus.Canceled, 1, 0, 2), (outcome.Status, outcome.Succeeded, outcome.Failed, outcome.Skipped));
        Assert.Equal(["node.started before", "node.completed before", "node.started slow"], await _bench.LogAsync());
        Assert.False(await _bench.Runner.RunOneAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task Runner_that_stops_lets_a_batch_finish_in_its_time()
    {
        using CancellationTokenSource stop = new();
        await SendAsync();
        Task running = _bench.Runner.RunAsync(stop.Token);
        await Some.SoonAsync(Probe.Of(_probe).Entered);
        await stop.CancelAsync();
        Assert.False(running.IsCompleted);
        _gate.SetResult();
        await Some.SoonAsync(running);
        Assert.Equal(BatchStatus.Succeeded, _bench.Reported[^1].Status);
    }

    [Fact]
    public async Task Runner_that_must_stop_gives_the_batch_back_with_what_was_done()
    {
        using CancellationTokenSource quit = new();
        await SendAsync();
        Task<bool> running = _bench.Runner.RunOneAsync(TimeSpan.Zero, default, quit.Token);
        await Some.SoonAsync(Probe.Of(_probe).Entered);
        await quit.CancelAsync();
        await Some.SoonAsync(running);
        Assert.Empty(_bench.Reported);
        Assert.Contains("node.completed before", await _bench.LogAsync());
        _gate.SetResult();
        _bench.Runner = _bench.NewRunner();
        BatchOutcome outcome = await _bench.StepAsync();
        Assert.Equal((BatchStatus.Succeeded, 3, 2), (outcome.Status, outcome.Succeeded, outcome.Attempt));
        Assert.Single(await _bench.LogAsync(), "node.completed before");
    }

    [Fact]
    public async Task Runner_leaves_batches_whose_packs_it_lacks()
    {
        BatchMessage batch = (await _bench.PlanAsync(new NodeSpec("a", "Value").With("value", 1)))[0];
        await _bench.Queue.SendAsync(batch with { Requires = new BatchRequirements { Packs = ["other"] } });
        Assert.False(await _bench.Runner.RunOneAsync(TimeSpan.Zero));
    }

    private async Task<Task<bool>> BeginAsync()
    {
        await SendAsync();
        Task<bool> running = _bench.Runner.RunOneAsync(TimeSpan.Zero);
        await Some.SoonAsync(Probe.Of(_probe).Entered);
        return running;
    }

    private async Task SendAsync() => await _bench.SendAsync(
        new NodeSpec("before", "Value").With("value", 1).Output(),
        new NodeSpec("slow", "Probed").With("probe", _probe).From("value", "before"),
        new NodeSpec("after", "Pass").From("value", "slow").Output());

    private async Task AdvanceToNextRenewalAsync()
    {
        DateTimeOffset next = _bench.Clock.GetUtcNow() + _bench.Options.RenewInterval;
        await Some.SoonAsync(_bench.Clock.WhenArmedAsync(next));
        _bench.Clock.Advance(_bench.Options.RenewInterval);
    }
}
