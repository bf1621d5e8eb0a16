using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Adds the ports on one machine to a host.</summary>
public static class EmbeddedServices
{
    /// <summary>Adds every port over one data folder, which the host takes for itself, with the engine and the maintenance as hosted services.</summary>
    /// <remarks>
    /// An artifact store that was added before stays, and the data folder then holds everything but content.
    /// The engine runs what the host's <see cref="OrchestrationRegistry"/> holds; without one no engine runs. The folder is opened when
    /// the host starts, and a setting out of its range or a folder that cannot be used fails the start.
    /// </remarks>
    public static IServiceCollection AddVortexEmbedded(this IServiceCollection services, Action<EmbeddedOptions>? configure = null)
    {
        services.AddOptions<EmbeddedOptions>()
            .BindConfiguration(EmbeddedOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(Open);
        services.AddSingleton(provider => provider.GetRequiredService<HostedStore>().Store);
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().Folder);
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().Runs);
        services.TryAddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().Artifacts);
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().ResultsOver(provider.GetRequiredService<IArtifactStore>()));
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().Queue);
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().Lanes);
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().Runners);
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().Workflows);
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().Files);
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().Hooks);
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().Orchestrations);
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedStore>().BatchResults);
        services.AddHostedService<EngineService>();
        services.AddHostedService<MaintenanceService>();
        return services;
    }

    private static HostedStore Open(IServiceProvider provider)
    {
        EmbeddedOptions options = provider.GetRequiredService<IOptions<EmbeddedOptions>>().Value;
        DataFolder folder = new(options.DataPath);
        IDisposable hostLock = folder.LockForHost();
        try
        {
            return new HostedStore(EmbeddedStore.Open(folder, options, provider.GetRequiredService<TimeProvider>()), hostLock);
        }
        catch
        {
            hostLock.Dispose();
            throw;
        }
    }

    /// <summary>The store and the host's lock on its folder, closed in this order.</summary>
    private sealed class HostedStore(EmbeddedStore store, IDisposable hostLock) : IDisposable
    {
        internal EmbeddedStore Store { get; } = store;

        public void Dispose()
        {
            Store.Dispose();
            hostLock.Dispose();
        }
    }

    private sealed class EngineService(EmbeddedStore store, IServiceProvider services, ILogger<OrchestrationEngine> logger) : IHostedService
    {
        private OrchestrationEngine? _engine;

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            if (services.GetService<OrchestrationRegistry>() is { } registry)
            {
                _engine = store.CreateEngine(registry, logger);
                await _engine.StartAsync(cancellationToken);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => _engine?.StopAsync(cancellationToken) ?? Task.CompletedTask;
    }

    private sealed class MaintenanceService(EmbeddedStore store, TimeProvider time, IOptions<EmbeddedOptions> options, ILogger<EmbeddedMaintenance> logger) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            EmbeddedMaintenance maintenance = store.CreateMaintenance(logger);
            using PeriodicTimer timer = new(options.Value.MaintenanceInterval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await maintenance.RunOnceAsync(stoppingToken);
                }
                catch (EmbeddedStoreException error)
                {
                    logger.MaintenanceFailed(error);
                }
            }
        }
    }
}
