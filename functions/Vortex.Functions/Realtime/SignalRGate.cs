using Vortex.Azure;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Sends clients to the SignalR service.</summary>
internal sealed class SignalRGate(RealtimeNegotiation negotiation) : IRealtimeGate
{
    public async ValueTask<RealtimeTicket> AdmitAsync(WorkspaceId workspace, RunId? run, CancellationToken cancellationToken = default)
    {
        RealtimeConnection connection = await negotiation.NegotiateAsync(workspace, run, cancellationToken);
        return new RealtimeTicket(connection.Url, connection.AccessToken);
    }
}
