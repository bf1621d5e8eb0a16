using Azure;
using Azure.Core;
using Azure.ResourceManager;
using Azure.ResourceManager.ContainerInstance;
using Azure.ResourceManager.ContainerInstance.Models;
using Azure.ResourceManager.Models;
using Azure.ResourceManager.Resources;
using Microsoft.Extensions.Options;
using Vortex.Azure;

namespace Vortex.Functions;

/// <summary>Container groups through the service's own client. Everything that is decided is decided in <c>Vortex.Azure</c>; this says it in the service's words.</summary>
internal sealed class ContainerGroupService(ArmClient client, IOptions<CapacityOptions> capacity) : IContainerGroups
{
    private const string Container = "runner";

    private static readonly string[] s_written = ["/cache", "/tmp"];

    private BurstOptions Options => capacity.Value.Burst;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ContainerGroup>> ListAsync(CancellationToken cancellationToken = default)
    {
        if (Options.ResourceGroup is null)
        {
            return [];
        }

        List<ContainerGroup> found = [];
        await foreach (ContainerGroupResource listed in Groups().GetAllAsync(cancellationToken))
        {
            if (!listed.Data.Tags.ContainsKey(ContainerGroup.TenantTag))
            {
                continue;
            }

            // A list has no states of containers.
            NullableResponse<ContainerGroupResource> whole = await Groups().GetIfExistsAsync(listed.Data.Name, cancellationToken);
            if (whole.HasValue)
            {
                found.Add(Read(whole.Value!.Data));
            }
        }

        return found;
    }

    /// <inheritdoc />
    public async ValueTask StartAsync(ContainerGroupOrder order, CancellationToken cancellationToken = default)
    {
        // Writing a group that is there may start its containers anew.
        if (!await Groups().ExistsAsync(order.Name, cancellationToken))
        {
            await Groups().CreateOrUpdateAsync(WaitUntil.Started, order.Name, Describe(order, Options), cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        NullableResponse<ContainerGroupResource> group = await Groups().GetIfExistsAsync(name, cancellationToken);
        if (group.HasValue)
        {
            await group.Value!.DeleteAsync(WaitUntil.Started, cancellationToken);
        }
    }

    /// <summary>Describes a group: one container, never started again, as the runner's identity, with no way in from outside.</summary>
    internal static ContainerGroupData Describe(ContainerGroupOrder order, BurstOptions options)
    {
        ContainerInstanceContainer container = new(Container, options.Image!, new ContainerResourceRequirements(new ContainerResourceRequestsContent(options.MemoryGb, options.Cpu)));
        foreach (string part in order.Command)
        {
            container.Command.Add(part);
        }

        foreach ((string name, string value) in order.Environment)
        {
            container.EnvironmentVariables.Add(new ContainerEnvironmentVariable(name) { Value = value });
        }

        ResourceIdentifier identity = new(options.IdentityId!);
        ContainerGroupData group = new(new AzureLocation(options.Region!), [container], ContainerInstanceOperatingSystemType.Linux)
        {
            RestartPolicy = ContainerGroupRestartPolicy.Never,
            Identity = new ManagedServiceIdentity(ManagedServiceIdentityType.UserAssigned),
        };
        group.Identity.UserAssignedIdentities.Add(identity, new UserAssignedIdentity());
        group.ImageRegistryCredentials.Add(new ContainerGroupImageRegistryCredential(options.Image!.Split('/')[0]) { Identity = options.IdentityId });
        // The image's own user may write nowhere else.
        foreach (string folder in s_written)
        {
            string volume = folder.TrimStart('/');
            group.Volumes.Add(new ContainerVolume(volume) { EmptyDir = BinaryData.FromString("{}") });
            container.VolumeMounts.Add(new ContainerVolumeMount(volume, folder));
        }

        foreach ((string name, string value) in order.Tags)
        {
            group.Tags.Add(name, value);
        }

        return group;
    }

    private static ContainerGroup Read(ContainerGroupData group)
    {
        ContainerInstanceContainer? container = group.Containers.FirstOrDefault();
        ContainerState? state = container?.InstanceView?.CurrentState;
        return new ContainerGroup
        {
            Name = group.Name,
            Tags = new Dictionary<string, string>(group.Tags),
            ProvisioningState = group.ProvisioningState,
            State = group.InstanceView?.State,
            ContainerState = state?.State,
            Detail = state?.DetailStatus,
            ExitCode = state?.ExitCode,
            Events = [.. (container?.InstanceView?.Events ?? []).OrderBy(one => one.LastTimestamp).Select(one => one.Message).OfType<string>()],
        };
    }

    private ContainerGroupCollection Groups() =>
        client.GetResourceGroupResource(new ResourceIdentifier(Options.ResourceGroup ?? throw new InvalidOperationException($"{CapacityOptions.Section}:Burst:ResourceGroup is not set."))).GetContainerGroups();
}
