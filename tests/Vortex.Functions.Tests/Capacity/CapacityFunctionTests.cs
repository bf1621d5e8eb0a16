using Azure.ResourceManager.ContainerInstance;
using Azure.ResourceManager.ContainerInstance.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Api;
using Vortex.Azure;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Functions.Tests.Capacity;

public sealed class CapacityFunctionTests
{
    [Fact]
    public void Group_is_described_as_one_runner_that_never_starts_again_and_holds_no_secret()
    {
        BurstOptions options = new()
        {
            MaxGroups = 1,
            Image = "registry.azurecr.io/vortex/runner-cpu:7",
            Region = "swedencentral",
            IdentityId = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/runner",
        };
        ContainerGroupOrder order = new(
            "vx-burst-0123456789-0", new Dictionary<string, string> { [ContainerGroup.TenantTag] = "0123456789" }, ["dotnet", "Vortex.Runner.dll", "--azure"], new Dictionary<string, string> { ["AZURE_CLIENT_ID"] = "c" });
        ContainerGroupData group = ContainerGroupService.Describe(order, options);
        ContainerInstanceContainer container = Assert.Single(group.Containers);
        Assert.Equal(order.Command, container.Command);
        Assert.Equal((4.0, 8.0), (container.Resources.Requests.Cpu, container.Resources.Requests.MemoryInGB));
        Assert.Equal(ContainerGroupRestartPolicy.Never, group.RestartPolicy);
        Assert.Null(group.IPAddress);
        Assert.Equal(["/cache", "/tmp"], container.VolumeMounts.Select(mount => mount.MountPath));
        Assert.Equal(container.VolumeMounts.Select(mount => mount.Name), group.Volumes.Where(volume => volume.EmptyDir is not null).Select(volume => volume.Name));
        ContainerEnvironmentVariable variable = Assert.Single(container.EnvironmentVariables);
        Assert.Equal(("AZURE_CLIENT_ID", "c", (string?)null), (variable.Name, variable.Value, variable.SecureValue));
        ContainerGroupImageRegistryCredential registry = Assert.Single(group.ImageRegistryCredentials);
        Assert.Equal(("registry.azurecr.io", options.IdentityId, (string?)null), (registry.Server, registry.Identity, registry.Password));
        Assert.Equal(options.IdentityId, Assert.Single(group.Identity.UserAssignedIdentities).Key.ToString());
        Assert.Equal("0123456789", group.Tags[ContainerGroup.TenantTag]);
    }

    [Fact]
    public async Task Timer_asks_for_runners_and_the_run_says_that_it_waits()
    {
        await using FunctionWorld world = new();
        await world.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        await world.Queue.SendAsync(Some.Batch(1));
        await world.Get<MaintenanceFunctions>().AskForRunnersAsync(new TimerInfo(), CancellationToken.None);
        RunEvent told = Assert.Single(await world.Runs.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 10), one => one.Type == RunEventTypes.RunWaiting);
        Assert.Equal(CapacityCodes.NoRunner, told.Payload.GetProperty("code").GetString());
    }

    [Fact]
    public void Key_of_hooks_that_the_platform_could_not_read_is_passed_over_and_others_stay()
    {
        string key = Convert.ToBase64String(new byte[32]);
        VortexApiOptions options = new();
        options.HookKeys.Add("@Microsoft.KeyVault(SecretUri=https://vault.vault.azure.net/secrets/hook-key)");
        options.HookKeys.Add(key);
        FunctionServices.PassOverUnread(options, NullLogger.Instance);
        Assert.Equal([key], options.HookKeys);
    }
}
