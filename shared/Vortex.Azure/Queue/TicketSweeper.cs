using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Sends tickets again where there are fewer than batches: some were lost, and with no runner up nobody would look for their work. For a timer.</summary>
/// <remarks>
/// The lease records are the truth. A batch that is ready or held has a ticket, and any ticket wakes a runner for any batch of its queue, so the tickets of a queue
/// are counted against its batches and only what is missing is sent. A second call finds what the first sent and sends nothing; two at once send tickets of the same
/// ids, which the broker takes for one. A ticket too many costs its finder a look.
/// </remarks>
public sealed class TicketSweeper
{
    private const int MostHeld = 1_000;

    private readonly BatchRecords _records;
    private readonly ITicketBroker _broker;
    private readonly BatchQueueOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal TicketSweeper(BatchRecords records, ITicketBroker broker, BatchQueueOptions options, TimeProvider time, ILogger logger) =>
        (_records, _broker, _options, _time, _logger) = (records, broker, options, time, logger);

    /// <summary>Looks at batches that may be handed out and have been ready for <see cref="BatchQueueOptions.TicketPatience"/>, the best first, and sends the tickets that they lack.</summary>
    /// <remarks>Batches of paused lanes need no tickets: resuming sends them. Batches that shall not be tried again are put aside on the way. A queue that cannot be reached is logged and does not keep others from their tickets.</remarks>
    /// <param name="most">How many batches are looked at, and so how many tickets are sent at most; 1 or more.</param>
    /// <param name="cancellationToken">Stops between two tickets. Those that were sent stay sent, and the next call sends the rest.</param>
    /// <returns>How many tickets were sent.</returns>
    /// <exception cref="AzureStoreException">The lease records cannot be read.</exception>
    public async ValueTask<int> SweepAsync(int most = 500, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        List<BatchMessage> ready = await _records.ReadyAsync(_time.GetUtcNow() - _options.TicketPatience, most, cancellationToken);
        if (ready.Count == 0)
        {
            return 0;
        }

        Dictionary<string, int> held = (await _records.HeldAsync(MostHeld, cancellationToken)).CountBy(QueueOf).ToDictionary();
        int sent = 0;
        foreach (IGrouping<string, BatchMessage> queue in ready.GroupBy(QueueOf))
        {
            sent += await SendMissingAsync(queue.Key, [.. queue], held.GetValueOrDefault(queue.Key), cancellationToken);
        }

        return sent;
    }

    private async ValueTask<int> SendMissingAsync(string queue, List<BatchMessage> ready, int held, CancellationToken cancellationToken)
    {
        int sent = 0;
        try
        {
            DateTimeOffset now = _time.GetUtcNow();
            int wanted = ready.Count + held;
            // A ticket that was passed on a moment ago wakes soon enough; those of batches that are delayed for longer are not for these.
            int there = await _broker.CountAsync(queue, now + _options.PassOnDelay, wanted, cancellationToken);
            string occasion = "." + DocumentKeys.Number(now.UtcTicks / _options.TicketPatience.Ticks);
            foreach (BatchMessage batch in ready.Take(wanted - there))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await _broker.SendAsync(queue, Ticket.Of(batch, occasion), null, cancellationToken);
                sent++;
            }
        }
        catch (AzureStoreException failure)
        {
            _logger.TicketsNotSent(queue, failure);
        }

        if (sent > 0)
        {
            _logger.TicketsSentAgain(sent, queue);
        }

        return sent;
    }

    private string QueueOf(BatchMessage batch) => _options.QueueOf(batch.Requires.Backend);
}
