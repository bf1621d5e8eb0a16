using Azure.Core;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Adds the batch queue over Service Bus and Cosmos DB to a host.</summary>
public static class AzureQueueServices
{
    /// <summary>Adds <see cref="IBatchQueue"/>, <see cref="ILaneControl"/>, <see cref="TicketSweeper"/> and <see cref="OutcomeReader"/>. Options are checked when the host starts.</summary>
    /// <remarks>Needs the document stores: lease records lie among them.</remarks>
    /// <param name="services">Where to. A queue that is there already stays.</param>
    /// <param name="configure">Settings beyond those of the section <see cref="BatchQueueOptions.Section"/>.</param>
    /// <param name="client">Makes the client, where the host knows better than <see cref="BatchQueueOptions.Namespace"/> with the process's identity.</param>
    public static IServiceCollection AddVortexAzureQueue(
        this IServiceCollection services, Action<BatchQueueOptions>? configure = null, Func<IServiceProvider, ServiceBusClient>? client = null)
    {
        services.AddOptions<BatchQueueOptions>()
            .BindConfiguration(BatchQueueOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .Validate(options => client is not null || !string.IsNullOrWhiteSpace(options.Namespace), $"{BatchQueueOptions.Section}:Namespace must be the namespace's host, such as name.servicebus.windows.net.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => AzureCredentials.Default());
        services.TryAddSingleton(provider => client?.Invoke(provider)
            ?? new ServiceBusClient(Settings(provider).Namespace, provider.GetRequiredService<TokenCredential>()));
        services.TryAddSingleton<ITicketBroker>(provider => new ServiceBusBroker(provider.GetRequiredService<ServiceBusClient>()));
        services.TryAddSingleton(provider => new BatchRecords(
            provider.GetRequiredService<DocumentContainer>(), provider.GetRequiredService<Packing>(), Settings(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new AzureBatchQueue(
            provider.GetRequiredService<BatchRecords>(),
            provider.GetRequiredService<ITicketBroker>(),
            Settings(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AzureBatchQueue>>()));
        services.TryAddSingleton(provider => new TicketSweeper(
            provider.GetRequiredService<BatchRecords>(),
            provider.GetRequiredService<ITicketBroker>(),
            Settings(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TicketSweeper>>()));
        services.TryAddSingleton<IBatchQueue>(provider => provider.GetRequiredService<AzureBatchQueue>());
        services.TryAddSingleton<ILaneControl>(provider => new AzureLaneControl(
            provider.GetRequiredService<BatchRecords>(), provider.GetRequiredService<AzureBatchQueue>(), provider.GetRequiredService<DocumentContainer>()));
        services.TryAddSingleton(provider => new OutcomeReader(provider.GetRequiredService<Packing>()));
        return services;
    }

    /// <summary>Adds an <see cref="IBatchResults"/> that sends outcomes to the queue <see cref="BatchQueueOptions.Results"/>. For runners, which have no way to an orchestration; goes before what would add another.</summary>
    /// <remarks>Needs <see cref="AddVortexAzureQueue"/>.</remarks>
    public static IServiceCollection AddVortexAzureResults(this IServiceCollection services)
    {
        services.TryAddSingleton<IBatchResults>(provider => new AzureBatchResults(
            provider.GetRequiredService<ITicketBroker>(), provider.GetRequiredService<Packing>(), Settings(provider).Results));
        return services;
    }

    private static BatchQueueOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<BatchQueueOptions>>().Value;
}
