using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>The SignalR hub at <c>/v1/hub</c>: the same events as the WebSocket, for several runs over one connection.</summary>
/// <remarks>
/// <c>Subscribe(runId, since)</c> sends the client method <c>event</c> once per event; <c>Unsubscribe(runId)</c> stops that;
/// <c>Stream(runId, since)</c> is the same as a stream of the caller's own. Errors carry the body every HTTP error has, as JSON.
/// </remarks>
internal sealed class RunEventsHub(IRunStore runs, RunSubscriptions subscriptions) : Hub
{
    /// <summary>The client method that events arrive at.</summary>
    public const string EventMethod = "event";

    /// <summary>Sends events above <paramref name="since"/>, those there are and those to come. A second call for a run begins anew.</summary>
    public async Task Subscribe(string runId, long since)
    {
        RunId run = await RequireAsync(runId, since);
        if (!await subscriptions.StartAsync(Context.ConnectionId, Workspace, run, since, Context.ConnectionAborted))
        {
            throw Fault(new ApiError(ApiErrorCodes.TooManySubscriptions).With("max", subscriptions.MaxPerConnection));
        }
    }

    /// <summary>Stops sending events of a run. No event of it arrives after the call has returned.</summary>
    public Task Unsubscribe(string runId) => subscriptions.StopAsync(Context.ConnectionId, new RunId(runId ?? ""));

    /// <summary>Streams events above <paramref name="since"/> until the run's last.</summary>
    public async IAsyncEnumerable<RunEvent> Stream(string runId, long since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RunId run = await RequireAsync(runId, since);
        await foreach (RunEvent one in runs.FollowEventsAsync(Workspace, run, since, cancellationToken))
        {
            yield return RunEventJson.Envelope(one);
        }
    }

    /// <inheritdoc />
    public override Task OnDisconnectedAsync(Exception? exception) => subscriptions.StopAllAsync(Context.ConnectionId);

    private WorkspaceId Workspace => Http.Workspace();

    private HttpContext Http => Context.GetHttpContext() ?? throw new InvalidOperationException("The hub is served over HTTP only.");

    private async ValueTask<RunId> RequireAsync(string? runId, long since)
    {
        if (since < 0)
        {
            throw Fault(ApiError.Parameter("since", since.ToString(System.Globalization.CultureInfo.InvariantCulture), "a whole number from 0"));
        }

        RunId run = new(runId ?? "");
        return Ids.Is("run", runId) && await runs.FindAsync(Workspace, run, Context.ConnectionAborted) is not null
            ? run
            : throw Fault(new ApiError(ApiErrorCodes.RunNotFound).With("run_id", ApiError.Shorten(runId)));
    }

    private HubException Fault(ApiError error) => new(JsonSerializer.Serialize(ErrorAnswer.Body(Http, error), RunsJson.Options));
}

/// <summary>Which runs each hub connection follows.</summary>
internal sealed class RunSubscriptions(
    IRunStore runs, IHubContext<RunEventsHub> hub, IOptions<VortexApiOptions> options, ILogger<RunSubscriptions> log)
{
    private readonly ConcurrentDictionary<string, Connection> _connections = new(StringComparer.Ordinal);

    public int MaxPerConnection => options.Value.MaxSubscriptions;

    /// <summary>Begins to follow a run, ending what the connection followed of it before; false when it follows too many.</summary>
    public async Task<bool> StartAsync(string connectionId, WorkspaceId workspace, RunId run, long since, CancellationToken aborted)
    {
        Connection connection = _connections.GetOrAdd(connectionId, _ => new Connection());
        await StopAsync(connectionId, run);
        Subscription subscription = new(CancellationTokenSource.CreateLinkedTokenSource(aborted));
        lock (connection)
        {
            if (connection.Count >= MaxPerConnection)
            {
                subscription.Source.Dispose();
                return false;
            }

            connection[run] = subscription;
            subscription.Pump = Task.Run(() => PumpAsync(connectionId, connection, subscription, workspace, run, since), CancellationToken.None);
        }

        if (aborted.IsCancellationRequested)
        {
            // The goodbye may have come before this entry was made; nobody would remove it.
            await StopAllAsync(connectionId);
        }

        return true;
    }

    /// <summary>Stops following a run and waits until nothing of it is on its way.</summary>
    public async Task StopAsync(string connectionId, RunId run)
    {
        if (!_connections.TryGetValue(connectionId, out Connection? connection))
        {
            return;
        }

        Subscription? subscription;
        lock (connection)
        {
            connection.Remove(run, out subscription);
        }

        if (subscription is not null)
        {
            await subscription.EndAsync();
        }
    }

    /// <summary>Forgets a connection.</summary>
    public async Task StopAllAsync(string connectionId)
    {
        if (!_connections.TryRemove(connectionId, out Connection? connection))
        {
            return;
        }

        Subscription[] all;
        lock (connection)
        {
            all = [.. connection.Values];
            connection.Clear();
        }

        foreach (Subscription subscription in all)
        {
            await subscription.EndAsync();
        }
    }

    private async Task PumpAsync(string connectionId, Connection connection, Subscription subscription, WorkspaceId workspace, RunId run, long since)
    {
        CancellationToken stop = subscription.Source.Token;
        try
        {
            IClientProxy client = hub.Clients.Client(connectionId);
            await foreach (RunEvent one in runs.FollowEventsAsync(workspace, run, since, stop))
            {
                // Awaits the transport: a slow client slows its own reading of the log and keeps nothing in memory.
                await client.SendAsync(RunEventsHub.EventMethod, RunEventJson.Envelope(one), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Unsubscribed or gone.
        }
#pragma warning disable CA1031 // Nobody awaits the pump but those who stop it: what fails here is told to operators, and the client misses events it can ask for again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            log.SubscriptionFailed(exception, run.Value, connectionId);
        }

        lock (connection)
        {
            if (connection.TryGetValue(run, out Subscription? current) && ReferenceEquals(current, subscription))
            {
                connection.Remove(run);
                subscription.Source.Dispose();
            }
        }
    }

    private sealed class Connection : Dictionary<RunId, Subscription>;

    private sealed class Subscription(CancellationTokenSource source)
    {
        public CancellationTokenSource Source { get; } = source;

        public Task Pump { get; set; } = Task.CompletedTask;

        public async Task EndAsync()
        {
            await Source.CancelAsync();
            await Pump;
            Source.Dispose();
        }
    }
}
