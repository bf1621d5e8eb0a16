using Microsoft.DurableTask.Client;

namespace Vortex.Functions;

/// <summary>The durable client of the function that runs. The platform hands it to each function anew; services that live longer ask here.</summary>
internal sealed class DurableClients
{
    private readonly AsyncLocal<DurableTaskClient?> _current = new();

    /// <summary>Gets the client.</summary>
    /// <exception cref="InvalidOperationException">No function gave one.</exception>
    public DurableTaskClient Current => _current.Value ?? throw new InvalidOperationException("No durable client is in use: the function must take one and hand it to DurableClients.Use.");

    /// <summary>Lets everything called from here use a client, until the result is disposed.</summary>
    public IDisposable Use(DurableTaskClient client)
    {
        DurableTaskClient? outer = _current.Value;
        _current.Value = client;
        return new Borrowed(this, outer);
    }

    private sealed class Borrowed(DurableClients clients, DurableTaskClient? outer) : IDisposable
    {
        public void Dispose() => clients._current.Value = outer;
    }
}
