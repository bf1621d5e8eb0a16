using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Tickets and outcomes as Service Bus messages: peek-lock, duplicate detection by message id, scheduled messages, dead-letter with a code.</summary>
internal sealed class ServiceBusBroker(ServiceBusClient client) : ITicketBroker, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ServiceBusSender> _senders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ServiceBusReceiver> _receivers = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public ValueTask SendAsync(string queue, Ticket ticket, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        ServiceBusMessage message = Message(ticket.Id, JsonSerializer.SerializeToUtf8Bytes(ticket, RunsJson.Options), "batch");
        if (at is { } later)
        {
            message.ScheduledEnqueueTime = later;
        }

        return SendAsync(queue, message, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask SendAsync(string queue, OutcomeMessage message, CancellationToken cancellationToken) =>
        SendAsync(queue, Message(message.Id, message.Body, "outcome"), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<ITicketLock?> ReceiveAsync(string queue, TimeSpan wait, CancellationToken cancellationToken)
    {
        ServiceBusReceiver receiver = Receiver(queue);
        TimeSpan patience = wait < TimeSpan.FromMilliseconds(200) ? TimeSpan.FromMilliseconds(200) : wait;
        ServiceBusReceivedMessage? message = await SayAsync(queue, () => receiver.ReceiveMessageAsync(patience, cancellationToken));
        return message is null ? null : new Lock(receiver, message);
    }

    /// <inheritdoc />
    /// <remarks>Peeks, which shows messages that others have locked, and scheduled ones, and takes none from anybody.</remarks>
    public async ValueTask<int> CountAsync(string queue, DateTimeOffset by, int enough, CancellationToken cancellationToken)
    {
        const int MostPeeked = 250;
        ServiceBusReceiver receiver = Receiver(queue);
        int count = 0;
        long from = 0;
        while (count < enough)
        {
            // Always from a number of our own: the receiver would go on behind what an earlier count saw.
            IReadOnlyList<ServiceBusReceivedMessage> page = await SayAsync(queue, () => receiver.PeekMessagesAsync(MostPeeked, from, cancellationToken));
            if (page.Count == 0)
            {
                break;
            }

            count += page.Count(message => message.State == ServiceBusMessageState.Active || (message.State == ServiceBusMessageState.Scheduled && message.ScheduledEnqueueTime <= by));
            from = page[^1].SequenceNumber + 1;
        }

        return Math.Min(count, enough);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceBusReceiver receiver in _receivers.Values)
        {
            await receiver.DisposeAsync();
        }

        foreach (ServiceBusSender sender in _senders.Values)
        {
            await sender.DisposeAsync();
        }
    }

    // No prefetch: a ticket that waits in this process would keep another runner asleep.
    private ServiceBusReceiver Receiver(string queue) =>
        _receivers.GetOrAdd(queue, name => client.CreateReceiver(name, new ServiceBusReceiverOptions { PrefetchCount = 0 }));

    private static ServiceBusMessage Message(string id, ReadOnlyMemory<byte> json, string subject) =>
        new(json) { MessageId = id, ContentType = "application/json", Subject = subject };

    private async ValueTask SendAsync(string queue, ServiceBusMessage message, CancellationToken cancellationToken) => await SayAsync(queue, async () =>
    {
        await _senders.GetOrAdd(queue, client.CreateSender).SendMessageAsync(message, cancellationToken);
        return true;
    });

    private static async ValueTask<T> SayAsync<T>(string queue, Func<Task<T>> request)
    {
        try
        {
            return await request();
        }
        catch (ServiceBusException error)
        {
            throw Translated(error, queue);
        }
        catch (Exception error) when (AzureErrors.From(error, $"The queue '{queue}'") is { } known)
        {
            throw known;
        }
    }

    internal static AzureStoreException Translated(ServiceBusException error, string queue) => AzureErrors.FromStatus(
        error.Reason switch
        {
            ServiceBusFailureReason.MessagingEntityNotFound => 404,
            ServiceBusFailureReason.ServiceBusy or ServiceBusFailureReason.QuotaExceeded => 429,
            ServiceBusFailureReason.MessageSizeExceeded => 413,
            ServiceBusFailureReason.ServiceTimeout or ServiceBusFailureReason.ServiceCommunicationProblem => 503,
            _ => 400,
        },
        error.Reason.ToString(),
        $"The queue '{queue}'",
        error);

    private sealed class Lock(ServiceBusReceiver receiver, ServiceBusReceivedMessage message) : ITicketLock
    {
        // A message that is none of ours names nothing, and is completed like a ticket for what is gone.
        public Ticket Ticket { get; } = Read(message);

        public ValueTask<bool> RenewAsync(CancellationToken cancellationToken) => HeldAsync(() => receiver.RenewMessageLockAsync(message, cancellationToken));

        public ValueTask<bool> CompleteAsync(CancellationToken cancellationToken) => HeldAsync(() => receiver.CompleteMessageAsync(message, cancellationToken));

        public ValueTask<bool> DeadLetterAsync(string code, string reason, CancellationToken cancellationToken) =>
            HeldAsync(() => receiver.DeadLetterMessageAsync(message, code, reason.Length > 4_000 ? reason[..4_000] : reason, cancellationToken));

        private static Ticket Read(ServiceBusReceivedMessage message)
        {
            try
            {
                return JsonSerializer.Deserialize<Ticket>(message.Body.ToMemory().Span, RunsJson.Options) ?? new Ticket(message.MessageId, "", "", "", "");
            }
            catch (JsonException)
            {
                return new Ticket(message.MessageId, "", "", "", "");
            }
        }

        private async ValueTask<bool> HeldAsync(Func<Task> request)
        {
            try
            {
                await request();
                return true;
            }
            catch (ServiceBusException lost) when (lost.Reason is ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.MessageNotFound)
            {
                return false;
            }
            catch (ServiceBusException error)
            {
                throw Translated(error, receiver.EntityPath);
            }
        }
    }
}
