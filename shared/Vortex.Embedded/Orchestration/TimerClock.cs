using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Knows when the next durable timer is due and rings for its instance then. The timers themselves are rows.</summary>
internal sealed class TimerClock : IDisposable
{
    private const string DueInstances = "SELECT DISTINCT tenant, workspace, name FROM orchestration_timers WHERE fire_at <= ?";

    // A timer of the system holds at most 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Database _database;
    private readonly Action<OrchestrationId> _ring;
    private readonly Action<Exception> _failed;
    private readonly ITimer _timer;
    private DateTimeOffset _next = DateTimeOffset.MaxValue;
    private bool _disposed;

    internal TimerClock(Database database, Action<OrchestrationId> ring, Action<Exception> failed)
    {
        (_database, _ring, _failed) = (database, ring, failed);
        _timer = database.Time.CreateTimer(_ => _ = Task.Run(LookAsync), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes sure that the clock looks no later than at a time.</summary>
    internal void Arm(DateTimeOffset at)
    {
        lock (_gate)
        {
            if (_disposed || at >= _next)
            {
                return;
            }

            _next = at;
            TimeSpan wait = at - _database.Time.GetUtcNow();
            _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Rings for what is due and arms for what comes next.</summary>
    internal async Task LookAsync()
    {
        lock (_gate)
        {
            _next = DateTimeOffset.MaxValue;
        }

        try
        {
            DateTimeOffset now = _database.Time.GetUtcNow();
            (List<OrchestrationId> due, DateTimeOffset? next) = await _database.ReadAsync(db =>
            {
                using Statement later = db.Use("SELECT min(fire_at) FROM orchestration_timers WHERE fire_at > ?").Bind(now);
                later.Read();
                return (InstanceRows.Instances(db, DueInstances, now), later.TimeOrNull(0));
            });
            due.ForEach(_ring);
            if (next is not null)
            {
                Arm(next.Value);
            }
        }
        catch (ObjectDisposedException)
        {
            // The store was closed; the next process looks.
        }
        catch (EmbeddedStoreException error)
        {
            _failed(error);
            Arm(_database.Time.GetUtcNow() + TimeSpan.FromSeconds(1));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }
}
