using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Azure.Tests.Cosmos;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Queue;

/// <summary>What becomes of lost tickets when no runner is up that would look without one.</summary>
public sealed class TicketSweeperTests(CosmosDesk desk) : IClassFixture<CosmosDesk>
{
    private const string Cpu = "batches-cpu";

    private readonly ManualTimeProvider _time = new(Some.Time);
    private readonly BatchQueueOptions _options = new();

    [Fact]
    public async Task Lost_tickets_are_sent_again_once_and_wake_a_runner()
    {
        Desk at = await OpenAsync();
        at.Broker.LosesTickets = true;
        await at.Queue.SendAsync(Some.Batch(1, 0));
        await at.Queue.SendAsync(Some.Batch(1, 1));
        await at.Queue.SendAsync(Some.Batch(1, 2) with { Requires = new BatchRequirements { Backend = "cuda" } });
        at.Broker.LosesTickets = false;
        Assert.Equal(0, await at.Sweeper.SweepAsync());

        // They might have been on their way until now.
        _time.Advance(_options.TicketPatience);
        Assert.Equal(3, await at.Sweeper.SweepAsync());
        Assert.Equal((2, 1), (at.Broker.Count(Cpu), at.Broker.Count("batches-cuda")));
        Assert.Equal(0, await at.Sweeper.SweepAsync());
        _time.Advance(_options.TicketPatience);
        Assert.Equal(0, await at.Sweeper.SweepAsync());
        Assert.Equal((2, 1), (at.Broker.Count(Cpu), at.Broker.Count("batches-cuda")));
    }

    [Fact]
    public async Task Ticket_that_is_lost_a_second_time_is_sent_a_second_time()
    {
        Desk at = await OpenAsync();
        at.Broker.LosesTickets = true;
        await at.Queue.SendAsync(Some.Batch());
        _time.Advance(_options.TicketPatience);
        Assert.Equal(1, await at.Sweeper.SweepAsync());
        at.Broker.LosesTickets = false;
        _time.Advance(_options.TicketPatience);
        Assert.Equal(1, await at.Sweeper.SweepAsync());
        Assert.Equal(1, at.Broker.Count(Cpu));
    }

    [Fact]
    public async Task Work_that_waits_with_its_tickets_gets_no_more_of_them_however_long_it_waits()
    {
        Desk at = await OpenAsync();
        for (int i = 0; i < 3; i++)
        {
            await at.Queue.SendAsync(Some.Batch(1, i));
        }

        for (int minute = 0; minute < 20; minute++)
        {
            _time.Advance(_options.TicketPatience);
            Assert.Equal(0, await at.Sweeper.SweepAsync());
        }

        Assert.Equal(3, at.Broker.Count(Cpu));
    }

    [Fact]
    public async Task Ticket_that_a_working_runner_holds_does_not_stand_for_another_batch()
    {
        Desk at = await OpenAsync();
        Task<BatchLease?> runner = at.Queue.LeaseAsync(Some.Runner(), TimeSpan.FromHours(1)).AsTask();
        await at.Queue.SendAsync(Some.Batch(1, 0));
        BatchLease lease = (await _time.DriveAsync(runner, TimeSpan.FromSeconds(5)))!;
        at.Broker.LosesTickets = true;
        await at.Queue.SendAsync(Some.Batch(1, 1));
        at.Broker.LosesTickets = false;
        for (int i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            Assert.Equal(LeaseState.Held, await at.Queue.RenewAsync(lease));
        }

        int before = at.Broker.Count(Cpu);
        Assert.Equal(1, await at.Sweeper.SweepAsync());
        Assert.Equal(before + 1, at.Broker.Count(Cpu));
    }

    [Fact]
    public async Task Batch_whose_holder_went_silent_is_woken_for_or_put_aside()
    {
        _options.MaxDeliveries = 2;
        Desk at = await OpenAsync();
        at.Broker.LosesTickets = true;
        await at.Queue.SendAsync(Some.Batch());
        for (int attempt = 1; attempt <= 2; attempt++)
        {
            BatchLease? lease = await at.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero);
            Assert.Equal(attempt, lease!.Attempt);
            _time.Advance(_options.LeaseDuration + _options.TicketPatience);
            Assert.Equal(attempt == 1 ? 1 : 0, await at.Sweeper.SweepAsync());
        }

        Assert.Single(await at.Queue.FindDeadAsync(10));
    }

    [Fact]
    public async Task Paused_lane_sleeps_until_it_is_resumed()
    {
        Desk at = await OpenAsync();
        await at.Lanes.SetPausedAsync(Some.Here, true);
        at.Broker.LosesTickets = true;
        await at.Queue.SendAsync(Some.Batch());
        await at.Queue.SendAsync(Some.Batch(2, 0, Some.There));
        at.Broker.LosesTickets = false;
        _time.Advance(_options.TicketPatience);
        Assert.Equal(1, await at.Sweeper.SweepAsync());
        await at.Lanes.SetPausedAsync(Some.Here, false);
        Assert.Equal(2, at.Broker.Count(Cpu));
        Assert.Equal(0, await at.Sweeper.SweepAsync());
    }

    [Fact]
    public async Task One_call_sends_no_more_than_it_may_and_stops_when_canceled()
    {
        Desk at = await OpenAsync();
        at.Broker.LosesTickets = true;
        for (int i = 0; i < 5; i++)
        {
            await at.Queue.SendAsync(Some.Batch(1, i));
        }

        at.Broker.LosesTickets = false;
        _time.Advance(_options.TicketPatience);
        Assert.Equal(2, await at.Sweeper.SweepAsync(2));
        Assert.Equal(2, at.Broker.Count(Cpu));
        using CancellationTokenSource stopped = new();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await at.Sweeper.SweepAsync(cancellationToken: stopped.Token));
        Assert.Equal(2, at.Broker.Count(Cpu));
        _time.Advance(_options.TicketPatience);
        Assert.Equal(3, await at.Sweeper.SweepAsync());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await at.Sweeper.SweepAsync(0));
    }

    private async Task<Desk> OpenAsync()
    {
        CosmosPlace place = await desk.NewOrSkipAsync();
        DeskBroker broker = new(_time);
        BatchRecords records = new(place.Documents, place.Packing, _options, _time);
        AzureBatchQueue queue = new(records, broker, _options, _time, NullLogger.Instance);
        return new Desk(broker, queue, new AzureLaneControl(records, queue, place.Documents), new TicketSweeper(records, broker, _options, _time, NullLogger.Instance));
    }

    private sealed record Desk(DeskBroker Broker, AzureBatchQueue Queue, AzureLaneControl Lanes, TicketSweeper Sweeper);
}
