using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vortex.Api;
using Vortex.Azure;
using Vortex.Diffusion.Management;
using Vortex.Embedded;
using Vortex.Runner;
using Vortex.Runner.Models;
using Vortex.Runs;

namespace Vortex.Local.Hosting;

/// <summary>Puts the rooms of the house together for one machine: store, engine, runner and run service in one process.</summary>
internal static partial class LocalServices
{
    /// <summary>Adds everything a run needs, over one data folder.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="dataFolder">The data folder, which the process takes for itself.</param>
    /// <param name="inputFolder">Where <c>LoadImage</c> looks.</param>
    /// <param name="modelRoots">Where models lie; null for <c>VORTEX_MODELS</c>, or <c>models</c> in the data folder.</param>
    /// <param name="place">Where content lies.</param>
    public static IServiceCollection AddVortexLocal(this IServiceCollection services, string dataFolder, string inputFolder, IReadOnlyList<string>? modelRoots = null, ContentPlace place = ContentPlace.Folder)
    {
        ContentPlaces.Claim(dataFolder, place);
        services.AddSingleton(Catalogs.All);
        services.AddContentPlace(place);
        services.AddVortexEmbedded(options => options.DataPath = dataFolder);
        services.AddVortexRuns();
        services.AddSingleton(provider => new OrchestrationRegistry().RegisterRuns(provider.GetRequiredService<RunActivities>()));
        services.AddSingleton<IFileResolver>(provider => new LocalFileResolver(
            inputFolder,
            provider.GetRequiredService<ModelFolders>(),
            new PromptFileFinder(provider.GetRequiredService<ModelFolders>(), provider.GetRequiredService<ModelManager>().Options.VocabularyFolders),
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<IFileStore>()));
        services.AddSingleton<IFileNames>(provider => new LocalFileNames(inputFolder, provider.GetRequiredService<ModelFolders>(), provider.GetRequiredService<IFileStore>()));
        services.AddSingleton<IPictureEditor, LocalPictureEditor>();
        services.AddVortexRunner(options => options.UseModels(ModelRoots.Choose(modelRoots ?? [], dataFolder), dataFolder));
        services.AddHostedService<SweepService>();
        services.AddHostHealth();
        services.AddSingleton<IHostLifetime, LifetimeOfCommand>();
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
        return services;
    }

    /// <summary>The command hears requests to end and tells the host; the host listens to none.</summary>
    private sealed class LifetimeOfCommand : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Repairs at the start, and then now and again, what a process that died left between two steps.</summary>
    private sealed partial class SweepService(RunSweeper sweeper, CapacityKeeper capacity, TimeProvider time, ILogger<SweepService> logger) : BackgroundService
    {
        private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using PeriodicTimer timer = new(s_every, time);
            do
            {
                try
                {
                    await sweeper.SweepAsync(stoppingToken);
                    await capacity.KeepAsync(stoppingToken);
                }
                catch (EmbeddedStoreException failure)
                {
                    SweepFailed(logger, failure.Code, failure);
                }
                catch (AzureStoreException failure)
                {
                    SweepFailed(logger, failure.Code, failure);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }

        [LoggerMessage(1401, LogLevel.Warning, "A sweep stopped at {Code}; the next one tries again")]
        private static partial void SweepFailed(ILogger logger, string code, Exception failure);
    }
}
