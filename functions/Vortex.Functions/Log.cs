using Microsoft.Extensions.Logging;

namespace Vortex.Functions;

/// <summary>What the function app tells operators. Ids 1700 to 1799; their meaning never changes.</summary>
internal static partial class Log
{
    [LoggerMessage(1700, LogLevel.Warning, "Activity {Activity} of instance {Instance} failed; its orchestration decides whether to try it again")]
    public static partial void ActivityFailed(this ILogger logger, Exception exception, string activity, string instance);

    [LoggerMessage(1701, LogLevel.Error, "A message of the results queue cannot be read and is thrown away ({Reason}): {Problem} Its run waits until its batch is given up. Runner and function app are of different versions, or somebody else writes to the queue")]
    public static partial void ResultUnreadable(this ILogger logger, string reason, string problem);

    [LoggerMessage(1702, LogLevel.Warning, "The repair of stuck runs comes late; runs that a dead process left behind waited longer than they should")]
    public static partial void RepairLate(this ILogger logger);

    [LoggerMessage(1703, LogLevel.Information, "Forgot {Count} histories of runs that began before {Before}; the runs themselves stay")]
    public static partial void Forgotten(this ILogger logger, int count, DateTimeOffset before);

    [LoggerMessage(1710, LogLevel.Warning, "Asking for runners comes late; what is said about waiting runs may be some minutes old")]
    public static partial void CapacityLate(this ILogger logger);

    [LoggerMessage(1711, LogLevel.Warning, "The key that seals the signing secrets of hooks could not be read from the vault ({Reference}); hooks take tokens only until it can. Look at the reference's status in the portal, under the app's environment variables")]
    public static partial void HookKeyUnread(this ILogger logger, string reference);

    [LoggerMessage(1704, LogLevel.Error, "There is no node catalog at {Path}: nothing can run until the app is deployed with the file that 'vortex nodes --all --json' writes")]
    public static partial void NoCatalog(this ILogger logger, string path);

    [LoggerMessage(1705, LogLevel.Error, "The repair of {What} failed; the others went on, and the next minute tries again")]
    public static partial void SweepFailed(this ILogger logger, string what, Exception failure);

    [LoggerMessage(1706, LogLevel.Warning, "What batch {BatchId} reported lies nowhere any more ({Code}); its run goes on with the status and the counts, and its summary lacks the problems")]
    public static partial void ResultCutShort(this ILogger logger, string batchId, string code);
}
