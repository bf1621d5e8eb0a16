using Microsoft.Extensions.Logging;

namespace Vortex.Azure;

/// <summary>Everything this assembly logs. Ids are 1600 to 1699 and never change their meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(1600, LogLevel.Warning, "Blob {Blob} has {Found} bytes where {Expected} are right; it was damaged from outside and is written again")]
    public static partial void BlobReplaced(this ILogger logger, string blob, long found, long expected);
}
