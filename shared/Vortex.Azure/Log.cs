using Microsoft.Extensions.Logging;

namespace Vortex.Azure;

/// <summary>Everything this assembly logs. Ids are 1600 to 1699 and never change their meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(1600, LogLevel.Warning, "Blob {Blob} has {Found} bytes where {Expected} are right; it was damaged from outside and is written again")]
    public static partial void BlobReplaced(this ILogger logger, string blob, long found, long expected);

    [LoggerMessage(1610, LogLevel.Warning, "The ticket of batch {BatchId} could not be {What}; it comes again and finds the batch's record as it is")]
    public static partial void TicketFailed(this ILogger logger, string what, string batchId, Exception error);

    [LoggerMessage(1611, LogLevel.Warning, "Queue {Queue} had fewer tickets than batches, so {Count} were sent again; runners wake for what had waited unseen")]
    public static partial void TicketsSentAgain(this ILogger logger, int count, string queue);

    [LoggerMessage(1612, LogLevel.Warning, "The tickets of queue {Queue} could not be counted or sent again; the next sweep tries")]
    public static partial void TicketsNotSent(this ILogger logger, string queue, Exception error);

    [LoggerMessage(1620, LogLevel.Warning, "Clients were not told of news of run {RunId}; they find it in the log")]
    public static partial void NotTold(this ILogger logger, string runId, Exception error);
}
