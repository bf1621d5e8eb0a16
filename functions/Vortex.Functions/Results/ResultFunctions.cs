using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Vortex.Azure;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Brings what became of batches from the results queue to the runs that wait for it.</summary>
/// <remarks>
/// The platform lets go of a message when the function returns, so after the event was raised; one whose function fails comes again. One that could not be delivered
/// often enough is put aside by the queue and taken from there again for as long as it takes: a run must not wait for an answer that lies in a drawer.
/// </remarks>
internal sealed class ResultFunctions(OutcomeReader reader, OrchestrationBatchResults results, DurableClients clients, ILogger<ResultFunctions> log)
{
    /// <summary>The code of a message that nobody can read: somebody else's, or of another version.</summary>
    internal const string Unreadable = "result.unreadable";

    private const string Queue = "results";
    private const string Connection = "ServiceBus";

    /// <exception cref="InvalidDataException">Nobody can read the message; the text begins with <see cref="Unreadable"/>. The queue puts it aside.</exception>
    [Function("batch-results")]
    public async Task TakeAsync(
        [ServiceBusTrigger(Queue, Connection = Connection, AutoCompleteMessages = true)] string message, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        BatchOutcome outcome;
        try
        {
            outcome = await reader.ReadAsync(message, cancellationToken);
        }
        catch (JsonException unreadable)
        {
            // The function's failure is all that an operator sees of it before it is put aside, so it has the code.
            throw new InvalidDataException($"{Unreadable}: {unreadable.Message}", unreadable);
        }

        await DeliverAsync(outcome, client, cancellationToken);
    }

    [Function("batch-results-put-aside")]
    public async Task TakeAgainAsync(
        [ServiceBusTrigger(Queue + "/$deadletterqueue", Connection = Connection, AutoCompleteMessages = true)] string message, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await ReadWhatThereIsAsync(message, cancellationToken) is { } outcome)
        {
            await DeliverAsync(outcome, client, cancellationToken);
        }
    }

    /// <summary>Reads a message that was put aside; null for one that nothing will ever read: taken again it would come back at once.</summary>
    private async ValueTask<BatchOutcome?> ReadWhatThereIsAsync(string message, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(message, cancellationToken);
        }
        catch (AzureStoreException gone) when (gone.Code is "store.missing" or "store.corrupt")
        {
            // The content will not come back, and the run can go on without.
            BatchOutcome outcome = OutcomeReader.ReadEnvelope(message);
            log.ResultCutShort(outcome.BatchId.Value, gone.Code);
            return outcome;
        }
        catch (JsonException unreadable)
        {
            log.ResultUnreadable(Unreadable, unreadable.Message);
            return null;
        }
    }

    private async Task DeliverAsync(BatchOutcome outcome, DurableTaskClient client, CancellationToken cancellationToken)
    {
        using (clients.Use(client))
        {
            await results.ReportAsync(outcome, cancellationToken);
        }
    }
}
