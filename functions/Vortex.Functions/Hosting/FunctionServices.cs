using Azure.Core;
using Azure.ResourceManager;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Identity.Web;
using Vortex.Api;
using Vortex.Azure;
using Vortex.Pictures;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Puts the rooms of the house together for the function app.</summary>
internal static class FunctionServices
{
    /// <summary>Adds the ports in Azure, the API with Entra ID before it, and the orchestration.</summary>
    public static IServiceCollection AddVortexFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMicrosoftIdentityWebApiAuthentication(configuration);
        return services.AddVortexPorts().AddVortexControlPlane();
    }

    /// <summary>Adds the ports in Azure, and what repairs them.</summary>
    public static IServiceCollection AddVortexPorts(this IServiceCollection services)
    {
        services.AddVortexAzure();
        services.AddVortexAzureRealtime();
        services.AddVortexAzureCapacity();
        services.AddSingleton(provider => new ArmClient(provider.GetRequiredService<TokenCredential>()));
        services.AddSingleton<IContainerGroups, ContainerGroupService>();
        services.AddSingleton(provider => new Sweep("tickets", async stop => await provider.GetRequiredService<TicketSweeper>().SweepAsync(cancellationToken: stop)));
        return services;
    }

    /// <summary>Adds what does not know where it runs: everything but the ports and the proof of identity.</summary>
    public static IServiceCollection AddVortexControlPlane(this IServiceCollection services)
    {
        services.AddOptions<EntraOptions>().BindConfiguration(EntraOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<MaintenanceOptions>().BindConfiguration(MaintenanceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => NodeCatalogFile.Read(Path.Combine(AppContext.BaseDirectory, "catalog.json"), provider.GetRequiredService<ILogger<OrchestrationHost>>()));
        services.AddSingleton<ICallerResolver, EntraCallers>();
        services.AddSingleton<WorkspaceModels>();
        services.AddSingleton<IFileResolver, StoredFileResolver>();
        services.AddSingleton<IFileNames, StoredFileNames>();
        services.AddSingleton<IRealtimeGate, SignalRGate>();
        services.AddSingleton<DurableClients>();
        services.AddSingleton<IOrchestrationClient, DurableOrchestrations>();
        services.AddSingleton<OrchestrationBatchResults>();
        services.AddSingleton(provider => new Sweep("runs", async stop => await provider.GetRequiredService<RunSweeper>().SweepAsync(stop)));
        services.AddSingleton(Registry);
        services.AddSingleton<OrchestrationHost>();
        services.AddSingleton<ApiRequests>();
        if (VipsPictureEditor.IsAvailable)
        {
            services.AddSingleton<IPictureEditor, VipsPictureEditor>();
        }

        services.AddVortexRuns();
        services.AddVortexApi(options => options.RequireLoopback = false);
        services.AddOptions<VortexApiOptions>().PostConfigure<ILogger<OrchestrationHost>>(PassOverUnread);
        return services;
    }

    /// <summary>Takes out keys of hooks that the platform could not put in the place of their references: a host that lacks one takes tokens only, and one that refused to start would take nothing.</summary>
    internal static void PassOverUnread(VortexApiOptions options, ILogger logger)
    {
        foreach (string reference in options.HookKeys.Where(key => key.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            logger.HookKeyUnread(reference);
            options.HookKeys.Remove(reference);
        }
    }

    private static OrchestrationRegistry Registry(IServiceProvider provider)
    {
        OrchestrationRegistry registry = new OrchestrationRegistry().RegisterRuns(provider.GetRequiredService<RunActivities>());
        return registry.AddActivity<string, int>(DurableContext.NewestVersion, (_, orchestrator, _) => Task.FromResult(registry.NewestVersion(orchestrator)));
    }
}
