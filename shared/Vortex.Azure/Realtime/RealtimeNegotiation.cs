using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Lets a client in: where it connects, with which token, to hear of what.</summary>
/// <remarks>Which groups a client is in is decided here, by who asked for them, and never by the client, which can only listen.</remarks>
public sealed class RealtimeNegotiation
{
    private readonly SignalRService _service;
    private readonly RealtimeOptions _options;

    internal RealtimeNegotiation(SignalRService service, RealtimeOptions options) => (_service, _options) = (service, options);

    /// <summary>Makes what a SignalR client needs to be redirected to the service.</summary>
    /// <param name="workspace">A workspace the caller may read.</param>
    /// <param name="run">One run to hear of; null for all of the workspace.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<RealtimeConnection> NegotiateAsync(WorkspaceId workspace, RunId? run, CancellationToken cancellationToken = default)
    {
        // A name of its own per client: a group is joined by a name, and two clients of one person may listen to different runs.
        string user = IdSource.NewNonce();
        await _service.AddUserAsync(user, run is null ? RealtimeGroups.Of(workspace) : RealtimeGroups.Of(workspace, run.Value), _options.ClientLifetime, cancellationToken);
        string token = await _service.ClientTokenAsync(user, _options.ClientLifetime, cancellationToken);
        return new RealtimeConnection(new Uri(_options.Endpoint!, $"client/?hub={_options.Hub}"), token);
    }
}

/// <summary>The answer of negotiation, in the form that SignalR clients follow.</summary>
/// <param name="Url">Where to connect.</param>
/// <param name="AccessToken">With what.</param>
public sealed record RealtimeConnection(Uri Url, string AccessToken);

/// <summary>The names of groups.</summary>
internal static class RealtimeGroups
{
    internal static string Of(WorkspaceId workspace)
    {
        workspace.EnsureWellFormed();
        return $"{workspace.Tenant}:{workspace.Workspace}";
    }

    internal static string Of(WorkspaceId workspace, RunId run) => $"{Of(workspace)}:{run}";
}
