using Vortex.Testing;

namespace Vortex.Runs.Tests.Conformance;

/// <summary>The reference adapters pass the suites that the product's adapters must pass.</summary>
public sealed class InMemoryRunStoreTests : RunStoreConformance
{
    private readonly InMemoryRunStore _store = new();

    protected override ValueTask<IRunStore> OpenAsync() => ValueTask.FromResult<IRunStore>(_store);
}

public sealed class InMemoryArtifactStoreTests : ArtifactStoreConformance
{
    private readonly InMemoryArtifactStore _store = new();

    protected override ValueTask<IArtifactStore> OpenAsync() => ValueTask.FromResult<IArtifactStore>(_store);
}

public sealed class InMemoryResultCacheTests : ResultCacheConformance
{
    private readonly InMemoryArtifactStore _artifacts = new();
    private InMemoryResultCache? _cache;

    protected override ValueTask<ResultCachePorts> OpenAsync() => ValueTask.FromResult(new ResultCachePorts(_cache ??= new(_artifacts), _artifacts));
}

public sealed class InMemoryWorkflowStoreTests : WorkflowStoreConformance
{
    private readonly InMemoryWorkflowStore _store = new();

    protected override ValueTask<IWorkflowStore> OpenAsync() => ValueTask.FromResult<IWorkflowStore>(_store);
}

public sealed class InMemoryModelStoreTests : ModelStoreConformance
{
    protected override ValueTask<IModelStore> OpenAsync() => ValueTask.FromResult<IModelStore>(new InMemoryModelStore());

    protected override ValueTask<FileRef> PutAsync(IModelStore store, string folder, string name, byte[] content) =>
        ValueTask.FromResult(((InMemoryModelStore)store).Put(folder, name, content));
}

public sealed class InMemoryFileStoreTests : FileStoreConformance
{
    private readonly InMemoryFileStore _store = new();

    protected override ValueTask<IFileStore> OpenAsync() => ValueTask.FromResult<IFileStore>(_store);
}

public sealed class InMemoryRunnerBoardTests : RunnerBoardConformance
{
    private InMemoryRunnerBoard? _board;

    protected override ValueTask<IRunnerBoard> OpenAsync() => ValueTask.FromResult<IRunnerBoard>(_board ??= new(Time));
}

public sealed class InMemoryHookStoreTests : HookStoreConformance
{
    private readonly InMemoryHookStore _store = new();

    protected override ValueTask<IHookStore> OpenAsync() => ValueTask.FromResult<IHookStore>(_store);
}

public sealed class InMemoryBatchQueueTests : BatchQueueConformance
{
    private InMemoryBatchQueue? _queue;

    protected override ValueTask<QueuePorts> OpenAsync()
    {
        _queue ??= new InMemoryBatchQueue(Time, Lease, MaxDeliveries, new FairShares(Weights));
        return ValueTask.FromResult(new QueuePorts(_queue, _queue));
    }
}

public sealed class ResidentCapacityTests : CapacityConformance
{
    [Fact]
    public async Task What_no_runner_here_offers_is_named_with_what_is_offered()
    {
        ICapacity capacity = await OpenAsync();
        Assert.Equal(CapacityStatus.Ready, (await capacity.ReadAsync(new BatchRequirements { Backend = "CPU", Packs = ["core"] })).Status);
        CapacityState gpu = await capacity.ReadAsync(new BatchRequirements { Backend = "cuda" });
        Assert.Equal((CapacityStatus.Missing, CapacityCodes.NoRunner), (gpu.Status, gpu.Code));
        Assert.Contains("'cuda', and the runner of this process offers the backend 'cpu' with 8 GB of memory", gpu.Reason, StringComparison.Ordinal);
        CapacityState large = await capacity.ReadAsync(new BatchRequirements { MemoryBytes = 16L << 30 });
        Assert.Contains("16 GB", large.Reason, StringComparison.Ordinal);
        Assert.Contains("ask for less", large.Reason, StringComparison.Ordinal);
        Assert.Equal(CapacityStatus.Missing, (await capacity.AskAsync(Need("cuda", 2))).Status);
        Assert.Equal(CapacityStatus.Ready, (await capacity.AskAsync(Need("cuda", 2, held: 1))).Status);
        Assert.Contains("no runner", (await new ResidentCapacity(() => []).ReadAsync(new BatchRequirements())).Reason, StringComparison.Ordinal);
    }

    protected override ValueTask<ICapacity> OpenAsync() => ValueTask.FromResult<ICapacity>(new ResidentCapacity(() => [Some.Runner()]));

    protected override ValueTask<int> StartedAsync() => ValueTask.FromResult(0);
}

public sealed class InMemoryOrchestrationTests : OrchestrationConformance
{
    private readonly OrchestrationStorage _storage = new();

    protected override ValueTask<OrchestrationHost> StartAsync(OrchestrationRegistry registry)
    {
        InMemoryOrchestration engine = new(registry, _storage, Time);
        return ValueTask.FromResult(new OrchestrationHost(engine, engine.DisposeAsync));
    }
}
