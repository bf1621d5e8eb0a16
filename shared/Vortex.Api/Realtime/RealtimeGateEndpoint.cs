using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary><c>/v1/hub/negotiate</c> where a service holds the connections: sends the client there, into the groups that it may hear.</summary>
internal static class RealtimeGateEndpoint
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/hub/negotiate", NegotiateAsync).ExcludeFromDescription();

    private static async Task<IResult> NegotiateAsync(HttpContext context, IRealtimeGate gate, IRunStore runs)
    {
        string? runId = context.Request.Query["run_id"];
        if (runId is not null && (!Ids.Is("run", runId) || await runs.FindAsync(context.Workspace(), new RunId(runId), context.RequestAborted) is null))
        {
            return Answer.Error(new ApiError(ApiErrorCodes.RunNotFound).With("run_id", ApiError.Shorten(runId)));
        }

        RealtimeTicket ticket = await gate.AdmitAsync(context.Workspace(), runId is null ? null : new RunId(runId), context.RequestAborted);
        return Answer.Json(new Redirection(ticket.Url.ToString(), ticket.AccessToken));
    }

    /// <summary>The answer that SignalR's clients follow; its names are theirs.</summary>
    private sealed record Redirection([property: JsonPropertyName("url")] string Url, [property: JsonPropertyName("accessToken")] string AccessToken);
}
