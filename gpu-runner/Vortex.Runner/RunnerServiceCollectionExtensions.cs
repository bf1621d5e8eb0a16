using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Diffusion.Management;
using Vortex.Nodes;
using Vortex.Nodes.Packs;
using Vortex.Runner.Models;
using Vortex.Runs;
using Vortex.Tensors;

namespace Vortex.Runner;

/// <summary>Adds a runner to a host.</summary>
public static class RunnerServiceCollectionExtensions
{
    /// <summary>Adds a runner that works while the host does. Its options are checked when the host starts.</summary>
    /// <remarks>
    /// The host brings the ports. Packs are the <see cref="NodePack"/> services of the host; where it has none, the built-in ones. What else it can compute with
    /// than the managed backend are its <see cref="TensorBackendKind"/> services. A host that stops
    /// should give its services more time than <see cref="RunnerOptions.DrainTimeout"/>.
    /// </remarks>
    public static IServiceCollection AddVortexRunner(this IServiceCollection services, Action<RunnerOptions>? configure = null)
    {
        services.AddOptions<RunnerOptions>()
            .BindConfiguration(RunnerOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton<BackendChoice>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<RunnerOptions>, BackendChoice>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RunnerOptions>, BackendChoice>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider =>
        {
            NodePack[] packs = [.. provider.GetServices<NodePack>()];
            return new NodeLibrary(packs.Length > 0 ? packs : BuiltInPacks.All);
        });
        services.TryAddSingleton(provider =>
        {
            RunnerOptions options = provider.GetRequiredService<IOptions<RunnerOptions>>().Value;
            return new ModelFolders(ModelRoots.Expand(options.ModelRoots), new DigestCache(options.DataFolder is { } folder ? Path.Combine(folder, ModelRoots.DigestFile) : null));
        });
        services.TryAddSingleton<IModelFiles>(provider => provider.GetRequiredService<ModelFolders>());
        services.TryAddSingleton<ITensorBackend>(provider =>
        {
            RunnerOptions options = provider.GetRequiredService<IOptions<RunnerOptions>>().Value;
            return provider.GetRequiredService<BackendChoice>().Open(options, provider.GetRequiredService<ILogger<BatchRunner>>());
        });
        services.TryAddSingleton(provider =>
        {
            RunnerOptions runner = provider.GetRequiredService<IOptions<RunnerOptions>>().Value;
            ModelManagerOptions options = new() { VocabularyFolders = [.. ModelRoots.VocabularyFolders(runner.ModelRoots, runner.DataFolder ?? ".")] };
            return new ModelManager(
                provider.GetRequiredService<ITensorBackend>(),
                provider.GetRequiredService<IModelFiles>(),
                runner.ModelCacheBytes > 0 ? options with { KeepBytes = runner.ModelCacheBytes } : options);
        });
        services.TryAddSingleton(provider =>
        {
            RunnerOptions options = provider.GetRequiredService<IOptions<RunnerOptions>>().Value;
            ModelFolders folders = provider.GetRequiredService<ModelFolders>();
            ModelDisk? disk = options.ModelDiskFolder is null ? null : new ModelDisk(
                options,
                folders.Digests,
                () => provider.GetRequiredService<ModelManager>().FreeUnused(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<BatchRunner>>());
            return new ModelSupply(folders, disk, provider.GetService<IModelStore>(), provider.GetRequiredService<IArtifactStore>(), options.DataFolder);
        });
        services.TryAddSingleton<BatchRunner>();
        // Asked for only when somebody waits, so that a host which says nothing of it makes no runner before its time.
        services.TryAddSingleton<ICapacity>(provider => new ResidentCapacity(() => [provider.GetRequiredService<BatchRunner>().Capabilities]));
        // Before the runner: services stop in the other order, and the runner is on the board until it holds nothing any more.
        services.AddHostedService<RunnerAnnouncer>();
        services.AddHostedService<RunnerService>();
        return services;
    }
}
