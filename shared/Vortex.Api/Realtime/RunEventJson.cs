using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>An event as clients get it, over every transport: <c>{event_type, ts, seq, run_id, node_id?, payload, request_id}</c>.</summary>
internal static class RunEventJson
{
    /// <summary>Fills in what older events may lack: clients are promised a request id.</summary>
    public static RunEvent Envelope(RunEvent one) => one.RequestId is null ? one with { RequestId = "" } : one;

    public static byte[] Bytes(RunEvent one) => JsonSerializer.SerializeToUtf8Bytes(Envelope(one), RunsJson.Options);
}
