using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>What wakes runners. Tickets may come twice, late, in any order, or not at all: the lease records decide.</summary>
internal interface ITicketBroker
{
    /// <summary>Sends a ticket. One with an id that was sent a while ago is dropped.</summary>
    /// <param name="queue">Whose runners to wake.</param>
    /// <param name="ticket">The ticket.</param>
    /// <param name="at">When it becomes visible; null for at once.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask SendAsync(string queue, Ticket ticket, DateTimeOffset? at, CancellationToken cancellationToken);

    /// <summary>Sends what became of a batch. A message with an id that was sent a while ago is dropped.</summary>
    /// <param name="queue">Where the runs' side listens.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask SendAsync(string queue, OutcomeMessage message, CancellationToken cancellationToken);

    /// <summary>Waits for a ticket and locks it.</summary>
    /// <returns>The lock; null when none came in time.</returns>
    ValueTask<ITicketLock?> ReceiveAsync(string queue, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Counts tickets that are held, or that a runner could receive by a time.</summary>
    /// <param name="queue">Whose tickets.</param>
    /// <param name="by">When those that are scheduled must be visible to count.</param>
    /// <param name="enough">Where to stop counting.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<int> CountAsync(string queue, DateTimeOffset by, int enough, CancellationToken cancellationToken);
}

/// <summary>A ticket in the hands of a runner. While it is held the queue counts it, so that scaling does not take the runner away.</summary>
internal interface ITicketLock
{
    /// <summary>Gets the ticket.</summary>
    Ticket Ticket { get; }

    /// <summary>Keeps the lock for another period; false when it was lost.</summary>
    ValueTask<bool> RenewAsync(CancellationToken cancellationToken);

    /// <summary>Removes the ticket; false when the lock was lost and the ticket comes again.</summary>
    ValueTask<bool> CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Puts the ticket where operators see it; false when the lock was lost.</summary>
    ValueTask<bool> DeadLetterAsync(string code, string reason, CancellationToken cancellationToken);
}

/// <summary>A wake-up call that names what it was sent for. Small whatever the batch is: the batch lies in its record.</summary>
/// <param name="Id">The message id: equal ids within the broker's window are one ticket. At most 128 characters.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="Workspace">The workspace.</param>
/// <param name="Run">The run.</param>
/// <param name="Batch">The batch.</param>
internal sealed record Ticket(string Id, string Tenant, string Workspace, string Run, string Batch)
{
    /// <summary>Makes the ticket of a batch.</summary>
    /// <param name="batch">The batch; its id, its dispatch and its workspace make the message id.</param>
    /// <param name="occasion">Why it is sent again, where it is: another ticket for the broker.</param>
    internal static Ticket Of(BatchMessage batch, string occasion = "") => new(
        $"{batch.BatchId}.{batch.Dispatch}.{DocumentKeys.Hash(batch.Workspace.ToString())[..12]}{occasion}",
        batch.Workspace.Tenant,
        batch.Workspace.Workspace,
        batch.RunId.Value,
        batch.BatchId.Value);

    /// <summary>Makes a ticket that stands in for this one at another time.</summary>
    internal Ticket Again(DateTimeOffset at) => this with { Id = $"{Id.Split('@')[0]}@{DocumentKeys.Time(at)}" };
}
