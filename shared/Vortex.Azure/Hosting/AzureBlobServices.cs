using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Adds the artifact store in Azure Blob Storage to a host.</summary>
public static class AzureBlobServices
{
    /// <summary>Makes a client that shows the identity of this process: the managed one in the cloud, a person's sign-in (<c>az login</c>) on a desk.</summary>
    /// <param name="account">The account's blob endpoint.</param>
    public static BlobServiceClient SignIn(Uri account) => new(account, AzureCredentials.Default());

    /// <summary>Adds <see cref="IArtifactStore"/> and <see cref="SignedReads"/> over one container. Options are checked when the host starts.</summary>
    /// <param name="services">Where to. An artifact store that is there already stays.</param>
    /// <param name="configure">Settings beyond those of the section <see cref="BlobStoreOptions.Section"/>.</param>
    /// <param name="client">Makes the client, where the host knows better than <see cref="BlobStoreOptions.ServiceUri"/> with the process's identity: an emulator.</param>
    public static IServiceCollection AddVortexAzureBlobs(
        this IServiceCollection services, Action<BlobStoreOptions>? configure = null, Func<IServiceProvider, BlobServiceClient>? client = null)
    {
        services.AddOptions<BlobStoreOptions>()
            .BindConfiguration(BlobStoreOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .Validate(options => client is not null || options.ServiceUri is { IsAbsoluteUri: true }, $"{BlobStoreOptions.Section}:ServiceUri must be the account's blob endpoint, such as https://account.blob.core.windows.net.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => AzureCredentials.Default());
        services.TryAddSingleton(provider => client?.Invoke(provider) ?? new BlobServiceClient(
            provider.GetRequiredService<IOptions<BlobStoreOptions>>().Value.ServiceUri, provider.GetRequiredService<TokenCredential>()));
        services.TryAddSingleton(provider => new BlobArtifactStore(
            provider.GetRequiredService<BlobServiceClient>(),
            provider.GetRequiredService<IOptions<BlobStoreOptions>>().Value,
            provider.GetRequiredService<ILogger<BlobArtifactStore>>()));
        services.TryAddSingleton<IArtifactStore>(provider => provider.GetRequiredService<BlobArtifactStore>());
        services.TryAddSingleton(provider => new SignedReads(
            provider.GetRequiredService<BlobServiceClient>(),
            provider.GetRequiredService<BlobArtifactStore>(),
            provider.GetRequiredService<IOptions<BlobStoreOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
