using System.Collections.Immutable;
using System.Globalization;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>A queue that is a list under one lock: the reference for delivery, leases and lanes.</summary>
public sealed class InMemoryBatchQueue(TimeProvider time, TimeSpan leaseTime, int maxDeliveries, FairShares? shares = null) : IBatchQueue, ILaneControl
{
    private readonly FairShares _shares = shares ?? new FairShares();
    private readonly Dictionary<(WorkspaceId, string), long> _served = [];
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly HashSet<WorkspaceId> _paused = [];
    private readonly Dictionary<(WorkspaceId, RunId), double> _places = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _tokens;
    private double _lastPlace;

    /// <inheritdoc />
    public ValueTask SendAsync(BatchMessage batch, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Entry? known = _entries.Find(entry => entry.Is(batch));
            if (known?.Batch.Dispatch < batch.Dispatch)
            {
                _entries.Remove(known);
                known = null;
            }

            if (known is null)
            {
                _places.TryAdd((batch.Workspace, batch.RunId), ++_lastPlace);
                _entries.Add(new Entry(batch, time.GetUtcNow()));
                Wake();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask<BatchLease?> LeaseAsync(RunnerCapabilities runner, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        DateTimeOffset end = time.GetUtcNow() + wait;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task changed;
            DateTimeOffset wakeAt;
            lock (_gate)
            {
                if (TryTake(runner) is { } taken)
                {
                    return taken;
                }

                if (time.GetUtcNow() >= end)
                {
                    return null;
                }

                changed = _changed.Task;
                wakeAt = _entries.Where(entry => !entry.IsDead).Select(entry => entry.LeasedUntil ?? entry.NotBefore)
                    .Where(at => at > time.GetUtcNow()).Append(end).Min();
            }

            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task timer = Task.Delay(wakeAt - time.GetUtcNow(), time, stop.Token);
            await Task.WhenAny(changed, timer);
            await stop.CancelAsync();
        }
    }

    /// <inheritdoc />
    public ValueTask<LeaseState> RenewAsync(BatchLease lease, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (Find(lease) is not { } entry)
            {
                return ValueTask.FromResult(LeaseState.Lost);
            }

            entry.LeasedUntil = time.GetUtcNow() + leaseTime;
            return ValueTask.FromResult(entry.CancelRequested ? LeaseState.CancelRequested : LeaseState.Held);
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> CompleteAsync(BatchLease lease, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(Find(lease) is { } entry && _entries.Remove(entry));
        }
    }

    /// <inheritdoc />
    public ValueTask AbandonAsync(BatchLease lease, TimeSpan delay, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (Find(lease) is { } entry)
            {
                entry.Release(time.GetUtcNow() + delay);
                BuryPoison();
                Wake();
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc />
    public ValueTask DeadLetterAsync(BatchLease lease, string reason, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Find(lease)?.Bury(reason);
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<BatchId>> CancelAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            BuryPoison();
            List<Entry> mine = [.. _entries.Where(entry => !entry.IsDead && entry.Batch.Workspace == workspace && entry.Batch.RunId == run)];
            List<Entry> waiting = [.. mine.Where(entry => !entry.IsLeased(time.GetUtcNow()))];
            foreach (Entry entry in mine)
            {
                entry.CancelRequested = true;
            }

            waiting.ForEach(entry => _entries.Remove(entry));
            return ValueTask.FromResult<IReadOnlyList<BatchId>>([.. waiting.Select(entry => entry.Batch.BatchId)]);
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<DeadBatch>> FindDeadAsync(int max, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            BuryPoison();
            return ValueTask.FromResult<IReadOnlyList<DeadBatch>>([.. _entries.Where(entry => entry.IsDead).Take(max)
                .Select(entry => new DeadBatch(entry.Batch, entry.Attempt, entry.DeadReason!))]);
        }
    }

    /// <inheritdoc />
    public ValueTask ForgetDeadAsync(DeadBatch batch, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _entries.RemoveAll(entry => entry.IsDead && entry.Is(batch.Batch));
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc />
    public ValueTask SetPausedAsync(WorkspaceId workspace, bool paused, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _ = paused ? _paused.Add(workspace) : _paused.Remove(workspace);
            Wake();
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> MoveAsync(WorkspaceId workspace, RunId run, RunId? before, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (!HasWaiting(workspace, run) || (before is not null && !HasWaiting(workspace, before.Value)))
            {
                return ValueTask.FromResult(false);
            }

            if (before is null)
            {
                _places[(workspace, run)] = ++_lastPlace;
            }
            else if (before != run)
            {
                double next = _places[(workspace, before.Value)];
                double previous = _places.Where(place => place.Key.Item1 == workspace && place.Value < next && place.Key.Item2 != run)
                    .Select(place => place.Value).DefaultIfEmpty(next - 2).Max();
                _places[(workspace, run)] = (previous + next) / 2;
            }

            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc />
    public ValueTask<LaneState> ReadAsync(WorkspaceId workspace, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            BuryPoison();
            DateTimeOffset now = time.GetUtcNow();
            List<Entry> lane = [.. _entries.Where(entry => !entry.IsDead && entry.Batch.Workspace == workspace)];
            ImmutableArray<LaneRun> runs = [.. lane.GroupBy(entry => entry.Batch.RunId)
                .Select(run => new LaneRun(
                    run.Key,
                    run.Max(entry => entry.Batch.Priority),
                    run.Count(entry => !entry.IsLeased(now)),
                    run.Count(entry => entry.IsLeased(now)),
                    run.FirstOrDefault(entry => entry.IsLeased(now))?.Runner)
                {
                    Requires = run.OrderBy(entry => entry.IsLeased(now)).First().Batch.Requires with { Packs = [] },
                    Since = run.Where(entry => !entry.IsLeased(now)).Select(entry => (DateTimeOffset?)entry.SentAt).Min(),
                })
                .OrderByDescending(run => run.Priority).ThenBy(run => _places[(workspace, run.RunId)])];
            DateTimeOffset? oldest = lane.Where(entry => !entry.IsLeased(now)).Select(entry => (DateTimeOffset?)entry.SentAt).Min();
            return ValueTask.FromResult(new LaneState(_paused.Contains(workspace), runs, oldest));
        }
    }

    /// <inheritdoc />
    public ValueTask<ImmutableArray<LaneBacklog>> ReadBacklogAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            BuryPoison();
            DateTimeOffset now = time.GetUtcNow();
            return ValueTask.FromResult<ImmutableArray<LaneBacklog>>([.. _entries
                .Where(entry => !entry.IsDead && !_paused.Contains(entry.Batch.Workspace))
                .GroupBy(entry => (entry.Batch.Workspace, Backend: entry.Batch.Requires.Backend?.ToUpperInvariant()))
                .Select(lane => new LaneBacklog(
                    lane.Key.Workspace,
                    lane.First().Batch.Requires.Backend,
                    lane.Count(entry => !entry.IsLeased(now)),
                    lane.Count(entry => entry.IsLeased(now)),
                    lane.Where(entry => !entry.IsLeased(now)).Select(entry => (DateTimeOffset?)entry.SentAt).Min()))]);
        }
    }

    private BatchLease? TryTake(RunnerCapabilities runner)
    {
        BuryPoison();
        DateTimeOffset now = time.GetUtcNow();
        string backend = runner.Backend.ToUpperInvariant();
        Dictionary<WorkspaceId, Entry> best = [];
        Dictionary<WorkspaceId, int> held = [];
        foreach (Entry one in _entries)
        {
            WorkspaceId workspace = one.Batch.Workspace;
            if (one.IsLeased(now))
            {
                held[workspace] = held.GetValueOrDefault(workspace) + (one.Backend == backend ? 1 : 0);
            }
            else if (!one.IsDead && one.NotBefore <= now && !_paused.Contains(workspace) && runner.Meets(one.Batch.Requires)
                && (!best.TryGetValue(workspace, out Entry? before) || IsBefore(one, before)))
            {
                best[workspace] = one;
            }
        }

        Entry? entry = best.Count == 0 ? null : best[best.Keys
            .Select(workspace => new WorkspaceShare(workspace, held.GetValueOrDefault(workspace), _served.TryGetValue((workspace, backend), out long served) ? served : null))
            .Min(_shares).Workspace];
        if (entry is null)
        {
            return null;
        }

        entry.Token = (++_tokens).ToString(CultureInfo.InvariantCulture);
        entry.Runner = runner.RunnerId;
        entry.Backend = backend;
        _served[(entry.Batch.Workspace, backend)] = _tokens;
        entry.Attempt++;
        entry.LeasedUntil = now + leaseTime;
        return new BatchLease(entry.Batch, entry.Token, entry.Attempt, entry.LeasedUntil.Value);
    }

    private bool IsBefore(Entry one, Entry other)
    {
        int priority = other.Batch.Priority.CompareTo(one.Batch.Priority);
        return priority != 0 ? priority < 0 : PlaceOf(one) < PlaceOf(other);
    }

    private double PlaceOf(Entry entry) => _places[(entry.Batch.Workspace, entry.Batch.RunId)];

    private void BuryPoison()
    {
        foreach (Entry entry in _entries.Where(entry => !entry.IsDead && entry.Attempt >= maxDeliveries && !entry.IsLeased(time.GetUtcNow())))
        {
            entry.Bury($"It was delivered {entry.Attempt} times and never answered.");
        }
    }

    private Entry? Find(BatchLease lease) =>
        _entries.Find(entry => !entry.IsDead && entry.Is(lease.Batch) && entry.Token == lease.Token && entry.IsLeased(time.GetUtcNow()));

    private bool HasWaiting(WorkspaceId workspace, RunId run) =>
        _entries.Exists(entry => !entry.IsDead && entry.Batch.Workspace == workspace && entry.Batch.RunId == run && !entry.IsLeased(time.GetUtcNow()));

    private void Wake()
    {
        TaskCompletionSource changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private sealed class Entry(BatchMessage batch, DateTimeOffset sentAt)
    {
        public BatchMessage Batch { get; } = batch;

        public DateTimeOffset SentAt { get; } = sentAt;

        public DateTimeOffset NotBefore { get; private set; } = sentAt;

        public DateTimeOffset? LeasedUntil { get; set; }

        public string? Token { get; set; }

        public string? Runner { get; set; }

        public string? Backend { get; set; }

        public int Attempt { get; set; }

        public bool CancelRequested { get; set; }

        public string? DeadReason { get; private set; }

        public bool IsDead => DeadReason is not null;

        public bool Is(BatchMessage other) => Batch.BatchId == other.BatchId && Batch.Workspace == other.Workspace;

        public bool IsLeased(DateTimeOffset now) => LeasedUntil > now;

        public void Release(DateTimeOffset notBefore) => (LeasedUntil, Token, NotBefore) = (null, null, notBefore);

        public void Bury(string reason) => (DeadReason, LeasedUntil, Token) = (reason, null, null);
    }
}
