using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Adds the model store in Azure Blob Storage to a host.</summary>
public static class AzureModelServices
{
    /// <summary>Adds <see cref="IModelStore"/> over one container of the account of <see cref="AzureBlobServices.AddVortexAzureBlobs"/>. Options are checked when the host starts.</summary>
    /// <param name="services">Where to. A model store that is there already stays.</param>
    /// <param name="configure">Settings beyond those of the section <see cref="ModelStoreOptions.Section"/>.</param>
    public static IServiceCollection AddVortexAzureModels(this IServiceCollection services, Action<ModelStoreOptions>? configure = null)
    {
        services.AddOptions<ModelStoreOptions>()
            .BindConfiguration(ModelStoreOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(provider => new BlobModelStore(provider.GetRequiredService<BlobServiceClient>(), provider.GetRequiredService<IOptions<ModelStoreOptions>>().Value));
        services.TryAddSingleton<IModelStore>(provider => provider.GetRequiredService<BlobModelStore>());
        return services;
    }
}
