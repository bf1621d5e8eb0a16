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
    /// <summary>The key of the run store whose commits nobody is told.</summary>
    internal const string Untold = "vortex.untold";

    /// <summary>Adds every port: <see cref="AzureBlobServices.AddVortexAzureBlobs"/>, <see cref="AzureModelServices.AddVortexAzureModels"/>, <see cref="AzureDocumentServices.AddVortexAzureDocuments"/> and <see cref="AzureQueueServices.AddVortexAzureQueue"/>.</summary>
    /// <remarks>Settings come from the sections below <c>Vortex:Azure</c>. Outcomes of batches are apart: a function app hands them to its orchestration, a runner adds <see cref="AzureQueueServices.AddVortexAzureResults"/>. So is realtime: a runner needs none.</remarks>
    public static IServiceCollection AddVortexAzure(this IServiceCollection services) =>
        services.AddVortexAzureBlobs().AddVortexAzureModels().AddVortexAzureDocuments().AddVortexAzureQueue();

    /// <summary>Adds <see cref="RealtimeNegotiation"/> and <see cref="RunEventPublisher"/>, and lets every commit through the host's <see cref="IRunStore"/> be told. Options are checked when the host starts.</summary>
    /// <remarks>Goes behind what adds the run store. Calling it twice changes nothing.</remarks>
    /// <param name="services">Where to.</param>
    /// <param name="configure">Settings beyond those of the section <see cref="RealtimeOptions.Section"/>.</param>
    /// <exception cref="InvalidOperationException">There is no run store yet.</exception>
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
            provider.GetRequiredKeyedService<IRunStore>(Untold),
            provider.GetRequiredService<SignalRService>(),
            Settings(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RunEventPublisher>>()));
        TellCommits(services);
        return services;
    }

    /// <summary>Puts the telling store before the one there is, which keeps its lifetime and its owner.</summary>
    private static void TellCommits(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(IRunStore) && service.IsKeyedService && Equals(service.ServiceKey, Untold)))
        {
            return;
        }

        ServiceDescriptor store = services.LastOrDefault(service => service.ServiceType == typeof(IRunStore) && !service.IsKeyedService)
            ?? throw new InvalidOperationException($"There is no run store whose commits could be told. Call {nameof(AzureDocumentServices.AddVortexAzureDocuments)}, or add another {nameof(IRunStore)}, before {nameof(AddVortexAzureRealtime)}.");
        services.Remove(store);
        services.Add(store switch
        {
            { ImplementationInstance: { } instance } => new ServiceDescriptor(typeof(IRunStore), Untold, instance),
            { ImplementationFactory: { } factory } => new ServiceDescriptor(typeof(IRunStore), Untold, (provider, _) => factory(provider), store.Lifetime),
            _ => new ServiceDescriptor(typeof(IRunStore), Untold, store.ImplementationType!, store.Lifetime),
        });
        services.AddSingleton<IRunStore>(provider => new TellingRunStore(provider.GetRequiredKeyedService<IRunStore>(Untold), provider.GetRequiredService<RunEventPublisher>()));
    }

    private static RealtimeOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<RealtimeOptions>>().Value;
}
