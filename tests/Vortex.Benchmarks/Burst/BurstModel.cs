namespace Vortex.Benchmarks.Burst;

/// <summary>Every delay and price of the simulation, with where it comes from. Nothing here was measured by us in Azure.</summary>
/// <remarks>
/// SOURCE: read in the vendor's documentation or in a report that is named. ASSUMPTION: nobody could settle it; change it and see what
/// the figures do. Prices scale every cost alike, so ratios of costs do not depend on them.
/// </remarks>
internal sealed record BurstModel
{
    /// <summary>How often the scaler looks at the queue. SOURCE: 30 s, MicrosoftDocs/azure-docs articles/container-apps/scale-app.md (05/2026).</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the queue must be empty before the last replicas go. SOURCE: 300 s, the same page.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Messages for which the scaler asks for one replica. SOURCE: ours, infra/main.bicep (<c>batchesPerRunner</c> of the GPU runner).</summary>
    public int BatchesPerReplica { get; init; } = 2;

    /// <summary>How many replicas one step may add to those there are. ASSUMPTION: doubling from 4, as the autoscaler below Container Apps does by default.</summary>
    public int FirstStep { get; init; } = 4;

    /// <summary>The GPUs the subscription may have at once. ASSUMPTION: quota differs by agreement; SOURCE for there being one: articles/container-apps/gpu-serverless-overview.md.</summary>
    public int Quota { get; init; } = 20;

    /// <summary>The usual time from asking for a replica to our process. SOURCE for 20 s without a GPU: microsoft/azure-container-apps#997. ASSUMPTION: twice that with an image of a few GB streamed from the registry.</summary>
    public TimeSpan ColdStart { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How many of a hundred cold starts are slow. ASSUMPTION.</summary>
    public double SlowStartPercent { get; init; } = 5;

    /// <summary>How long a slow one takes. SOURCE: 25 minutes reported in microsoft/azure-container-apps#1763, billed meanwhile.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromMinutes(25);

    /// <summary>Loading a checkpoint from the local cache for the first batch. ASSUMPTION: 7 GB at 250 MB/s.</summary>
    public TimeSpan ModelLoad { get; init; } = TimeSpan.FromSeconds(28);

    /// <summary>The shortest and the longest batch. SOURCE: ours; batches of generative work are cut for 5 to 60 s.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) Batch { get; init; } = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));

    /// <summary>The mean time until a replica is taken away while it works: scale-in, host maintenance, spot. ASSUMPTION: two hours, harsher than what is promised for serverless GPUs.</summary>
    public TimeSpan MeanLife { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long a runner holds a batch before it must renew. SOURCE: ours, the default of every queue adapter.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often an idle runner looks for what became free. SOURCE: ours, the default of the queue in Azure.</summary>
    public TimeSpan IdleLook { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What a second of a T4 with its cores and memory costs, in dollars. ASSUMPTION: about 0.90 an hour; look the price of your region up.</summary>
    public double DollarsPerSecond { get; init; } = 0.00025;

    /// <summary>The seed of every draw.</summary>
    public int Seed { get; init; } = 42;
}

/// <summary>A tenant's part of the burst.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Batches">How many batches it queues.</param>
/// <param name="RunsOf">Batches per run.</param>
internal sealed record BurstTenant(string Name, int Batches, int RunsOf = 10);
