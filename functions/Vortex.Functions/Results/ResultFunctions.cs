using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Brings what became of batches from the results queue to the runs that wait for it.</summary>
/// <remarks>
/// The platform lets go of a message when the function returns, so after the event was raised. One that could not be delivered often
/// enough is put aside by the queue and taken from there again for as long as it takes: a run must not wait for an answer that lies in a drawer.
/// </remarks>
internal sealed class ResultFunctions(OrchestrationBatchResults results, DurableClients clients, ILogger<ResultFunctions> log)
{
    private const string Queue = "results";
    private const string Connection = "ServiceBus";

    [Function("batch-results")]
    public Task TakeAsync(
        [ServiceBusTrigger(Queue, Connection = Connection, AutoCompleteMessages = true)] string message, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        DeliverAsync(Read(message), client, cancellationToken);

    [Function("batch-results-put-aside")]
    public async Task TakeAgainAsync(
        [ServiceBusTrigger(Queue + "/$deadletterqueue", Connection = Connection, AutoCompleteMessages = true)] string message, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        try
        {
            await DeliverAsync(Read(message), client, cancellationToken);
        }
        catch (JsonException unreadable)
        {
            // Nothing will ever read it, and taken again it would come back at once.
            log.ResultUnreadable(unreadable.Message);
        }
    }

    private async Task DeliverAsync(BatchOutcome outcome, DurableTaskClient client, CancellationToken cancellationToken)
    {
        using (clients.Use(client))
        {
            await results.ReportAsync(outcome, cancellationToken);
        }
    }

    private static BatchOutcome Read(string message) =>
        JsonSerializer.Deserialize<BatchOutcome>(message, RunsJson.Options) ?? throw new JsonException("The message is null.");
}
