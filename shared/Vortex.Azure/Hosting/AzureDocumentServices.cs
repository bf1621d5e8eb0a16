using Azure.Core;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Adds the document stores in Cosmos DB to a host.</summary>
public static class AzureDocumentServices
{
    /// <summary>Adds <see cref="IRunStore"/>, <see cref="IWorkflowStore"/>, <see cref="IFileStore"/>, <see cref="IHookStore"/>, <see cref="IRunnerBoard"/> and <see cref="IResultCache"/>. Options are checked when the host starts.</summary>
    /// <remarks>Needs an <see cref="IArtifactStore"/> in the host: large values and workflow texts lie there.</remarks>
    /// <param name="services">Where to. Stores that are there already stay.</param>
    /// <param name="configure">Settings beyond those of the section <see cref="CosmosStoreOptions.Section"/>.</param>
    /// <param name="client">Makes the client, where the host knows better than <see cref="CosmosStoreOptions.Endpoint"/> with the process's identity; begin with <see cref="CosmosClients.Options"/>.</param>
    public static IServiceCollection AddVortexAzureDocuments(
        this IServiceCollection services, Action<CosmosStoreOptions>? configure = null, Func<IServiceProvider, CosmosClient>? client = null)
    {
        services.AddOptions<CosmosStoreOptions>()
            .BindConfiguration(CosmosStoreOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .Validate(options => client is not null || options.Endpoint is { IsAbsoluteUri: true }, $"{CosmosStoreOptions.Section}:Endpoint must be the account's endpoint, such as https://account.documents.azure.com.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => AzureCredentials.Default());
        services.TryAddSingleton(provider => client?.Invoke(provider)
            ?? new CosmosClient(Settings(provider).Endpoint!.ToString(), provider.GetRequiredService<TokenCredential>(), CosmosClients.Options()));
        services.TryAddSingleton(provider => new DocumentContainer(provider.GetRequiredService<CosmosClient>(), Settings(provider).Database, Settings(provider).Documents));
        services.TryAddSingleton(provider => new Packing(provider.GetRequiredService<IArtifactStore>(), Settings(provider).LargestInline));
        services.TryAddSingleton<IRunStore>(provider => new CosmosRunStore(
            provider.GetRequiredService<DocumentContainer>(), provider.GetRequiredService<Packing>(), Settings(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IWorkflowStore>(provider => new CosmosWorkflowStore(provider.GetRequiredService<DocumentContainer>(), provider.GetRequiredService<Packing>()));
        services.TryAddSingleton<IFileStore>(provider => new CosmosFileStore(provider.GetRequiredService<DocumentContainer>()));
        services.TryAddSingleton<IRunnerBoard>(provider => new CosmosRunnerBoard(provider.GetRequiredService<DocumentContainer>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IHookStore>(provider => new CosmosHookStore(provider.GetRequiredService<DocumentContainer>()));
        services.TryAddSingleton<IResultCache>(provider => new CosmosResultCache(
            new DocumentContainer(provider.GetRequiredService<CosmosClient>(), Settings(provider).Database, Settings(provider).Results),
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<Packing>(),
            Settings(provider)));
        return services;
    }

    private static CosmosStoreOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<CosmosStoreOptions>>().Value;
}
