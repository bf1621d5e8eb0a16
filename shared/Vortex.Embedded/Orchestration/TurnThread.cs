namespace Vortex.Embedded;

/// <summary>Where an orchestrator's continuations go: a queue emptied on the turn's own thread. A continuation from elsewhere is a broken rule.</summary>
internal sealed class TurnThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();
    private readonly Action<string> _broken;
    private volatile int _thread;

    /// <param name="broken">Told, on whatever thread, when something runs off the turn's thread.</param>
    internal TurnThread(Action<string> broken) => _broken = broken;

    /// <summary>Gets whether the caller is on the thread of a turn in progress.</summary>
    internal bool IsHere => _thread == Environment.CurrentManagedThreadId;

    /// <summary>Runs something and all that follows from it.</summary>
    /// <param name="first">What to begin with.</param>
    /// <param name="more">Called when nothing is left; true when it made something run again.</param>
    internal void Run(Action first, Func<bool> more)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            first();
            do
            {
                while (_queue.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
                {
                    next.Callback(next.State);
                }
            }
            while (more() || _queue.Count > 0);
        }
        finally
        {
            _thread = 0;
            SetSynchronizationContext(outer);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsHere)
        {
            _queue.Enqueue((d, state));
        }
        else
        {
            _broken("The orchestrator awaited something that is not from its context. Only tasks of the context may be awaited; other work belongs into an activity.");
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => Post(d, state);

    public override SynchronizationContext CreateCopy() => this;
}
