namespace Vortex.Runs;

/// <summary>One timer at a time: kept while its hour stays the same, canceled when it changes, so that none is ever left behind.</summary>
internal sealed class AlarmClock(IOrchestrationContext context) : IDisposable
{
    private readonly Task _never = new TaskCompletionSource().Task;

    private CancellationTokenSource? _stop;
    private Task? _timer;
    private DateTimeOffset? _at;

    /// <summary>Returns a task that completes at <paramref name="at"/>; one that never does when null.</summary>
    public Task RingAt(DateTimeOffset? at)
    {
        if (at is not null && at == _at && _timer is { IsCompleted: false } running)
        {
            return running;
        }

        Stop();
        _at = at;
        if (at is { } time)
        {
            _stop = new CancellationTokenSource();
            _timer = context.CreateTimerAsync(time, _stop.Token);
        }

        return _timer ?? _never;
    }

    /// <summary>Cancels the timer, if one is running.</summary>
    public void Stop()
    {
        if (_timer is { IsCompleted: false })
        {
            // Cancel and not CancelAsync, which would leave the turn's thread.
            _stop?.Cancel();
        }

        _stop?.Dispose();
        (_stop, _timer, _at) = (null, null, null);
    }

    /// <inheritdoc />
    public void Dispose() => _stop?.Dispose();
}
