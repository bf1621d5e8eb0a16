using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Adds the capacity port in Azure to a host.</summary>
public static class AzureCapacityServices
{
    /// <summary>Adds <see cref="ICapacity"/>. Options are checked when the host starts.</summary>
    /// <remarks>Needs the document stores and the queue. Container groups are started where the host has an <see cref="IContainerGroups"/> and <see cref="BurstOptions.MaxGroups"/> is above 0.</remarks>
    public static IServiceCollection AddVortexAzureCapacity(this IServiceCollection services, Action<CapacityOptions>? configure = null)
    {
        services.AddOptions<CapacityOptions>()
            .BindConfiguration(CapacityOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ICapacity>(provider =>
        {
            CapacityOptions options = Of<CapacityOptions>(provider);
            return new AzureCapacity(
                provider.GetRequiredService<DocumentContainer>(),
                options,
                Of<BatchQueueOptions>(provider),
                BurstEnvironment.Of(Of<BlobStoreOptions>(provider), Of<CosmosStoreOptions>(provider), Of<BatchQueueOptions>(provider), options.Burst),
                provider.GetService<IContainerGroups>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<AzureCapacity>>());
        });
        return services;
    }

    private static T Of<T>(IServiceProvider provider)
        where T : class => provider.GetRequiredService<IOptions<T>>().Value;
}
