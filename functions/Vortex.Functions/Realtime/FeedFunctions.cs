using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Vortex.Azure;

namespace Vortex.Functions;

/// <summary>Tells clients of runs' events when the documents that hold them appear, gathered by the publisher. The log stays what is right; this only wakes.</summary>
internal sealed class FeedFunctions(RunEventPublisher publisher)
{
    [Function("run-events")]
    public void Tell(
        [CosmosDBTrigger("vortex", "documents", Connection = "Cosmos", LeaseContainerName = "leases", FeedPollDelay = 500, MaxItemsPerInvocation = 500)] IReadOnlyList<JsonElement> changed) =>
        RunEventFeed.Note(publisher, changed);
}
