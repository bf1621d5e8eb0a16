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

    private static IHost Build(Action<IServiceCollection> add, Dictionary<string, string?> settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        add(builder.Services);
        return builder.Build();
    }
}
