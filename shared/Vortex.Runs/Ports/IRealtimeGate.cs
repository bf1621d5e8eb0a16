namespace Vortex.Runs;

/// <summary>Lets clients in to a service that pushes run events for a host that cannot hold connections open itself.</summary>
public interface IRealtimeGate
{
    /// <summary>Makes what a client connects with. What it hears of is decided here and by who asks for it, never by the client.</summary>
    /// <param name="workspace">A workspace the caller may read.</param>
    /// <param name="run">One of its runs, to hear of that alone; null for all of them.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<RealtimeTicket> AdmitAsync(WorkspaceId workspace, RunId? run, CancellationToken cancellationToken = default);
}

/// <summary>Where a client connects, and with what.</summary>
/// <param name="Url">The service's address.</param>
/// <param name="AccessToken">A token for it; a secret of the client.</param>
public sealed record RealtimeTicket(Uri Url, string AccessToken);
