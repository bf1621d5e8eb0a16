using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Embedded.Tests;

public sealed class SqliteRunStoreTests : RunStoreConformance, IDisposable
{
    private readonly TestFolder _folder = new();
    private EmbeddedStore? _store;

    public void Dispose() => _folder.Dispose();

    protected override async ValueTask<IRunStore> OpenAsync() => (_store = await _folder.OpenAsync(Time)).Runs;

    protected override ValueTask CloseAsync(IRunStore port) => _store!.DisposeAsync();
}

public sealed class FileArtifactStoreTests : ArtifactStoreConformance, IDisposable
{
    private readonly TestFolder _folder = new();
    private EmbeddedStore? _store;

    public void Dispose() => _folder.Dispose();

    protected override async ValueTask<IArtifactStore> OpenAsync() => (_store = await _folder.OpenAsync(Time)).Artifacts;

    protected override ValueTask CloseAsync(IArtifactStore port) => _store!.DisposeAsync();
}

public sealed class SqliteResultCacheTests : ResultCacheConformance, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async ValueTask<ResultCachePorts> OpenAsync()
    {
        EmbeddedStore store = await _folder.OpenAsync(Time);
        return new ResultCachePorts(store.Results, store.Artifacts) { OnClose = store.DisposeAsync };
    }
}

public sealed class SqliteBatchQueueTests : BatchQueueConformance, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async ValueTask<QueuePorts> OpenAsync()
    {
        EmbeddedOptions options = new() { LeaseDuration = Lease, MaxDeliveries = MaxDeliveries };
        Weights.ToList().ForEach(weight => options.Weights.Add(weight.Key, weight.Value));
        EmbeddedStore store = await _folder.OpenAsync(Time, options);
        return new QueuePorts(store.Queue, store.Lanes) { OnClose = store.DisposeAsync };
    }
}

public sealed class SqliteWorkflowStoreTests : WorkflowStoreConformance, IDisposable
{
    private readonly TestFolder _folder = new();
    private EmbeddedStore? _store;

    public void Dispose() => _folder.Dispose();

    protected override async ValueTask<IWorkflowStore> OpenAsync() => (_store = await _folder.OpenAsync(Time)).Workflows;

    protected override ValueTask CloseAsync(IWorkflowStore port) => _store!.DisposeAsync();
}

public sealed class SqliteFileStoreTests : FileStoreConformance, IDisposable
{
    private readonly TestFolder _folder = new();
    private EmbeddedStore? _store;

    public void Dispose() => _folder.Dispose();

    protected override async ValueTask<IFileStore> OpenAsync() => (_store = await _folder.OpenAsync(Time)).Files;

    protected override ValueTask CloseAsync(IFileStore port) => _store!.DisposeAsync();
}

public sealed class SqliteRunnerBoardTests : RunnerBoardConformance, IDisposable
{
    private readonly TestFolder _folder = new();
    private EmbeddedStore? _store;

    public void Dispose() => _folder.Dispose();

    protected override async ValueTask<IRunnerBoard> OpenAsync() => (_store = await _folder.OpenAsync(Time)).Runners;

    protected override ValueTask CloseAsync(IRunnerBoard port) => _store!.DisposeAsync();
}

public sealed class SqliteHookStoreTests : HookStoreConformance, IDisposable
{
    private readonly TestFolder _folder = new();
    private EmbeddedStore? _store;

    public void Dispose() => _folder.Dispose();

    protected override async ValueTask<IHookStore> OpenAsync() => (_store = await _folder.OpenAsync(Time)).Hooks;

    protected override ValueTask CloseAsync(IHookStore port) => _store!.DisposeAsync();
}
