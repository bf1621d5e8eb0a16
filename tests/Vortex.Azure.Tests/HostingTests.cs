using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Azure.Tests;

/// <summary>What a host gets when it adds this assembly.</summary>
public sealed class HostingTests
{
    [Fact]
    public void Artifact_store_comes_from_the_settings()
    {
        using IHost host = Build(services => services.AddVortexAzureBlobs(), new() { ["Vortex:Azure:Blobs:ServiceUri"] = "https://account.blob.core.windows.net" });
        Assert.IsType<BlobArtifactStore>(host.Services.GetRequiredService<IArtifactStore>());
        Assert.NotNull(host.Services.GetRequiredService<SignedReads>());
    }

    [Theory]
    [InlineData("ServiceUri", null, "ServiceUri")]
    [InlineData("ServiceUri", "account", "ServiceUri")]
    [InlineData("Container", "No Such Name", "Container")]
    [InlineData("BlockSize", "1", "BlockSize")]
    public async Task Wrong_setting_fails_the_start_and_is_named(string key, string? value, string named)
    {
        Dictionary<string, string?> settings = new() { ["Vortex:Azure:Blobs:ServiceUri"] = "https://account.blob.core.windows.net" };
        settings["Vortex:Azure:Blobs:" + key] = value;
        using IHost host = Build(services => services.AddVortexAzureBlobs(), settings);
        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_port_comes_from_the_settings()
    {
        using IHost host = Build(services => services.AddVortexAzure().AddVortexAzureRealtime(), All());
        Assert.IsType<BlobArtifactStore>(host.Services.GetRequiredService<IArtifactStore>());
        Assert.IsType<TellingRunStore>(host.Services.GetRequiredService<IRunStore>());
        Assert.IsType<CosmosRunStore>(host.Services.GetRequiredKeyedService<IRunStore>(AzureServices.Untold));
        Assert.IsType<CosmosWorkflowStore>(host.Services.GetRequiredService<IWorkflowStore>());
        Assert.IsType<CosmosFileStore>(host.Services.GetRequiredService<IFileStore>());
        Assert.IsType<CosmosHookStore>(host.Services.GetRequiredService<IHookStore>());
        Assert.IsType<CosmosResultCache>(host.Services.GetRequiredService<IResultCache>());
        Assert.IsType<AzureBatchQueue>(host.Services.GetRequiredService<IBatchQueue>());
        Assert.IsType<AzureLaneControl>(host.Services.GetRequiredService<ILaneControl>());
        Assert.IsType<CosmosRunnerBoard>(host.Services.GetRequiredService<IRunnerBoard>());
        Assert.NotNull(host.Services.GetRequiredService<TicketSweeper>());
        Assert.NotNull(host.Services.GetRequiredService<RealtimeNegotiation>());
        Assert.NotNull(host.Services.GetRequiredService<RunEventPublisher>());
    }

    [Theory]
    [InlineData("Cosmos:Endpoint")]
    [InlineData("Queue:Namespace")]
    [InlineData("Realtime:Endpoint")]
    public async Task Missing_address_fails_the_start_and_is_named(string key)
    {
        Dictionary<string, string?> settings = All();
        settings.Remove("Vortex:Azure:" + key);
        using IHost host = Build(services => services.AddVortexAzure().AddVortexAzureRealtime(), settings);
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        Assert.Contains(key.Split(':')[1], error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> All() => new()
    {
        ["Vortex:Azure:Blobs:ServiceUri"] = "https://account.blob.core.windows.net",
        ["Vortex:Azure:Cosmos:Endpoint"] = "https://account.documents.azure.com",
        ["Vortex:Azure:Queue:Namespace"] = "name.servicebus.windows.net",
        ["Vortex:Azure:Realtime:Endpoint"] = "https://name.service.signalr.net",
    };

    private static IHost Build(Action<IServiceCollection> add, Dictionary<string, string?> settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        add(builder.Services);
        return builder.Build();
    }
}
