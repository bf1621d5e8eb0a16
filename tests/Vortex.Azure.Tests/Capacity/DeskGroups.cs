using Azure;

namespace Vortex.Azure.Tests.Capacity;

/// <summary>Container groups as the service has them: by name, created once, listed with their states, refused when there is no room.</summary>
internal sealed class DeskGroups : IContainerGroups
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ContainerGroup> _groups = [];

    public RequestFailedException? Refuses { get; set; }

    public List<ContainerGroupOrder> Orders { get; } = [];

    public List<string> Deleted { get; } = [];

    public IReadOnlyCollection<ContainerGroup> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _groups.Values];
            }
        }
    }

    /// <summary>Changes what is listed of a group.</summary>
    public void Set(string name, Func<ContainerGroup, ContainerGroup> change)
    {
        lock (_gate)
        {
            _groups[name] = change(_groups[name]);
        }
    }

    public ValueTask<IReadOnlyList<ContainerGroup>> ListAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<ContainerGroup>>([.. All]);
    }

    public ValueTask StartAsync(ContainerGroupOrder order, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Refuses is { } refused)
        {
            throw refused;
        }

        lock (_gate)
        {
            if (_groups.TryAdd(order.Name, new ContainerGroup { Name = order.Name, Tags = order.Tags, ProvisioningState = "Creating" }))
            {
                Orders.Add(order);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_groups.Remove(name))
            {
                Deleted.Add(name);
            }
        }

        return ValueTask.CompletedTask;
    }
}
