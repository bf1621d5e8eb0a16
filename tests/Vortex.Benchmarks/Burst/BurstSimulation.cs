using System.Globalization;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Benchmarks.Burst;

/// <summary>Drains a burst in simulated time: the scaler asks for GPUs, GPUs come late or are taken away, and every batch goes through a queue that passes the suite of the product's queues.</summary>
/// <remarks>
/// Which batch comes next (by <see cref="FairShares"/>, as in the product's queues), when a lease is over and who may complete are the queue's own decisions and not a copy of them. Draws belong to a
/// replica's or batch's number, so that runs with different quotas differ in the quota alone.
/// </remarks>
internal sealed class BurstSimulation
{
    private readonly BurstModel _model;
    private readonly ManualTimeProvider _time = new(Some.Time);
    private readonly InMemoryBatchQueue _queue;
    private readonly PriorityQueue<Action, (long Ticks, long Number)> _events = new();
    private readonly Dictionary<string, Waiting> _batches = [];
    private readonly List<Replica> _replicas = [];
    private long _number;
    private int _open;
    private int _lost;
    private int _wasted;
    private int _peak;
    private TimeSpan _billed;
    private DateTimeOffset? _emptySince;
    private DateTimeOffset _drained;

    private BurstSimulation(BurstModel model)
    {
        _model = model;
        // Deliveries are not bounded here: a batch that is given up would be one that the burst lost.
        _queue = new InMemoryBatchQueue(_time, model.Lease, int.MaxValue);
    }

    /// <summary>Runs a burst to its end.</summary>
    /// <param name="model">Delays and prices.</param>
    /// <param name="tenants">Who queues how much.</param>
    /// <param name="interleaved">Whether the tenants' runs arrive in turn; otherwise one tenant after the other.</param>
    public static async Task<BurstResult> RunAsync(BurstModel model, IReadOnlyList<BurstTenant> tenants, bool interleaved)
    {
        BurstSimulation simulation = new(model);
        await simulation.QueueAsync(tenants, interleaved);
        simulation.At(TimeSpan.Zero, simulation.Poll);
        while (simulation._events.TryDequeue(out Action? next, out (long Ticks, long) when))
        {
            TimeSpan ahead = new(when.Ticks - simulation._time.GetUtcNow().Ticks);
            if (ahead > TimeSpan.Zero)
            {
                simulation._time.Advance(ahead);
            }

            next();
        }

        return simulation.Sum(tenants);
    }

    private async Task QueueAsync(IReadOnlyList<BurstTenant> tenants, bool interleaved)
    {
        List<(BurstTenant Tenant, int Run)> runs = [.. tenants.SelectMany(tenant => Enumerable.Range(0, (tenant.Batches + tenant.RunsOf - 1) / tenant.RunsOf).Select(run => (tenant, run)))];
        int number = 0;
        foreach ((BurstTenant tenant, int run) in interleaved ? runs.OrderBy(entry => entry.Run) : runs.AsEnumerable())
        {
            RunId id = new(string.Create(CultureInfo.InvariantCulture, $"run_{tenant.Name}_{run}"));
            for (int index = 0; index < tenant.RunsOf && (run * tenant.RunsOf) + index < tenant.Batches; index++)
            {
                BatchMessage batch = Some.Batch(1, index, new WorkspaceId(tenant.Name, "main")) with { RunId = id, BatchId = new BatchId($"{id}.{index}") };
                _batches.Add(batch.BatchId.Value, new Waiting(tenant.Name, Duration(number++)));
                await _queue.SendAsync(batch);
            }
        }

        _open = _batches.Count;
    }

    /// <summary>What the scaler does at each look: as many replicas as the queue's length asks for, in growing steps, within the quota; none after the cooldown.</summary>
    private void Poll()
    {
        int alive = _replicas.Count(replica => !replica.Gone);
        if (_open > 0)
        {
            _emptySince = null;
            int wanted = Math.Min(_model.Quota, (int)Math.Ceiling(_open / (double)_model.BatchesPerReplica));
            int step = Math.Max(_model.FirstStep, alive);
            for (int i = Math.Min(wanted - alive, step); i > 0; i--)
            {
                Start();
            }
        }
        else
        {
            _emptySince ??= _time.GetUtcNow();
            if (_time.GetUtcNow() - _emptySince >= _model.Cooldown)
            {
                _replicas.Where(replica => !replica.Gone).ToList().ForEach(Leave);
                return;
            }
        }

        At(_model.PollInterval, Poll);
    }

