using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>What every socket needs.</summary>
internal sealed record ComfySocketServices(IRunStore Runs, PromptRecords Records, ComfySockets Sockets, TimeProvider Time, VortexApiOptions Options, ILogger Log);

/// <summary><c>/ws?clientId=…</c>: tells a client of its runs.</summary>
internal static class ComfySocketEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/ws", ServeAsync);

    private static async Task<IResult> ServeAsync(
        HttpContext context, IRunStore runs, PromptRecords records, ComfySockets sockets, TimeProvider time, IOptions<VortexApiOptions> options,
        IHostApplicationLifetime lifetime, ILogger<ApiPipeline> log)
    {
        Query query = new(context);
        string? client = query.Text("clientId", PromptClients.MaxLength);
        if (query.Error is { } error)
        {
            return ComfyAnswer.Error(error, context);
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            return ComfyAnswer.Error(ApiErrorCodes.UpgradeRequired, context);
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = options.Value.KeepAlive,
            KeepAliveTimeout = options.Value.KeepAlive,
        });
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        ComfySocketServices services = new(runs, records, sockets, time, options.Value, log);
        using ComfySocket served = new(socket, context.Workspace(), string.IsNullOrEmpty(client) ? Guid.NewGuid().ToString("N") : client, services);
        sockets.Add(served);
        try
        {
            await served.ServeAsync(ended.Token);
        }
        finally
        {
            sockets.Remove(served);
        }

        return Results.Empty;
    }
}
