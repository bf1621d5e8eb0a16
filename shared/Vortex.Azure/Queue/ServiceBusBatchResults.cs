using System.Globalization;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Sends outcomes to the results queue, from which the function app brings them to their run. For runners, which have no way to an orchestration.</summary>
/// <remarks>The queue drops a second message of one outcome within its window of duplicate detection; one that comes later changes nothing in the run.</remarks>
internal sealed class ServiceBusBatchResults(ServiceBusClient client, string queue) : IBatchResults, IAsyncDisposable
{
    private readonly ServiceBusSender _sender = client.CreateSender(queue);

    /// <inheritdoc />
    public async ValueTask ReportAsync(BatchOutcome outcome, CancellationToken cancellationToken = default)
    {
        try
        {
            await _sender.SendMessageAsync(
                new ServiceBusMessage(JsonSerializer.SerializeToUtf8Bytes(outcome, RunsJson.Options))
                {
                    MessageId = string.Create(CultureInfo.InvariantCulture, $"{outcome.BatchId}/{outcome.Dispatch}/{outcome.Attempt}"),
                    ContentType = "application/json",
                },
                cancellationToken);
        }
        catch (ServiceBusException error)
        {
            throw ServiceBusBroker.Translated(error, queue);
        }
        catch (Exception error) when (AzureErrors.From(error, $"The results queue '{queue}'") is { } known)
        {
            throw known;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _sender.DisposeAsync();
}