    private void Start()
    {
        Random draws = new(unchecked((_model.Seed * 31) + (_replicas.Count * 7919)));
        Replica replica = new(string.Create(CultureInfo.InvariantCulture, $"gpu-{_replicas.Count}"), _time.GetUtcNow());
        _replicas.Add(replica);
        _peak = Math.Max(_peak, _replicas.Count(one => !one.Gone));
        bool slow = draws.NextDouble() * 100 < _model.SlowStartPercent;
        TimeSpan coming = slow ? _model.SlowStart : _model.ColdStart * (0.75 + (draws.NextDouble() * 0.5));
        At(coming, () => Work(replica));
        At(coming + (_model.MeanLife * -Math.Log(1 - draws.NextDouble())), () => Lose(replica));
    }

    private void Work(Replica replica)
    {
        if (replica.Gone || _open == 0)
        {
            return;
        }

        // Everything of this queue happens at once; there is nothing to wait for.
        if (_queue.LeaseAsync(Some.Runner(replica.Name), TimeSpan.Zero).AsTask().Result is not { } lease)
        {
            At(_model.IdleLook, () => Work(replica));
            return;
        }

        Waiting batch = _batches[lease.Batch.BatchId.Value];
        batch.Begun = _time.GetUtcNow();
        replica.Attempts++;
        TimeSpan takes = batch.Duration + (replica.Attempts == 1 ? _model.ModelLoad : TimeSpan.Zero);
        At(takes, () => Finish(replica, lease, batch));
        Renew(replica, lease, _time.GetUtcNow() + takes);
    }

    private void Renew(Replica replica, BatchLease lease, DateTimeOffset until)
    {
        TimeSpan next = _model.Lease / 3;
        if (_time.GetUtcNow() + next < until)
        {
            At(next, () =>
            {
                if (!replica.Gone)
                {
                    _ = _queue.RenewAsync(lease).AsTask().Result;
                    Renew(replica, lease, until);
                }
            });
        }
    }

    private void Finish(Replica replica, BatchLease lease, Waiting batch)
    {
        if (replica.Gone)
        {
            _wasted++;
            return;
        }

        if (_queue.CompleteAsync(lease).AsTask().Result)
        {
            batch.Completions++;
            batch.CountedFrom = batch.Begun;
            batch.Done = _batches.Count - _open;
            _open--;
            _drained = _time.GetUtcNow();
        }
        else
        {
            _wasted++;
        }

        Work(replica);
    }

    private void Lose(Replica replica)
    {
        if (!replica.Gone && _open > 0)
        {
            _lost++;
            Leave(replica);
        }
    }

    private void Leave(Replica replica)
    {
        replica.Gone = true;
        _billed += _time.GetUtcNow() - replica.AskedFor;
    }

    private void At(TimeSpan delay, Action action) => _events.Enqueue(action, ((_time.GetUtcNow() + delay).Ticks, _number++));

    private TimeSpan Duration(int number)
    {
        Random draws = new(unchecked((_model.Seed * 17) - (number * 104_729)));
        return _model.Batch.Shortest + ((_model.Batch.Longest - _model.Batch.Shortest) * draws.NextDouble());
    }

    private BurstResult Sum(IReadOnlyList<BurstTenant> tenants) => new()
    {
        Tenants = [.. tenants.Select(tenant =>
        {
            List<Waiting> mine = [.. _batches.Values.Where(batch => batch.Tenant == tenant.Name)];
            return new TenantResult(
                tenant.Name,
                mine.Sum(batch => batch.Completions),
                TimeSpan.FromSeconds(mine.Average(batch => (batch.CountedFrom - Some.Time).TotalSeconds)),
                mine.Count(batch => batch.Done < _batches.Count / 2) / (double)mine.Count);
        })],
        Completions = _batches.ToDictionary(entry => entry.Key, entry => entry.Value.Completions),
        Drained = _drained - Some.Time,
        Billed = _billed,
        Useful = TimeSpan.FromSeconds(_batches.Values.Sum(batch => batch.Duration.TotalSeconds)),
        PeakReplicas = _peak,
        LostReplicas = _lost,
        WastedAttempts = _wasted,
    };

    private sealed class Replica(string name, DateTimeOffset askedFor)
    {
        public string Name { get; } = name;

        public DateTimeOffset AskedFor { get; } = askedFor;

        public bool Gone { get; set; }

        public int Attempts { get; set; }
    }

    private sealed class Waiting(string tenant, TimeSpan duration)
    {
        public string Tenant { get; } = tenant;

        public TimeSpan Duration { get; } = duration;

        public DateTimeOffset Begun { get; set; }

        public DateTimeOffset CountedFrom { get; set; }

        public int Completions { get; set; }

        public int Done { get; set; }
    }
}
