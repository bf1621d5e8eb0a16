using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Cosmos;

public sealed class CosmosRunStoreTests(CosmosDesk desk) : RunStoreConformance, IClassFixture<CosmosDesk>
{
    private CosmosPlace? _place;

    protected override async ValueTask<IRunStore> OpenAsync()
    {
        _place ??= await desk.NewOrSkipAsync();
        return new CosmosRunStore(_place.Documents, _place.Packing, _place.Options, Time);
    }
}

public sealed class CosmosWorkflowStoreTests(CosmosDesk desk) : WorkflowStoreConformance, IClassFixture<CosmosDesk>
{
    private CosmosPlace? _place;

    protected override async ValueTask<IWorkflowStore> OpenAsync()
    {
        _place ??= await desk.NewOrSkipAsync();
        return new CosmosWorkflowStore(_place.Documents, _place.Packing);
    }
}

public sealed class CosmosFileStoreTests(CosmosDesk desk) : FileStoreConformance, IClassFixture<CosmosDesk>
{
    private CosmosPlace? _place;

    protected override async ValueTask<IFileStore> OpenAsync()
    {
        _place ??= await desk.NewOrSkipAsync();
        return new CosmosFileStore(_place.Documents);
    }
}

public sealed class CosmosRunnerBoardTests(CosmosDesk desk) : RunnerBoardConformance, IClassFixture<CosmosDesk>
{
    private CosmosPlace? _place;

    protected override async ValueTask<IRunnerBoard> OpenAsync()
    {
        _place ??= await desk.NewOrSkipAsync();
        return new CosmosRunnerBoard(_place.Documents, Time);
    }
}

public sealed class CosmosHookStoreTests(CosmosDesk desk) : HookStoreConformance, IClassFixture<CosmosDesk>
{
    private CosmosPlace? _place;

    protected override async ValueTask<IHookStore> OpenAsync()
    {
        _place ??= await desk.NewOrSkipAsync();
        return new CosmosHookStore(_place.Documents);
    }
}

public sealed class CosmosResultCacheTests(CosmosDesk desk) : ResultCacheConformance, IClassFixture<CosmosDesk>
{
    private CosmosPlace? _place;

    protected override async ValueTask<ResultCachePorts> OpenAsync()
    {
        _place ??= await desk.NewOrSkipAsync();
        return new ResultCachePorts(
            new CosmosResultCache(new DocumentContainer(_place.Client, _place.Options.Database, _place.Options.Results), _place.Artifacts, _place.Packing, _place.Options), _place.Artifacts);
    }
}
