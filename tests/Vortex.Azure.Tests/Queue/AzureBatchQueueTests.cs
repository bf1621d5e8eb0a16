using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Azure.Tests.Cosmos;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Queue;

/// <summary>The suite of every queue: lease records through the real Cosmos client, tickets through a broker that behaves like Service Bus.</summary>
public class AzureBatchQueueTests(CosmosDesk desk) : BatchQueueConformance, IClassFixture<CosmosDesk>
{
    private CosmosPlace? _place;

    private protected DeskBroker? Broker { get; private set; }

    [Fact]
    public async Task Tickets_are_gone_when_the_work_is_done()
    {
        QueuePorts ports = await OpenAsync();
        for (int i = 0; i < 3; i++)
        {
            await ports.Queue.SendAsync(Some.Batch(1, i));
        }

        // As a runner works: it waits for a ticket, does the work, and waits again until nothing comes.
        for (int done = 0; done < 3; done++)
        {
            BatchLease lease = (await ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero))!;
            Assert.True(await ports.Queue.CompleteAsync(lease));
        }

        Task<BatchLease?> idle = ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.FromMinutes(1)).AsTask();
        Assert.Null(await Time.DriveAsync(idle, TimeSpan.FromMinutes(2)));
        Assert.Equal(0, Broker!.Count("batches-cpu"));
    }

    [Fact]
    public async Task Runner_that_holds_a_batch_holds_its_ticket_so_that_scaling_counts_it()
    {
        QueuePorts ports = await OpenAsync();
        Task<BatchLease?> waiting = ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.FromHours(1)).AsTask();
        await ports.Queue.SendAsync(Some.Batch());
        BatchLease lease = (await Time.DriveAsync(waiting, TimeSpan.FromSeconds(5)))!;
        for (int i = 0; i < 4; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(20));
            Assert.Equal(LeaseState.Held, await ports.Queue.RenewAsync(lease));
            Assert.NotEqual(0, Broker!.Count("batches-cpu"));
        }

        Assert.True(await ports.Queue.CompleteAsync(lease));
    }

    [Fact]
    public async Task Batch_whose_ticket_was_lost_is_found_all_the_same()
    {
        QueuePorts ports = await OpenAsync();
        Broker!.LosesTickets = true;
        Task<BatchLease?> waiting = ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.FromHours(1)).AsTask();
        await ports.Queue.SendAsync(Some.Batch());
        Assert.NotNull(await Time.DriveAsync(waiting, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Ticket_for_work_of_another_runner_is_passed_on_and_not_lost()
    {
        QueuePorts ports = await OpenAsync();
        await ports.Queue.SendAsync(Some.Batch() with { Requires = new BatchRequirements { MemoryBytes = 64L << 30 } });
        Task<BatchLease?> small = ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.FromSeconds(10)).AsTask();
        Assert.Null(await Time.DriveAsync(small, TimeSpan.FromSeconds(20)));
        Assert.NotEqual(0, Broker!.Count("batches-cpu"));
        Assert.NotNull(await ports.Queue.LeaseAsync(new RunnerCapabilities("large", "cpu", ["core"], 80L << 30), TimeSpan.Zero));
    }

    [Fact]
    public async Task Batch_that_is_large_for_a_message_travels_by_claim_check()
    {
        QueuePorts ports = await OpenAsync();
        BatchMessage large = Some.Batch() with { Requires = new BatchRequirements { Packs = [.. Enumerable.Range(0, 30_000).Select(i => $"pack{i}")] } };
        await ports.Queue.SendAsync(large);
        BatchLease? lease = await ports.Queue.LeaseAsync(new RunnerCapabilities("r", "cpu", large.Requires.Packs, 0), TimeSpan.Zero);
        Assert.Equal(30_000, lease!.Batch.Requires.Packs.Length);
    }

    [Fact]
    public async Task Batches_wake_the_runners_of_their_backend_and_nobody_else()
    {
        QueuePorts ports = await OpenAsync();
        await ports.Queue.SendAsync(Some.Batch(1, 0) with { Requires = new BatchRequirements { Backend = "CUDA" } });
        await ports.Queue.SendAsync(Some.Batch(1, 1));
        int each = DeliversTwice ? 2 : 1;
        Assert.Equal((each, each), (Broker!.Count("batches-cuda"), Broker.Count("batches-cpu")));
    }

    [Fact]
    public async Task What_a_lease_reads_does_not_grow_with_what_waits()
    {
        QueuePorts ports = await OpenAsync();
        WorkspaceId[] workspaces = [Some.Here, Some.There];
        foreach (WorkspaceId workspace in workspaces)
        {
            await SendSomeAsync(ports.Queue, workspace, 0, 8);
        }

        await ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero);
        long few = await BytesOfALeaseAsync(ports.Queue);
        foreach (WorkspaceId workspace in workspaces)
        {
            await SendSomeAsync(ports.Queue, workspace, 8, 120);
        }

        long many = await BytesOfALeaseAsync(ports.Queue);
        Assert.InRange(many, few / 2, few * 3 / 2);
    }

    [Fact]
    public async Task Workspace_without_batches_is_looked_at_no_more()
    {
        QueuePorts ports = await OpenAsync();
        await ports.Queue.SendAsync(Some.Batch());
        await ports.Queue.CompleteAsync((await ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero))!);
        Assert.Null(await ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero));
        long asleep = await BytesOfALeaseAsync(ports.Queue, null);
        await ports.Queue.SendAsync(Some.Batch(2));
        BatchLease held = (await ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero))!;
        Assert.Null(await ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero));
        Assert.True(await BytesOfALeaseAsync(ports.Queue, null) > asleep, "A workspace with a held batch is looked at: its lease may run out.");
        Assert.True(await ports.Queue.CompleteAsync(held));
    }

    private async Task<long> BytesOfALeaseAsync(IBatchQueue queue, bool? found = true)
    {
        Assert.SkipWhen(desk.BytesRead is null, "Only the stand-in counts what is read.");
        long before = desk.BytesRead!.Value;
        Assert.Equal(found ?? false, await queue.LeaseAsync(Some.Runner(), TimeSpan.Zero) is not null);
        return desk.BytesRead.Value - before;
    }

    private static async Task SendSomeAsync(IBatchQueue queue, WorkspaceId workspace, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            await queue.SendAsync(Some.Batch(1, i, workspace));
        }
    }

    private protected virtual bool DeliversTwice => false;

    protected override async ValueTask<QueuePorts> OpenAsync()
    {
        _place ??= await desk.NewOrSkipAsync();
        // The broker outlives the process that uses it.
        Broker ??= new DeskBroker(Time) { DeliversTwice = DeliversTwice };
        BatchQueueOptions options = new() { LeaseDuration = Lease, MaxDeliveries = MaxDeliveries, PollInterval = TimeSpan.FromSeconds(4) };
        Weights.ToList().ForEach(weight => options.Weights.Add(weight.Key, weight.Value));
        BatchRecords records = new(_place.Documents, _place.Packing, options, Time);
        AzureBatchQueue queue = new(records, Broker, options, Time, NullLogger.Instance);
        return new QueuePorts(queue, new AzureLaneControl(records, queue, _place.Documents));
    }
}

/// <summary>The same with every ticket delivered twice.</summary>
public sealed class AzureBatchQueueWithDuplicatesTests(CosmosDesk desk) : AzureBatchQueueTests(desk)
{
    private protected override bool DeliversTwice => true;
}
