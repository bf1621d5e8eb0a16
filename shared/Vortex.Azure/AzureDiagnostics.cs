using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Vortex.Azure;

/// <summary>Where traces and figures of this assembly come from. The clients of the Azure SDK add their own.</summary>
internal static class AzureDiagnostics
{
    internal const string Name = "Vortex.Azure";

    private static readonly Meter s_meter = new(Name);

    internal static ActivitySource Source { get; } = new(Name);

    /// <summary>Gets the bytes that were sent to the blob store. Content that was there already counts nothing.</summary>
    internal static Counter<long> BytesStored { get; } = s_meter.CreateCounter<long>("vortex.azure.blobs.stored", "By", "Bytes sent to the blob store");

    /// <summary>Gets the writes that were refused because somebody else had changed the document meanwhile, and were made again.</summary>
    internal static Counter<long> WriteConflicts { get; } = s_meter.CreateCounter<long>("vortex.azure.documents.conflicts", "{write}", "Document writes made again after a conflict");
}
