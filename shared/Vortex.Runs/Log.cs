using Microsoft.Extensions.Logging;

namespace Vortex.Runs;

/// <summary>What operators read of runs. Ids 1100 to 1199; an id never changes its meaning. Prompts and contents of files never appear here.</summary>
internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Information, "Run {RunId} is accepted with {Nodes} nodes and waits for its plan")]
    public static partial void Accepted(this ILogger logger, string runId, int nodes);

    [LoggerMessage(1101, LogLevel.Information, "Run {RunId} needs {Nodes} nodes, executes {ToRun} of them in {Batches} batches and takes the rest from earlier results")]
    public static partial void Planned(this ILogger logger, string runId, int nodes, int toRun, int batches);

    [LoggerMessage(1102, LogLevel.Warning, "Batch {BatchId} is sent for the {Dispatch}. time; its earlier attempts failed in a way that may pass")]
    public static partial void BatchSentAgain(this ILogger logger, string batchId, int dispatch);

    [LoggerMessage(1103, LogLevel.Information, "Run {RunId} stops; {Removed} batches were taken back before anybody began them")]
    public static partial void Stopping(this ILogger logger, string runId, int removed);

    [LoggerMessage(1104, LogLevel.Information, "Run {RunId} ended as {Status} after {DurationMs} ms: {Succeeded} executed, {Cached} cached, {Failed} failed, {Skipped} skipped")]
    public static partial void Finished(this ILogger logger, string runId, RunStatus status, int succeeded, int cached, int failed, int skipped, long durationMs);

    [LoggerMessage(1105, LogLevel.Warning, "Run {RunId} had no orchestration; it is started now")]
    public static partial void StartedLate(this ILogger logger, string runId);

    [LoggerMessage(1106, LogLevel.Error, "The orchestration of run {RunId} ended as {Status} without finishing it; the run is ended as failed")]
    public static partial void OrchestrationLost(this ILogger logger, string runId, OrchestrationStatus status);

    [LoggerMessage(1107, LogLevel.Error, "Batch {BatchId} was put aside after {Attempts} deliveries; its run is told that it failed")]
    public static partial void BatchDead(this ILogger logger, string batchId, int attempts);

    [LoggerMessage(1108, LogLevel.Debug, "Batch {BatchId} (dispatch {Dispatch}) is reported as {Status}")]
    public static partial void BatchReported(this ILogger logger, string batchId, int dispatch, BatchStatus status);

    [LoggerMessage(1109, LogLevel.Error, "Run {RunId} could not be looked after; it is tried again with the next sweep")]
    public static partial void SweepFailed(this ILogger logger, Exception exception, string runId);

    [LoggerMessage(1111, LogLevel.Warning, "{Waiting} batches wait for a runner of the backend {Backend} ({Code}); their runs say so. {Reason}")]
    public static partial void WaitsForCapacity(this ILogger logger, string backend, int waiting, string code, string reason);

    [LoggerMessage(1112, LogLevel.Information, "{Count} runners that were started for a burst are over and were let go")]
    public static partial void CapacityReleased(this ILogger logger, int count);

    [LoggerMessage(1110, LogLevel.Information, "Run {RunId} is asked to stop")]
    public static partial void CancelAsked(this ILogger logger, string runId);
}
