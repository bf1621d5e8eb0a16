using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Sends outcomes to the results queue, from which the function app brings them to their run.</summary>
/// <remarks>
/// The queue drops a second message of one outcome within its window of duplicate detection. One that comes later, or from a second attempt at the same dispatch,
/// changes nothing in the run, which takes one answer per dispatch.
/// </remarks>
internal sealed class AzureBatchResults(ITicketBroker broker, Packing contents, string queue) : IBatchResults
{
    /// <inheritdoc />
    public async ValueTask ReportAsync(BatchOutcome outcome, CancellationToken cancellationToken = default)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(outcome, RunsJson.Options);
        ReadOnlyMemory<byte> body = json.Length <= OutcomeMessage.Most ? json : await ClaimAsync(outcome, json, cancellationToken);
        await broker.SendAsync(queue, new OutcomeMessage(OutcomeMessage.IdOf(outcome), body), cancellationToken);
    }

    /// <summary>Stores an outcome and returns what stands in for it: status and counts, so that a run goes on whoever reads it, and where the rest is.</summary>
    private async ValueTask<byte[]> ClaimAsync(BatchOutcome outcome, byte[] json, CancellationToken cancellationToken)
    {
        Digest whole = await contents.StoreAsync(outcome.Workspace, json, cancellationToken);
        JsonNode claim = JsonSerializer.SerializeToNode(outcome with { Problems = [] }, RunsJson.Options)!;
        claim[OutcomeMessage.WholeAt] = whole.Value;
        return JsonSerializer.SerializeToUtf8Bytes(claim, RunsJson.Options);
    }
}
