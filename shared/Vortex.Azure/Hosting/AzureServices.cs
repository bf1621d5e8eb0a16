using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Adds the ports in Azure to a host: the function app, a runner.</summary>
public static class AzureServices
{
    /// <summary>Adds every port: <see cref="AzureBlobServices.AddVortexAzureBlobs"/>, <see cref="AzureDocumentServices.AddVortexAzureDocuments"/> and <see cref="AzureQueueServices.AddVortexAzureQueue"/>.</summary>
    /// <remarks>Settings come from the sections below <c>Vortex:Azure</c>. Outcomes of batches reach their run through the host's <see cref="IOrchestrationClient"/>. Realtime is apart: a runner needs none.</remarks>
    public static IServiceCollection AddVortexAzure(this IServiceCollection services) =>
        services.AddVortexAzureBlobs().AddVortexAzureDocuments().AddVortexAzureQueue();

    /// <summary>Adds <see cref="RealtimeNegotiation"/> and <see cref="RunEventPublisher"/>. Options are checked when the host starts.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configure">Settings beyond those of the section <see cref="RealtimeOptions.Section"/>.</param>
    public static IServiceCollection AddVortexAzureRealtime(this IServiceCollection services, Action<RealtimeOptions>? configure = null)
    {
        services.AddOptions<RealtimeOptions>()
            .BindConfiguration(RealtimeOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => AzureCredentials.Default());
        services.AddHttpClient(nameof(SignalRService));
        services.TryAddSingleton(provider => new SignalRService(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(SignalRService)), provider.GetRequiredService<TokenCredential>(), Settings(provider)));
        services.TryAddSingleton(provider => new RealtimeNegotiation(provider.GetRequiredService<SignalRService>(), Settings(provider)));
        services.TryAddSingleton(provider => new RunEventPublisher(
            provider.GetRequiredService<IRunStore>(),
            provider.GetRequiredService<SignalRService>(),
            Settings(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RunEventPublisher>>()));
        return services;
    }

    private static RealtimeOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<RealtimeOptions>>().Value;
}
