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

    [LoggerMessage(1630, LogLevel.Information, "Container group {Group} is started, because {Waiting} CPU batches wait; it leaves by itself when there is nothing to do")]
    public static partial void GroupStarted(this ILogger logger, string group, int waiting);

    [LoggerMessage(1631, LogLevel.Warning, "A container group could not be started ({Code}); the runners of the scale rule work on, and it is tried again in a minute. {Reason}")]
    public static partial void GroupNotStarted(this ILogger logger, string code, string reason);

    [LoggerMessage(1632, LogLevel.Warning, "Container groups that are over could not be deleted; they cost nothing more once their runner has ended, and are tried again in a minute")]
    public static partial void GroupsNotDeleted(this ILogger logger, Exception error);

    [LoggerMessage(1620, LogLevel.Warning, "Clients were not told of news of run {RunId}; they find it in the log")]
    public static partial void NotTold(this ILogger logger, string runId, Exception error);
}
