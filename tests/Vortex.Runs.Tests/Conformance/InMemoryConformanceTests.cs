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

public sealed class InMemoryFileStoreTests : FileStoreConformance
{
    private readonly InMemoryFileStore _store = new();

    protected override ValueTask<IFileStore> OpenAsync() => ValueTask.FromResult<IFileStore>(_store);
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

public sealed class InMemoryOrchestrationTests : OrchestrationConformance
{
    private readonly OrchestrationStorage _storage = new();

    protected override ValueTask<OrchestrationHost> StartAsync(OrchestrationRegistry registry)
    {
        InMemoryOrchestration engine = new(registry, _storage, Time);
        return ValueTask.FromResult(new OrchestrationHost(engine, engine.DisposeAsync));
    }
}
