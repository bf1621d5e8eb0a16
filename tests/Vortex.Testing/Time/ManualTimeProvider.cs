namespace Vortex.Testing;

/// <summary>Time that stands still until a test moves it. Drives timers, <c>Task.Delay</c> and cancellation with a time provider.</summary>
/// <remarks>One test drives it. Timers fire on the thread that advances, in the order they are due; a timer that is due at once fires on the pool.</remarks>
public sealed class ManualTimeProvider : TimeProvider
{
    private static readonly TimeSpan Missing = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now;
    private long _ticks;

    /// <summary>Makes a clock that shows noon of the first day of 2030, UTC.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Makes a clock that shows <paramref name="start"/>.</summary>
    public ManualTimeProvider(DateTimeOffset start) => _now = start;

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc />
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _ticks;
        }
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time forward, firing what becomes due on the way, each at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset end = GetUtcNow() + by;
        while (FireNext(end))
        {
        }

        MoveTo(end);
    }

    /// <summary>Lets the wall clock jump, as when a machine corrects its time; timers keep their distance.</summary>
    public void JumpClock(TimeSpan by)
    {
        lock (_gate)
        {
            _now += by;
            foreach (ManualTimer timer in _timers)
            {
                timer.Due += by;
            }
        }
    }

    /// <summary>Advances from timer to timer, at most by <paramref name="atMost"/>, until <paramref name="task"/> has ended, and returns its result.</summary>
    public async Task<T> DriveAsync<T>(Task<T> task, TimeSpan atMost)
    {
        DateTimeOffset end = GetUtcNow() + atMost;
        while (!task.IsCompleted)
        {
            await Task.WhenAny(task, WhenArmedAsync(end)).WaitAsync(Missing);
            if (!task.IsCompleted)
            {
                FireNext(end);
            }
        }

        return await task;
    }

    /// <summary>Moves time to the next timer that is due no later than <paramref name="end"/> and fires it.</summary>
    /// <returns>False when there is none.</returns>
    public bool AdvanceToNext(DateTimeOffset end) => FireNext(end);

    /// <summary>Completes once a timer is armed that is due no later than <paramref name="end"/>.</summary>
    public async Task WhenArmedAsync(DateTimeOffset end)
    {
        while (true)
        {
            Task armed;
            lock (_gate)
            {
                if (_timers.Any(timer => timer.Due <= end))
                {
                    return;
                }

                armed = _armed.Task;
            }

            await armed;
        }
    }

    private bool FireNext(DateTimeOffset end)
    {
        ManualTimer? next;
        lock (_gate)
        {
            next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (next is null)
            {
                return false;
            }

            if (next.Due > _now)
            {
                _ticks += (next.Due - _now).Ticks;
                _now = next.Due;
            }

            if (next.Period > TimeSpan.Zero)
            {
                next.Due += next.Period;
            }
            else
            {
                _timers.Remove(next);
            }
        }

        next.Fire();
        return true;
    }

    private void MoveTo(DateTimeOffset end)
    {
        lock (_gate)
        {
            if (end > _now)
            {
                _ticks += (end - _now).Ticks;
                _now = end;
            }
        }
    }

    private bool Arm(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        TaskCompletionSource? armed = null;
        lock (_gate)
        {
            if (timer.Disposed)
            {
                return false;
            }

            _timers.Remove(timer);
            timer.Period = period;
            if (dueTime == TimeSpan.Zero)
            {
                ThreadPool.QueueUserWorkItem(_ => timer.Fire());
                dueTime = period;
            }

            if (dueTime > TimeSpan.Zero)
            {
                timer.Due = _now + dueTime;
                _timers.Add(timer);
                armed = _armed;
                _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        armed?.SetResult();
        return true;
    }

    private void Disarm(ManualTimer timer)
    {
        lock (_gate)
        {
            timer.Disposed = true;
            _timers.Remove(timer);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; set; }

        public bool Disposed { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => owner.Arm(this, dueTime, period);

        public void Dispose() => owner.Disarm(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
