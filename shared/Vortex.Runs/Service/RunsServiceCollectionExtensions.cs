using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Adds runs to a host.</summary>
public static class RunsServiceCollectionExtensions
{
    /// <summary>
    /// Adds the run service, the sweeper, the activities and the way outcomes take back. The host adds the ports, a <see cref="NodeCatalog"/>
    /// (or its own <c>Func&lt;WorkspaceId, NodeCatalog&gt;</c>), a <see cref="TimeProvider"/> and the engine, whose registry it fills with
    /// <see cref="RunOrchestration.RegisterRuns"/>. Options are checked when the host starts.
    /// </summary>
    public static IServiceCollection AddVortexRuns(
        this IServiceCollection services, Action<RunServiceOptions>? configure = null, Action<PlannerOptions>? configurePlanner = null)
    {
        services.AddOptions<RunServiceOptions>().BindConfiguration(RunServiceOptions.Section)
            .Configure(options => configure?.Invoke(options)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<PlannerOptions>().BindConfiguration(PlannerOptions.Section)
            .Configure(options => configurePlanner?.Invoke(options)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<RunServiceOptions>>().Value);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<PlannerOptions>>().Value);
        services.TryAddSingleton<Func<WorkspaceId, NodeCatalog>>(provider =>
        {
            NodeCatalog catalog = provider.GetRequiredService<NodeCatalog>();
            return _ => catalog;
        });
        services.TryAddSingleton<IdSource>();
        services.TryAddSingleton<RunActivities>();
        services.TryAddSingleton<RunService>();
        services.TryAddSingleton<RunSweeper>();
        services.TryAddSingleton<CapacityKeeper>();
        services.TryAddSingleton<IBatchResults, OrchestrationBatchResults>();
        return services;
    }
}
