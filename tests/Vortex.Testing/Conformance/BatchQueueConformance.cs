using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>A queue and the control of its lanes, over one storage.</summary>
public sealed record QueuePorts(IBatchQueue Queue, ILaneControl Lanes) : IAsyncDisposable
{
    /// <summary>Gets what to do when the process ends.</summary>
    public Func<ValueTask>? OnClose { get; init; }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => OnClose?.Invoke() ?? ValueTask.CompletedTask;
}

/// <summary>What every queue does: delivery and leases. Cancel, order and lanes have their own parts.</summary>
/// <remarks>Adapters are set up with <see cref="Lease"/>, <see cref="MaxDeliveries"/>, <see cref="Weights"/> and the suite's time.</remarks>
public abstract partial class BatchQueueConformance : PortConformance<QueuePorts>
{
    /// <summary>How long a lease lasts.</summary>
    protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>How often a batch is delivered before it is put aside.</summary>
    protected const int MaxDeliveries = 4;

    /// <summary>What workspaces weigh: <see cref="Some.Stranger"/> twice as much as the others.</summary>
    protected static readonly IReadOnlyDictionary<string, double> Weights = new Dictionary<string, double> { ["zenith"] = 2 };

    [Fact]
    public async Task Batch_arrives_as_it_was_sent()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        BatchMessage batch = Some.Batch(7, 3) with
        {
            Dispatch = 2,
            Priority = -3,
            CachePolicy = CachePolicy.Refresh,
            Requires = new BatchRequirements { Backend = "cpu", Packs = ["core"], MemoryBytes = 1_000 },
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };
        await queue.SendAsync(batch);
        BatchLease lease = await TakeAsync(queue);
        Some.AssertSame(batch, lease.Batch);
        Assert.Equal(1, lease.Attempt);
        Assert.Equal(Time.GetUtcNow() + Lease, lease.ExpiresAt);
    }

    [Fact]
    public async Task Empty_queue_answers_null_when_the_wait_is_over()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        Assert.Null(await queue.LeaseAsync(Some.Runner(), TimeSpan.Zero));
        Task<BatchLease?> waiting = queue.LeaseAsync(Some.Runner(), TimeSpan.FromSeconds(20)).AsTask();
        Assert.Null(await Time.DriveAsync(waiting, TimeSpan.FromSeconds(30)));
        Assert.True(Time.GetUtcNow() >= Some.Time.AddSeconds(20));
    }

    [Fact]
    public async Task Waiting_runner_gets_a_batch_as_soon_as_it_is_sent()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        Task<BatchLease?> waiting = queue.LeaseAsync(Some.Runner(), TimeSpan.FromHours(1)).AsTask();
        await queue.SendAsync(Some.Batch());
        Assert.NotNull(await Time.DriveAsync(waiting, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Waiting_stops_when_canceled()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        using CancellationTokenSource stop = new();
        Task<BatchLease?> waiting = queue.LeaseAsync(Some.Runner(), TimeSpan.FromHours(1), stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Some.SoonAsync(waiting));
        await queue.SendAsync(Some.Batch());
        await TakeAsync(queue);
    }

    [Fact]
    public async Task Leased_batch_is_nobody_elses()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        await TakeAsync(queue);
        await AssertNothingAsync(queue);
    }

    [Fact]
    public async Task Many_runners_at_once_get_each_batch_once()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        for (int i = 0; i < 40; i++)
        {
            await queue.SendAsync(Some.Batch(1, i));
        }

        List<BatchId>[] taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(runner => Task.Run(async () =>
        {
            List<BatchId> mine = [];
            while (await queue.LeaseAsync(Some.Runner($"r{runner}"), TimeSpan.Zero) is { } lease)
            {
                mine.Add(lease.Batch.BatchId);
                Assert.True(await queue.CompleteAsync(lease));
            }

            return mine;
        })));
        Assert.Equal(40, taken.Sum(mine => mine.Count));
        Assert.Equal(40, taken.SelectMany(mine => mine).Distinct().Count());
    }

    [Fact]
    public async Task Completed_batch_never_comes_again()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        BatchLease lease = await TakeAsync(queue);
        Assert.True(await queue.CompleteAsync(lease));
        Assert.False(await queue.CompleteAsync(lease));
        Assert.Equal(LeaseState.Lost, await queue.RenewAsync(lease));
        Time.Advance(Lease * 3);
        await AssertNothingAsync(queue);
    }

    [Fact]
    public async Task Batch_sent_twice_costs_at_most_a_second_delivery()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        await queue.SendAsync(Some.Batch());
        int deliveries = 0;
        while (await queue.LeaseAsync(Some.Runner(), TimeSpan.Zero) is { } lease)
        {
            deliveries++;
            await queue.CompleteAsync(lease);
        }

        Assert.InRange(deliveries, 1, 2);
    }

    [Fact]
    public async Task Batch_sent_again_with_a_higher_dispatch_is_delivered_again()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        Assert.True(await queue.CompleteAsync(await TakeAsync(queue)));
        await queue.SendAsync(Some.Batch() with { Dispatch = 2 });
        BatchLease again = await TakeAsync(queue);
        Assert.Equal(2, again.Batch.Dispatch);
        Assert.True(await queue.CompleteAsync(again));
        await AssertNothingAsync(queue);
    }

    [Fact]
    public async Task Lease_that_runs_out_is_handed_out_again_with_the_next_attempt()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        BatchLease first = await TakeAsync(queue);
        Time.Advance(Lease - TimeSpan.FromSeconds(1));
        await AssertNothingAsync(queue);
        Time.Advance(TimeSpan.FromSeconds(2));
        BatchLease second = await TakeAsync(queue, "runner-2");
        Assert.Equal(first.Attempt + 1, second.Attempt);
        Assert.NotEqual(first.Token, second.Token);
        Assert.Equal(LeaseState.Lost, await queue.RenewAsync(first));
        Assert.False(await queue.CompleteAsync(first));
        // What the old holder does late leaves the new one alone.
        await queue.AbandonAsync(first, TimeSpan.Zero);
        await queue.DeadLetterAsync(first, "late");
        Assert.Empty(await queue.FindDeadAsync(10));
        Assert.Equal(LeaseState.Held, await queue.RenewAsync(second));
        Assert.True(await queue.CompleteAsync(second));
    }

    [Fact]
    public async Task Waiting_runner_gets_a_batch_whose_lease_runs_out()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        await TakeAsync(queue);
        Task<BatchLease?> waiting = queue.LeaseAsync(Some.Runner("runner-2"), TimeSpan.FromHours(1)).AsTask();
        BatchLease? second = await Time.DriveAsync(waiting, Lease * 2);
        Assert.Equal(2, second?.Attempt);
    }

    [Fact]
    public async Task Renewed_lease_lasts_another_period()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        BatchLease lease = await TakeAsync(queue);
        for (int i = 0; i < 10; i++)
        {
            Time.Advance(Lease - TimeSpan.FromSeconds(5));
            Assert.Equal(LeaseState.Held, await queue.RenewAsync(lease));
        }

        await AssertNothingAsync(queue);
        Assert.True(await queue.CompleteAsync(lease));
    }

    [Fact]
    public async Task Abandoned_batch_comes_again_after_the_delay()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        BatchLease first = await TakeAsync(queue);
        await queue.AbandonAsync(first, TimeSpan.FromSeconds(10));
        Assert.Equal(LeaseState.Lost, await queue.RenewAsync(first));
        Time.Advance(TimeSpan.FromSeconds(9));
        await AssertNothingAsync(queue);
        Task<BatchLease?> waiting = queue.LeaseAsync(Some.Runner(), TimeSpan.FromHours(1)).AsTask();
        BatchLease? second = await Time.DriveAsync(waiting, TimeSpan.FromSeconds(10));
        Assert.Equal(2, second?.Attempt);
    }

    [Fact]
    public async Task Batch_put_aside_is_found_until_it_is_forgotten_and_never_delivered()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch(1, 5));
        await queue.DeadLetterAsync(await TakeAsync(queue), "cannot be read");
        await AssertNothingAsync(queue);
        DeadBatch dead = Assert.Single(await queue.FindDeadAsync(10));
        Some.AssertSame(Some.Batch(1, 5), dead.Batch);
        Assert.Equal("cannot be read", dead.Reason);
        Assert.Equal(1, dead.Attempts);
        Assert.Single(await queue.FindDeadAsync(10));
        await queue.ForgetDeadAsync(dead);
        await queue.ForgetDeadAsync(dead);
        Assert.Empty(await queue.FindDeadAsync(10));
        await AssertNothingAsync(queue);
    }

    [Fact]
    public async Task Batch_that_kills_its_runners_is_put_aside()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        for (int attempt = 1; attempt <= MaxDeliveries; attempt++)
        {
            Assert.Empty(await queue.FindDeadAsync(10));
            Assert.Equal(attempt, (await TakeAsync(queue)).Attempt);
            Time.Advance(Lease + TimeSpan.FromSeconds(1));
        }

        await AssertNothingAsync(queue);
        DeadBatch dead = Assert.Single(await queue.FindDeadAsync(10));
        Assert.Equal(MaxDeliveries, dead.Attempts);
        Assert.Equal(Some.Batch().BatchId, dead.Batch.BatchId);
        Assert.NotEmpty(dead.Reason);
    }

    [Fact]
    public async Task Poisonous_batch_is_found_even_if_nobody_asks_for_work()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        await queue.SendAsync(Some.Batch());
        for (int attempt = 1; attempt <= MaxDeliveries; attempt++)
        {
            await TakeAsync(queue);
            Time.Advance(Lease + TimeSpan.FromSeconds(1));
        }

        Assert.Single(await queue.FindDeadAsync(10));
    }

    [Fact]
    public async Task Dead_batches_are_found_at_most_as_many_as_asked_for()
    {
        IBatchQueue queue = (await OpenAsync()).Queue;
        for (int i = 0; i < 5; i++)
        {
            await queue.SendAsync(Some.Batch(1, i));
            await queue.DeadLetterAsync(await TakeAsync(queue), "no");
        }

        Assert.Equal(2, (await queue.FindDeadAsync(2)).Count);
        Assert.Equal(5, (await queue.FindDeadAsync(10)).Count);
    }

    [Fact]
    public async Task Batches_leases_and_attempts_survive_a_restart()
    {
        QueuePorts ports = await OpenAsync();
        await ports.Queue.SendAsync(Some.Batch(1, 0));
        await ports.Queue.SendAsync(Some.Batch(1, 1));
        await ports.Queue.SendAsync(Some.Batch(1, 2));
        BatchLease held = await TakeAsync(ports.Queue);
        await ports.Queue.DeadLetterAsync(await TakeAsync(ports.Queue), "no");
        ports = await ReopenAsync(ports);
        Assert.Single(await ports.Queue.FindDeadAsync(10));
        Assert.Equal(2, (await TakeAsync(ports.Queue)).Batch.Index);
        await AssertNothingAsync(ports.Queue);
        Assert.Equal(LeaseState.Held, await ports.Queue.RenewAsync(held));
        Time.Advance(Lease + TimeSpan.FromSeconds(1));
        BatchLease again = await TakeAsync(ports.Queue);
        Assert.Equal((0, 2), (again.Batch.Index, again.Attempt));
    }

    /// <summary>Leases what must be there.</summary>
    private static async Task<BatchLease> TakeAsync(IBatchQueue queue, string runner = "runner-1")
    {
        BatchLease? lease = await queue.LeaseAsync(Some.Runner(runner), TimeSpan.Zero);
        Assert.NotNull(lease);
        return lease;
    }

    private static async Task AssertNothingAsync(IBatchQueue queue) =>
        Assert.Null(await queue.LeaseAsync(Some.Runner(), TimeSpan.Zero));

    private static async Task<ImmutableArray<BatchId>> DrainAsync(IBatchQueue queue)
    {
        ImmutableArray<BatchId>.Builder ids = ImmutableArray.CreateBuilder<BatchId>();
        while (await queue.LeaseAsync(Some.Runner(), TimeSpan.Zero) is { } lease)
        {
            ids.Add(lease.Batch.BatchId);
            await queue.CompleteAsync(lease);
        }

        return ids.ToImmutable();
    }
}
