using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Embedded.Tests;

public class SqliteOrchestrationTests : OrchestrationConformance, IDisposable
{
    private readonly TestFolder _folder = new();

    protected virtual EmbeddedOptions Options => new();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async ValueTask<OrchestrationHost> StartAsync(OrchestrationRegistry registry)
    {
        EmbeddedStore store = await _folder.OpenAsync(Time, Options);
        OrchestrationEngine engine = store.CreateEngine(registry);
        await engine.StartAsync();
        return new OrchestrationHost(store.Orchestrations, async () =>
        {
            await engine.DisposeAsync();
            await store.DisposeAsync();
        });
    }
}

/// <summary>Nothing stays in memory: every turn begins with a replay of the whole history, which must decide the same.</summary>
public sealed class SqliteOrchestrationReplayedAtEveryTurnTests : SqliteOrchestrationTests
{
    protected override EmbeddedOptions Options => new() { MaxLiveInstances = 0 };
}
