using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests.Service;

public sealed class AddVortexRunsTests
{
    [Fact]
    public void Host_with_ports_gets_a_service_that_works()
    {
        using ServiceProvider provider = Host([]);
        Assert.NotNull(provider.GetRequiredService<RunService>());
        Assert.NotNull(provider.GetRequiredService<RunSweeper>());
        Assert.NotNull(provider.GetRequiredService<IBatchResults>());
        new OrchestrationRegistry().RegisterRuns(provider.GetRequiredService<RunActivities>());
    }

    [Fact]
    public void Options_come_from_the_configuration()
    {
        using ServiceProvider provider = Host(new() { ["Vortex:Runs:NumericBackend"] = "cuda", ["Vortex:Planner:MaxBatchNodes"] = "7" });
        Assert.Equal("cuda", provider.GetRequiredService<RunServiceOptions>().NumericBackend);
        Assert.Equal(7, provider.GetRequiredService<PlannerOptions>().MaxBatchNodes);
    }

    [Theory]
    [InlineData("Vortex:Runs:NumericBackend", "")]
    [InlineData("Vortex:Runs:MaxUnfinishedRuns", "0")]
    [InlineData("Vortex:Runs:CancelTimeout", "02:00:00")]
    [InlineData("Vortex:Planner:MaxBatches", "1001")]
    [InlineData("Vortex:Planner:MaxBatchNodes", "0")]
    public void Wrong_setting_is_refused(string name, string value)
    {
        using ServiceProvider provider = Host(new() { [name] = value });
        Assert.Throws<OptionsValidationException>(() => (provider.GetRequiredService<RunServiceOptions>(), provider.GetRequiredService<PlannerOptions>()));
    }

    private static ServiceProvider Host(Dictionary<string, string?> settings)
    {
        InMemoryArtifactStore artifacts = new();
        ManualTimeProvider time = new();
        InMemoryBatchQueue queue = new(time, TimeSpan.FromMinutes(1), 3);
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddSingleton<TimeProvider>(time)
            .AddSingleton<IRunStore>(new InMemoryRunStore())
            .AddSingleton<IArtifactStore>(artifacts)
            .AddSingleton<IResultCache>(new InMemoryResultCache(artifacts))
            .AddSingleton<IWorkflowStore>(new InMemoryWorkflowStore())
            .AddSingleton<IFileResolver>(new NamedFiles())
            .AddSingleton<IBatchQueue>(queue)
            .AddSingleton<ILaneControl>(queue)
            .AddSingleton<IOrchestrationClient>(new InMemoryOrchestration(new OrchestrationRegistry(), new OrchestrationStorage(), time))
            .AddSingleton<NodeCatalog>(TestTypes.Catalog)
            .AddVortexRuns()
            .BuildServiceProvider();
    }
}
