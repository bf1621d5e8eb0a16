using Microsoft.Extensions.Logging;

namespace Vortex.Api;

/// <summary>What the API tells operators. Ids 1500 to 1599; their meaning never changes.</summary>
internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Error, "{Method} {Endpoint} failed; the caller got 500 with request id {RequestId}")]
    public static partial void Unhandled(this ILogger logger, Exception exception, string method, string endpoint, string requestId);

    [LoggerMessage(1501, LogLevel.Error, "Storage is {State}; the caller got 503 with request id {RequestId} and nothing half written stays")]
    public static partial void StorageFailed(this ILogger logger, Exception exception, string state, string requestId);

    [LoggerMessage(1502, LogLevel.Warning, "Refused a request from a host or origin that is not allowed ({Code}, request id {RequestId})")]
    public static partial void Refused(this ILogger logger, string code, string requestId);

    [LoggerMessage(1503, LogLevel.Warning, "Following run {RunId} for hub connection {ConnectionId} failed; the client must subscribe again from its last number")]
    public static partial void SubscriptionFailed(this ILogger logger, Exception exception, string runId, string connectionId);

    [LoggerMessage(1504, LogLevel.Debug, "WebSocket for run {RunId} ended after event {Sequence}; the client can go on from there")]
    public static partial void SocketEnded(this ILogger logger, string runId, long sequence);

    [LoggerMessage(1505, LogLevel.Warning, "Refused a delivery to {HookId} ({Code}, request id {RequestId}); nothing was started. Many of these are somebody guessing, or a sender whose secret was not rotated")]
    public static partial void DeliveryRefused(this ILogger logger, string hookId, string code, string requestId);
}
