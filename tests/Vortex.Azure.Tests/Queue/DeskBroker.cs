namespace Vortex.Azure.Tests.Queue;

/// <summary>
/// A broker as Service Bus is one, in memory: locks that run out, redelivery, duplicate detection by message id over ten minutes, scheduled messages, a
/// delivery count that ends in the dead-letter queue.
/// </summary>
internal sealed class DeskBroker(TimeProvider time) : ITicketBroker
{
    private static readonly TimeSpan s_lock = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly List<Message> _messages = [];
    private readonly List<(string Queue, OutcomeMessage Message)> _outcomes = [];
    private readonly Dictionary<string, DateTimeOffset> _seen = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets whether tickets are delivered twice, as they are after a broken link.</summary>
    public bool DeliversTwice { get; init; }

    /// <summary>Gets or sets whether tickets get lost, as none should.</summary>
    public bool LosesTickets { get; set; }

    public List<(Ticket Ticket, string Code)> DeadLetters { get; } = [];

    /// <summary>Gets the outcomes in their queues, in the order in which they were sent.</summary>
    public IReadOnlyList<(string Queue, OutcomeMessage Message)> Outcomes
    {
        get
        {
            lock (_gate)
            {
                return [.. _outcomes];
            }
        }
    }

    public int Count(string queue)
    {
        lock (_gate)
        {
            return _messages.Count(message => message.Queue == queue);
        }
    }

    public ValueTask SendAsync(string queue, Ticket ticket, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        Assert.InRange(ticket.Id.Length, 1, 128);
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (LosesTickets || IsSeen(queue, ticket.Id))
            {
                return ValueTask.CompletedTask;
            }

            _messages.Add(new Message(queue, ticket) { VisibleAt = at ?? now });
            if (DeliversTwice)
            {
                _messages.Add(new Message(queue, ticket) { VisibleAt = at ?? now });
            }

            Wake();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask SendAsync(string queue, OutcomeMessage message, CancellationToken cancellationToken)
    {
        Assert.InRange(message.Id.Length, 1, 128);
        // What a message of the smallest tier takes.
        Assert.InRange(message.Body.Length, 2, 250 * 1024);
        lock (_gate)
        {
            if (!IsSeen(queue, message.Id))
            {
                _outcomes.Add((queue, message));
                Wake();
            }
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask<ITicketLock?> ReceiveAsync(string queue, TimeSpan wait, CancellationToken cancellationToken)
    {
        DateTimeOffset until = time.GetUtcNow() + wait;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task changed;
            DateTimeOffset wake;
            lock (_gate)
            {
                DateTimeOffset now = time.GetUtcNow();
                if (_messages.Find(message => message.Queue == queue && message.VisibleAt <= now) is { } next)
                {
                    next.VisibleAt = now + s_lock;
                    next.LockToken++;
                    return new Held(this, next, next.LockToken);
                }

                if (now >= until)
                {
                    return null;
                }

                changed = _changed.Task;
                wake = _messages.Where(message => message.Queue == queue).Select(message => message.VisibleAt).Append(until).Min();
            }

            try
            {
                await changed.WaitAsync(wake - time.GetUtcNow(), time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // A lock or a schedule is over, or the wait is.
            }
        }
    }

    public ValueTask<int> CountAsync(string queue, DateTimeOffset by, int enough, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(Math.Min(enough, _messages.Count(message => message.Queue == queue && (message.LockToken > 0 || message.VisibleAt <= by))));
        }
    }

    // The window begins with the first of equal messages.
    private bool IsSeen(string queue, string id)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool seen = _seen.TryGetValue(queue + id, out DateTimeOffset known) && now - known < s_window;
        _seen[queue + id] = seen ? known : now;
        return seen;
    }

    private void Wake()
    {
        TaskCompletionSource changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private bool WithLock(Message message, int token, Action act)
    {
        lock (_gate)
        {
            if (message.LockToken != token || message.VisibleAt <= time.GetUtcNow() || !_messages.Contains(message))
            {
                return false;
            }

            act();
            return true;
        }
    }

    private sealed class Message(string queue, Ticket ticket)
    {
        public string Queue { get; } = queue;

        public Ticket Ticket { get; } = ticket;

        public DateTimeOffset VisibleAt { get; set; }

        public int LockToken { get; set; }
    }

    private sealed class Held(DeskBroker broker, Message message, int token) : ITicketLock
    {
        public Ticket Ticket => message.Ticket;

        public ValueTask<bool> RenewAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult(broker.WithLock(message, token, () => message.VisibleAt = broker.Now + s_lock));

        public ValueTask<bool> CompleteAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult(broker.WithLock(message, token, () => broker._messages.Remove(message)));

        public ValueTask<bool> DeadLetterAsync(string code, string reason, CancellationToken cancellationToken) =>
            ValueTask.FromResult(broker.WithLock(message, token, () =>
            {
                broker._messages.Remove(message);
                broker.DeadLetters.Add((message.Ticket, code));
            }));
    }

    private DateTimeOffset Now => time.GetUtcNow();
}
