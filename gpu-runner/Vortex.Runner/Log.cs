using Microsoft.Extensions.Logging;

namespace Vortex.Runner;

/// <summary>What operators read of runners. Ids 1200 to 1299; an id never changes its meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Information, "Runner {RunnerId} takes {BatchesAtOnce} batches at once with backend {Backend} and packs {Packs}")]
    public static partial void Started(this ILogger logger, string runnerId, int batchesAtOnce, string backend, string packs);

    [LoggerMessage(1201, LogLevel.Information, "Runner {RunnerId} has stopped; it holds no lease any more")]
    public static partial void Stopped(this ILogger logger, string runnerId);

    [LoggerMessage(1202, LogLevel.Debug, "Batch {BatchId} (dispatch {Dispatch}, attempt {Attempt}) begins")]
    public static partial void BatchBegins(this ILogger logger, string batchId, int dispatch, int attempt);

    [LoggerMessage(1203, LogLevel.Debug, "Batch {BatchId} ended as {Status}: {Succeeded} executed, {Cached} cached, {Failed} failed, {Skipped} skipped")]
    public static partial void BatchEnded(this ILogger logger, string batchId, string status, int succeeded, int cached, int failed, int skipped);

    [LoggerMessage(1204, LogLevel.Warning, "Batch {BatchId} lost its lease after {Elapsed}; uploaded artifacts stay and the next attempt reuses them")]
    public static partial void LeaseLost(this ILogger logger, string batchId, TimeSpan elapsed);

    [LoggerMessage(1205, LogLevel.Warning, "Lease of batch {BatchId} was not renewed; tried again until it runs out at {ExpiresAt}")]
    public static partial void RenewalFailed(this ILogger logger, Exception exception, string batchId, DateTimeOffset expiresAt);

    [LoggerMessage(1206, LogLevel.Error, "Batch {BatchId} could not be worked on; it is given back and handed out again after {Delay}")]
    public static partial void BatchAbandoned(this ILogger logger, Exception exception, string batchId, TimeSpan delay);

    [LoggerMessage(1207, LogLevel.Information, "Batch {BatchId} is given back because the runner stops; another one takes it up where it was")]
    public static partial void BatchDrained(this ILogger logger, string batchId);

    [LoggerMessage(1208, LogLevel.Warning, "No batch could be leased; tried again after {Delay}")]
    public static partial void LeasingFailed(this ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(1209, LogLevel.Error, "Node {NodeId} of type {NodeType} in run {RunId} failed unexpectedly; its dependents are skipped")]
    public static partial void NodeBroke(this ILogger logger, Exception exception, string nodeId, string nodeType, string runId);

    [LoggerMessage(1210, LogLevel.Warning, "Batch {BatchId} could not be given back; it is handed out again when its lease runs out")]
    public static partial void AbandonFailed(this ILogger logger, Exception exception, string batchId);

    [LoggerMessage(1211, LogLevel.Information, "Tensors are computed by backend {Backend}: {Description}; class of arithmetic {NumericClass}")]
    public static partial void BackendOpened(this ILogger logger, string backend, string description, string numericClass);

    [LoggerMessage(1212, LogLevel.Warning, "Backend {Backend} is not used, and batches that ask for it wait for another runner: {Problem}")]
    public static partial void AcceleratorMissing(this ILogger logger, string backend, string problem);

    [LoggerMessage(1213, LogLevel.Information, "Health is answered at {Address}health/live and {Address}health/ready")]
    public static partial void HealthListens(this ILogger logger, Uri address);

    [LoggerMessage(1214, LogLevel.Information, "No batch came for {Limit}; the runner ends, as it was told to")]
    public static partial void IdleForLong(this ILogger logger, TimeSpan limit);

    [LoggerMessage(1215, LogLevel.Information, "Model {Name} of {Bytes} bytes was downloaded in {Elapsed}")]
    public static partial void ModelBrought(this ILogger logger, string name, long bytes, TimeSpan elapsed);

    [LoggerMessage(1216, LogLevel.Information, "Model {Digest} of {Bytes} bytes, last used at {Used}, went from the disk to make room; it is downloaded again when a batch needs it")]
    public static partial void ModelEvicted(this ILogger logger, string digest, long bytes, DateTime used);

    [LoggerMessage(1217, LogLevel.Error, "Model {Name} was downloaded, and is not the content of {Digest}; it is not used. Upload it again with 'vortex models push --again'")]
    public static partial void ModelDamaged(this ILogger logger, string name, string digest);

    [LoggerMessage(1218, LogLevel.Warning, "The board of runners did not take what this runner said; work goes on, and it is said again")]
    public static partial void BoardFailed(this ILogger logger, Exception exception);
}
