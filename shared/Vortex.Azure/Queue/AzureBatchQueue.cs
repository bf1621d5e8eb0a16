using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>The batch queue: lease records are the truth, tickets only wake.</summary>
/// <remarks>
/// A runner that is woken takes the best batch of the workspace whose turn it is, whichever the ticket names, and holds the ticket while it works. Whoever makes a batch available sends
/// a ticket, after the record is written. A ticket that finds nothing is sent again for the time when something becomes available, and dropped when nothing will.
/// </remarks>
internal sealed class AzureBatchQueue(BatchRecords records, ITicketBroker broker, BatchQueueOptions options, TimeProvider time, ILogger logger) : IBatchQueue
{
    internal const string DeadCode = "batch.dead";

    private readonly ConcurrentDictionary<string, ITicketLock> _held = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async ValueTask SendAsync(BatchMessage batch, CancellationToken cancellationToken = default)
    {
        await records.AddAsync(batch, cancellationToken);
        // Also when the record was there: a sender that died between the two lines sends again, and the broker drops the second of equal tickets.
        await broker.SendAsync(QueueOf(batch.Requires.Backend), Ticket.Of(batch), null, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<BatchLease?> LeaseAsync(RunnerCapabilities runner, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset until = wait >= DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + wait;
        string queue = QueueOf(runner.Backend);
        ITicketLock? ticket = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (BatchLease? lease, bool misfits) = await records.ClaimAsync(runner, cancellationToken);
            if (lease is not null)
            {
                if (ticket is not null)
                {
                    _held[lease.Token] = ticket;
                }

                return lease;
            }

            DateTimeOffset? due = await records.NextDueAsync(cancellationToken);
            if (ticket is not null)
            {
                await PassOnAsync(queue, ticket, misfits ? time.GetUtcNow() + options.PassOnDelay : due, cancellationToken);
            }

            now = time.GetUtcNow();
            if (now >= until)
            {
                return null;
            }

            DateTimeOffset wake = now + options.PollInterval;
            wake = due is { } at && at < wake ? at : wake;
            wake = until < wake ? until : wake;
            ticket = await broker.ReceiveAsync(queue, wake - now, cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask<LeaseState> RenewAsync(BatchLease lease, CancellationToken cancellationToken = default)
    {
        BatchDocument? held = await records.ChangeAsync(lease, batch => batch with { Due = DocumentKeys.Time(time.GetUtcNow() + options.LeaseDuration) }, cancellationToken);
        if (held is null)
        {
            // The ticket goes back by itself and wakes somebody.
            _held.TryRemove(lease.Token, out _);
            return LeaseState.Lost;
        }

        await TicketAsync(lease, "renewed", ticket => ticket.RenewAsync(cancellationToken), keep: true);
        return held.Cancel ? LeaseState.CancelRequested : LeaseState.Held;
    }

    /// <inheritdoc />
    public async ValueTask<bool> CompleteAsync(BatchLease lease, CancellationToken cancellationToken = default)
    {
        bool held = await records.ChangeAsync(lease, _ => null, cancellationToken) is not null;
        await TicketAsync(lease, "completed", ticket => ticket.CompleteAsync(cancellationToken));
        return held;
    }

    /// <inheritdoc />
    /// <remarks>A batch that was handed out as often as it may be is put aside instead, and so is one whose run was canceled.</remarks>
    public async ValueTask AbandonAsync(BatchLease lease, TimeSpan delay, CancellationToken cancellationToken = default)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool aside = false;
        BatchDocument? held = await records.ChangeAsync(
            lease,
            batch =>
            {
                aside = batch.Cancel || batch.Attempt >= options.MaxDeliveries;
                return aside
                    ? BatchRecords.Dead(batch, batch.Cancel ? "Its run was canceled." : $"It was given back {batch.Attempt} times.")
                    : batch with { Leased = false, Token = null, Runner = null, Backend = null, Due = delay > TimeSpan.Zero ? DocumentKeys.Time(now + delay) : BatchDocument.AtOnce };
            },
            cancellationToken);
        if (held is not null && !aside)
        {
            await broker.SendAsync(
                QueueOf(lease.Batch.Requires.Backend), Ticket.Of(lease.Batch, $".{lease.Attempt}"), delay > TimeSpan.Zero ? now + delay : null, cancellationToken);
        }

        await TicketAsync(lease, "completed", ticket => ticket.CompleteAsync(cancellationToken));
    }

    /// <inheritdoc />
    public async ValueTask DeadLetterAsync(BatchLease lease, string reason, CancellationToken cancellationToken = default)
    {
        if (await records.ChangeAsync(lease, batch => BatchRecords.Dead(batch, reason), cancellationToken) is not null)
        {
            await TicketAsync(lease, "put aside", ticket => ticket.DeadLetterAsync(DeadCode, reason, cancellationToken));
        }
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<BatchId>> CancelAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default)
    {
        List<BatchId> removed = [];
        foreach (BatchDocument batch in await records.OfRunAsync(workspace, run, cancellationToken))
        {
            if (await records.CancelAsync(batch, cancellationToken))
            {
                removed.Add((await records.MessageAsync(batch, cancellationToken)).BatchId);
            }
        }

        return removed;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<DeadBatch>> FindDeadAsync(int max, CancellationToken cancellationToken = default) => await records.DeadAsync(max, cancellationToken);

    /// <inheritdoc />
    public ValueTask ForgetDeadAsync(DeadBatch batch, CancellationToken cancellationToken = default) => records.ForgetDeadAsync(batch.Batch, cancellationToken);

    /// <summary>Sends tickets for the waiting batches of a lane: it was resumed.</summary>
    internal async ValueTask WakeAsync(WorkspaceId workspace, CancellationToken cancellationToken)
    {
        string occasion = "." + DocumentKeys.Time(time.GetUtcNow());
        foreach (BatchDocument batch in (await records.OfWorkspaceAsync(workspace, cancellationToken)).Where(batch => !batch.IsHeld(time.GetUtcNow())))
        {
            BatchMessage message = await records.MessageAsync(batch, cancellationToken);
            await broker.SendAsync(QueueOf(message.Requires.Backend), Ticket.Of(message, occasion), null, cancellationToken);
        }
    }

    private string QueueOf(string? backend) => options.QueueOf(backend);

    /// <summary>Lets go of a ticket that found nothing. What comes later gets a ticket for then, before this one is gone.</summary>
    private async ValueTask PassOnAsync(string queue, ITicketLock ticket, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        if (at is { } later)
        {
            await broker.SendAsync(queue, ticket.Ticket.Again(later), later, cancellationToken);
        }

        await ticket.CompleteAsync(cancellationToken);
    }

    /// <summary>Does something with the ticket that is held for a lease. The record has been written: a ticket that fails comes again and finds that.</summary>
    private async ValueTask TicketAsync(BatchLease lease, string what, Func<ITicketLock, ValueTask<bool>> act, bool keep = false)
    {
        if (!_held.TryGetValue(lease.Token, out ITicketLock? ticket))
        {
            return;
        }

        try
        {
            if (await act(ticket) && keep)
            {
                return;
            }
        }
        catch (AzureStoreException failure)
        {
            logger.TicketFailed(what, lease.Batch.BatchId.Value, failure);
        }

        _held.TryRemove(lease.Token, out _);
    }
}
