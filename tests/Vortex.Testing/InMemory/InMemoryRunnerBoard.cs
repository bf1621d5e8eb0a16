using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>A board that is a dictionary under one lock.</summary>
public sealed class InMemoryRunnerBoard(TimeProvider? time = null) : IRunnerBoard
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, RunnerNotice> _notices = new(StringComparer.Ordinal);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc />
    public ValueTask AnnounceAsync(RunnerNotice notice, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _notices[notice.Capabilities.RunnerId] = notice with { SeenAt = _time.GetUtcNow() };
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc />
    public ValueTask LeaveAsync(string runnerId, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _notices.Remove(runnerId);
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RunnerNotice>> ListAsync(int max, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<RunnerNotice>>([.. _notices.Values.Where(notice => notice.SeenAt > _time.GetUtcNow() - RunnerNotice.KeptFor).Take(max)]);
        }
    }
}
