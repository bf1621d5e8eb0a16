using Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Capacity;

/// <summary>What the service says of container groups, in our words.</summary>
public sealed class ContainerGroupTests
{
    // The texts are those of the service's own pages on these errors.
    [Theory]
    [InlineData(409, "ServiceUnavailable", "Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota 'ContainerGroups' exceeded in region 'x'. Limit: '0'", CapacityCodes.Quota)]
    [InlineData(409, "ContainerGroupQuotaReached", "Resource type container group quota 'StandardCores' exceeded in region 'westus'.", CapacityCodes.Quota)]
    [InlineData(409, "ServiceUnavailable", "The requested resource is not available in the location 'usgovvirginia' at this moment. Please retry with a different resource request or in another location.", CapacityCodes.RegionFull)]
    [InlineData(400, "InaccessibleImage", "The image 'r.azurecr.io/runner:1' in container group 'g' is not accessible. Please check the image and registry credential.", CapacityCodes.Image)]
    [InlineData(403, "AuthorizationFailed", "The client does not have authorization to perform action 'Microsoft.ContainerInstance/containerGroups/write'", CapacityCodes.Refused)]
    [InlineData(403, "LinkedAuthorizationFailed", "The client has permission, but not over the linked scope(s)", CapacityCodes.Refused)]
    [InlineData(400, "InvalidContainerGroup", "Something new.", CapacityCodes.Refused)]
    public void Refusal_becomes_a_reason_with_the_services_own_words(int status, string code, string message, string expected)
    {
        CapacityState state = CapacityFault.Of(new RequestFailedException(status, message + "\nStatus: more", code, null), "westus");
        Assert.Equal((CapacityStatus.Missing, expected), (state.Status, state.Code));
        Assert.Contains(code, state.Reason, StringComparison.Ordinal);
        Assert.Contains(message.TrimEnd('.'), state.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', state.Reason);
    }

    [Theory]
    [InlineData("Creating", null, null, null, null, "", ContainerGroupPhase.Starting)]
    [InlineData("Pending", null, null, null, null, "", ContainerGroupPhase.Starting)]
    [InlineData("Succeeded", "Pending", "Waiting", "", null, "Pulling image", ContainerGroupPhase.Starting)]
    [InlineData("Succeeded", "Running", "Running", null, null, "Started container", ContainerGroupPhase.Running)]
    [InlineData("Succeeded", "Succeeded", "Terminated", "Completed", 0, "", ContainerGroupPhase.Finished)]
    [InlineData("Succeeded", "Stopped", null, null, null, "", ContainerGroupPhase.Finished)]
    [InlineData("Succeeded", "Failed", "Terminated", "Error", 2, "", ContainerGroupPhase.Failed)]
    [InlineData("Failed", null, null, null, null, "", ContainerGroupPhase.Failed)]
    [InlineData("Succeeded", "Pending", "Waiting", "ImagePullBackOff", null, "", ContainerGroupPhase.Failed)]
    public void Phase_follows_from_the_states_that_the_service_names(
        string provisioning, string? state, string? container, string? detail, int? exit, string seen, ContainerGroupPhase expected)
    {
        ContainerGroup group = new()
        {
            Name = "g",
            ProvisioningState = provisioning,
            State = state,
            ContainerState = container,
            Detail = detail,
            ExitCode = exit,
            Events = seen.Length == 0 || seen == "Pulling image" ? [] : [seen],
        };
        Assert.Equal(expected, group.Phase);
    }

    [Fact]
    public void Runner_that_ended_with_an_error_is_told_with_its_exit_code_and_where_its_log_is()
    {
        CapacityState state = CapacityFault.Of(new ContainerGroup { Name = "vx-burst-1", ExitCode = 2, State = "Failed" }, null);
        Assert.Equal(CapacityCodes.RunnerFailed, state.Code);
        Assert.Contains("exit code 2", state.Reason, StringComparison.Ordinal);
        Assert.Contains("az container logs --name vx-burst-1", state.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Tenant_with_a_small_backlog_gets_its_group_beside_one_with_a_large_one()
    {
        CapacityNeed need = new("cpu", [new WaitingWork(Some.Here, 10_000), new WaitingWork(Some.There, 10_000), new WaitingWork(Some.Stranger, 1)], 0, Some.Time);
        BurstOptions options = new() { MaxGroups = 5, MaxGroupsPerTenant = 4 };
        IReadOnlyList<ContainerGroupOrder> starts = BurstPlan.Starts(need, [], options, new Dictionary<string, string>(), Some.Time);
        Assert.Equal([1, 4], starts.CountBy(start => start.Tags[ContainerGroup.TenantTag]).Select(tenant => tenant.Value).Order());
        Assert.Equal(5, starts.Select(start => start.Name).Distinct().Count());
        Assert.DoesNotContain(starts, start => start.Name.Contains("acme", StringComparison.Ordinal) || start.Tags.Values.Any(value => value.Contains("acme", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_is_started_where_bursts_are_off()
    {
        CapacityNeed need = new("cpu", [new WaitingWork(Some.Here, 10_000)], 0, Some.Time);
        Assert.Empty(BurstPlan.Starts(need, [], new BurstOptions(), new Dictionary<string, string>(), Some.Time));
    }

    [Fact]
    public async Task Bursts_without_an_image_or_an_identity_fail_the_start_and_say_which()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Vortex:Azure:Capacity:Burst:MaxGroups"] = "3", ["Vortex:Azure:Capacity:Burst:Image"] = "r.azurecr.io/runner:1" });
        builder.Services.AddVortexAzureCapacity();
        using IHost host = builder.Build();
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("Burst:IdentityId", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Burst:Image ", refused.Message, StringComparison.Ordinal);
    }
}
