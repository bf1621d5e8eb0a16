using Microsoft.Extensions.Logging;

namespace Vortex.Embedded;

/// <summary>Everything this assembly logs. Ids are 1300 to 1399 and never change their meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Information, "Orchestrations go on in {DataFolder}: {Activities} activities are run again, {Instances} instances have messages")]
    public static partial void EngineStarted(this ILogger logger, string dataFolder, int activities, int instances);

    [LoggerMessage(1301, LogLevel.Warning, "Activity {Activity} of {Instance} failed; its orchestrator decides what follows")]
    public static partial void ActivityFailed(this ILogger logger, string activity, string instance, Exception error);

    [LoggerMessage(1302, LogLevel.Error, "The result of activity {Activity} of {Instance} could not be stored; it is tried again until the store takes it")]
    public static partial void CompletionWaits(this ILogger logger, string activity, string instance, Exception error);

    [LoggerMessage(1303, LogLevel.Error, "A turn of {Instance} could not be stored; nothing of it counts and it is taken again in {Delay}")]
    public static partial void TurnFailed(this ILogger logger, string instance, TimeSpan delay, Exception error);

    [LoggerMessage(1304, LogLevel.Error, "There is no code for {Orchestration} version {Version}; {Instance} stays as it is until a host starts that has it")]
    public static partial void CodeMissing(this ILogger logger, string orchestration, int version, string instance);

    [LoggerMessage(1305, LogLevel.Warning, "Instance {Instance} failed: {Reason}")]
    public static partial void InstanceFailed(this ILogger logger, string instance, string reason);

    [LoggerMessage(1306, LogLevel.Error, "Timers could not be read; they are looked at again in a second")]
    public static partial void TimersUnreadable(this ILogger logger, Exception error);

    [LoggerMessage(1307, LogLevel.Warning, "Activities did not stop within {Limit}; they are run again when the host starts next")]
    public static partial void ActivitiesAbandoned(this ILogger logger, TimeSpan limit);

    [LoggerMessage(1310, LogLevel.Information, "Maintenance removed {Instances} ended instances, {Reports} reports, {Files} orphaned files")]
    public static partial void Maintained(this ILogger logger, int instances, int reports, int files);

    [LoggerMessage(1311, LogLevel.Error, "Maintenance failed and is tried again at its next time; the write-ahead log grows until then")]
    public static partial void MaintenanceFailed(this ILogger logger, Exception error);

    [LoggerMessage(1312, LogLevel.Information, "The messages of instances written by another process could not be read; they are looked for again with the next write")]
    public static partial void InboxUnreadable(this ILogger logger, Exception error);
}
