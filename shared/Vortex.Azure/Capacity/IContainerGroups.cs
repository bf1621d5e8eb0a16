using Azure;

namespace Vortex.Azure;

/// <summary>Container groups of this deployment, and nothing else in Azure. Implemented where the service's package is; decisions are made here.</summary>
public interface IContainerGroups
{
    /// <summary>Lists the groups that were started by <see cref="StartAsync"/> and are not deleted yet.</summary>
    /// <exception cref="RequestFailedException">The service refused.</exception>
    ValueTask<IReadOnlyList<ContainerGroup>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Starts a group. One of its name that is there already stays as it is, so that starting twice starts one. Returns when the service has accepted it, not when it runs.</summary>
    /// <exception cref="RequestFailedException">The service refused: no quota, no capacity, no right.</exception>
    ValueTask StartAsync(ContainerGroupOrder order, CancellationToken cancellationToken = default);

    /// <summary>Deletes a group, whatever it does. One that is gone is deleted already. Returns when the service has accepted it.</summary>
    /// <exception cref="RequestFailedException">The service refused.</exception>
    ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default);
}

/// <summary>What to start.</summary>
/// <param name="Name">The name: at most 63 small letters, digits and dashes, and the same for the same occasion.</param>
/// <param name="Tags">Tags by which the group is found again: <see cref="ContainerGroup.TenantTag"/>, <see cref="ContainerGroup.StartedTag"/> and whatever else.</param>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Environment">Settings of the program; no secrets.</param>
public sealed record ContainerGroupOrder(string Name, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment);

/// <summary>Where a group is in its life.</summary>
public enum ContainerGroupPhase
{
    /// <summary>On its way: a machine, the image, the process.</summary>
    Starting,

    /// <summary>Its runner is up.</summary>
    Running,

    /// <summary>Its runner has ended by itself, without an error.</summary>
    Finished,

    /// <summary>It did not come, or its runner ended with an error.</summary>
    Failed,
}

/// <summary>A container group, in the service's own words.</summary>
public sealed record ContainerGroup
{
    /// <summary>The tag with the hash of the tenant on whose behalf the group was started.</summary>
    public const string TenantTag = "vortex-burst-tenant";

    /// <summary>The tag with the time of the start, in seconds since 1970.</summary>
    public const string StartedTag = "vortex-burst-started";

    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the state of the resource, such as <c>Creating</c>, <c>Succeeded</c>, <c>Failed</c>.</summary>
    public string? ProvisioningState { get; init; }

    /// <summary>Gets the state of the group, such as <c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Stopped</c>.</summary>
    public string? State { get; init; }

    /// <summary>Gets the state of the container, such as <c>Waiting</c>, <c>Running</c>, <c>Terminated</c>, and what is said about it.</summary>
    public string? ContainerState { get; init; }

    /// <summary>Gets what is said about the container's state, such as <c>ImagePullBackOff</c>, <c>Completed</c> or <c>Error</c>.</summary>
    public string? Detail { get; init; }

    /// <summary>Gets the exit code of the runner; null while it has not ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Gets the messages of its events, the last one last.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Gets where it is in its life.</summary>
    public ContainerGroupPhase Phase => this switch
    {
        { ExitCode: not null and not 0 } => ContainerGroupPhase.Failed,
        { ExitCode: 0 } => ContainerGroupPhase.Finished,
        _ when Is(ProvisioningState, "Failed", "Unhealthy") || Is(State, "Failed") => ContainerGroupPhase.Failed,
        _ when Is(State, "Succeeded", "Stopped") => ContainerGroupPhase.Finished,
        _ when Is(ContainerState, "Running") || (ContainerState is null && Is(State, "Running")) => ContainerGroupPhase.Running,
        // The service tries for long; whoever cannot fetch the image once mostly never can.
        _ when CapacityFault.IsAboutImage(Detail) || Events.Any(CapacityFault.IsAboutImage) => ContainerGroupPhase.Failed,
        _ => ContainerGroupPhase.Starting,
    };

    /// <summary>Gets the hash of the tenant on whose behalf it was started.</summary>
    internal string Tenant => Tags.GetValueOrDefault(TenantTag, "");

    /// <summary>Gets when it was started; null where nobody noted it.</summary>
    internal DateTimeOffset? Started => Tags.TryGetValue(StartedTag, out string? at) && long.TryParse(at, out long seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static bool Is(string? state, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (string.Equals(state, name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
