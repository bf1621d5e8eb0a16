namespace Vortex.Runner;

/// <summary>Keeps what a runner does, for those who ask from outside. Safe to use from several threads.</summary>
internal sealed class RunnerActivity(TimeProvider time)
{
    private readonly Lock _gate = new();
    private RunnerPhase _phase;
    private int _batches;
    private DateTimeOffset? _idleSince;

    public RunnerStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new RunnerStatus(_phase, _batches, _idleSince);
            }
        }
    }

    public void Begin()
    {
        lock (_gate)
        {
            (_phase, _idleSince) = (RunnerPhase.Working, time.GetUtcNow());
        }
    }

    /// <summary>The queue answered, or did not. A runner that is told to stop stays so.</summary>
    public void Asked(bool answered)
    {
        lock (_gate)
        {
            if (_phase < RunnerPhase.Draining)
            {
                _phase = answered ? RunnerPhase.Working : RunnerPhase.Cut;
            }
        }
    }

    public void Drain()
    {
        lock (_gate)
        {
            _phase = RunnerPhase.Draining;
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _phase = RunnerPhase.Stopped;
        }
    }

    public void Take()
    {
        lock (_gate)
        {
            _batches++;
            _idleSince = null;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_batches == 0)
            {
                _idleSince = time.GetUtcNow();
            }
        }
    }
}
