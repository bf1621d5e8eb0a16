using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary><c>/v1/ws?run_id=…&amp;since=N</c>: one JSON text message per event with a number above N, in order, none twice, none missing.</summary>
/// <remarks>
/// The log is the buffer. An event is read once the one before is on the wire, so a slow client costs one event of memory and
/// no event; after a disconnect the client names the last number it has.
/// </remarks>
internal static class WebSocketEndpoint
{
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/ws", ServeAsync).Describe(new Operation("streamRunEvents", "Realtime", "Streams a run's events over a WebSocket")
        {
            Description = "Each text message is one event envelope. The server closes with 1000 after the run's last event, with 1001 when it shuts down; connect again with the last seq as 'since'.",
            Parameters =
            [
                Parameter.Query("run_id", "The run."),
                Parameter.Query("since", "The last seq already seen; 0 when absent.", ParameterKind.Integer),
                Parameter.Query("workspace", "Asks for all runs at once; not available here.", ParameterKind.Boolean),
            ],
            Answers = [new(101, null, "The connection is a WebSocket now.")],
            Errors = [ApiErrorCodes.InvalidParameter, ApiErrorCodes.UpgradeRequired, ApiErrorCodes.WorkspaceStreamUnavailable, ApiErrorCodes.RunNotFound],
        });

    private static async Task<IResult> ServeAsync(
        HttpContext context, IRunStore runs, IOptions<VortexApiOptions> options, IHostApplicationLifetime lifetime, ILogger<ApiPipeline> log)
    {
        Query query = new(context);
        string? runId = query.Text("run_id");
        long since = query.Long("since", 0);
        bool all = query.Flag("workspace") ?? false;
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        if (string.IsNullOrEmpty(runId))
        {
            return Answer.Error(all ? ApiErrorCodes.WorkspaceStreamUnavailable : ApiError.Parameter("run_id", runId, "the id of a run"));
        }

        // Before the upgrade, so that the caller gets a proper error and not a socket that closes.
        RunId run = new(runId);
        if (!Ids.Is("run", runId) || await runs.FindAsync(context.Workspace(), run, context.RequestAborted) is null)
        {
            return Answer.Error(new ApiError(ApiErrorCodes.RunNotFound).With("run_id", ApiError.Shorten(runId)));
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            return Answer.Error(ApiErrorCodes.UpgradeRequired);
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = options.Value.KeepAlive,
            KeepAliveTimeout = options.Value.KeepAlive,
        });
        long last = await StreamAsync(socket, runs.FollowEventsAsync, context.Workspace(), run, since, context.RequestAborted, lifetime.ApplicationStopping);
        log.SocketEnded(run.Value, last);
        return Results.Empty;
    }

    private delegate IAsyncEnumerable<RunEvent> Follow(WorkspaceId workspace, RunId run, long after, CancellationToken cancellationToken);

    private static async Task<long> StreamAsync(
        WebSocket socket, Follow follow, WorkspaceId workspace, RunId run, long since, CancellationToken aborted, CancellationToken stopping)
    {
        // The listener must outlive the stream: canceling a receive tears the socket down, and the goodbye with it.
        using CancellationTokenSource hangUp = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        Task listening = ListenAsync(socket, ended, hangUp.Token);
        long last = since;
        try
        {
            await foreach (RunEvent one in follow(workspace, run, since, ended.Token))
            {
                await socket.SendAsync(RunEventJson.Bytes(one), WebSocketMessageType.Text, endOfMessage: true, aborted);
                last = one.Sequence;
            }

            await CloseAsync(socket, WebSocketCloseStatus.NormalClosure, "The run has ended.", aborted);
        }
        catch (OperationCanceledException)
        {
            bool leaving = stopping.IsCancellationRequested;
            await CloseAsync(
                socket,
                leaving ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.NormalClosure,
                leaving ? "The server is shutting down; connect again." : "",
                aborted);
        }
        catch (WebSocketException)
        {
            // The peer is gone. It comes back with the number it saw last.
        }

        // A peer that never says goodbye must not hold the request for ever.
        hangUp.CancelAfter(GoodbyeTimeout);
        await listening;
        return last;
    }

    /// <summary>Reads what the client sends, which is nothing but control frames and its goodbye; data is thrown away.</summary>
    private static async Task ListenAsync(WebSocket socket, CancellationTokenSource ended, CancellationToken hangUp)
    {
        byte[] scrap = new byte[512];
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                ValueWebSocketReceiveResult received = await socket.ReceiveAsync(scrap.AsMemory(), hangUp);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Gone without a goodbye, or we are done.
        }

        await ended.CancelAsync();
    }

    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, string reason, CancellationToken aborted)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        patience.CancelAfter(GoodbyeTimeout);
        try
        {
            await socket.CloseOutputAsync(status, reason, patience.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            socket.Abort();
        }
    }
}
