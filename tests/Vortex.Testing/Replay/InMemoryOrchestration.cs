using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>What an in-memory engine would find on its disk: it outlives the engine.</summary>
public sealed class OrchestrationStorage
{
    internal Lock Gate { get; } = new();

    internal Dictionary<OrchestrationId, StoredInstance> Instances { get; } = [];

    /// <summary>Returns every execution of an instance as it was recorded, the last one perhaps unfinished.</summary>
    public ImmutableArray<RecordedExecution> Recordings(OrchestrationId instance)
    {
        lock (Gate)
        {
            return Instances.TryGetValue(instance, out StoredInstance? stored) ? [.. stored.Past, stored.Now] : [];
        }
    }

    /// <summary>Returns every execution of every instance.</summary>
    public ImmutableArray<RecordedExecution> AllRecordings()
    {
        lock (Gate)
        {
            return [.. Instances.Keys.ToArray().SelectMany(id => Recordings(id))];
        }
    }

    internal sealed class StoredInstance(RecordedExecution now)
    {
        public List<RecordedExecution> Past { get; } = [];

        public RecordedExecution Now { get; set; } = now;

        public List<HistoryMessage> Inbox { get; } = [];

        public Dictionary<int, HistoryDecision> Open { get; } = [];

        public OrchestrationStatus Status { get; set; } = OrchestrationStatus.Running;

        public JsonElement? Output { get; set; }

        public string? Error { get; set; }

        public (OrchestrationId Instance, int Execution, int Decision)? Parent { get; init; }
    }
}

/// <summary>An engine that replays from the beginning for every turn: slow and obviously right.</summary>
public sealed class InMemoryOrchestration : IOrchestrationClient, IAsyncDisposable
{
    private readonly OrchestrationRegistry _registry;
    private readonly OrchestrationStorage _storage;
    private readonly TimeProvider _time;
    private readonly Func<OrchestratorCode, OrchestratorCode> _hosting;
    private readonly Channel<OrchestrationId> _ready = Channel.CreateUnbounded<OrchestrationId>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<(OrchestrationId, int), ITimer> _timers = [];
    private readonly List<Task> _activities = [];
    private readonly Task _worker;
    private int _busy;

    /// <summary>Starts an engine over a storage and goes on with what it finds there.</summary>
    /// <param name="registry">The code.</param>
    /// <param name="storage">The storage.</param>
    /// <param name="time">The time.</param>
    /// <param name="hosting">Puts between the engine and the code what another host has there; null for nothing.</param>
    public InMemoryOrchestration(OrchestrationRegistry registry, OrchestrationStorage storage, TimeProvider time, Func<OrchestratorCode, OrchestratorCode>? hosting = null)
    {
        (_registry, _storage, _time, _hosting) = (registry, storage, time, hosting ?? (code => code));
        lock (storage.Gate)
        {
            foreach ((OrchestrationId id, OrchestrationStorage.StoredInstance instance) in storage.Instances)
            {
                if (instance.Status == OrchestrationStatus.Running)
                {
                    foreach (HistoryDecision open in instance.Open.Values)
                    {
                        Carry(id, instance, open);
                    }

                    MakeReady(id);
                }
            }
        }

        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Gets whether nothing happens until a timer fires or somebody outside does something.</summary>
    public bool IsIdle => Volatile.Read(ref _busy) == 0;

    /// <inheritdoc />
    public ValueTask<bool> StartAsync(OrchestrationId instance, string orchestration, object? input, CancellationToken cancellationToken = default)
    {
        JsonElement payload = TurnContext.Small(input, "The input");
        int version = _registry.NewestVersion(orchestration);
        lock (_storage.Gate)
        {
            return ValueTask.FromResult(Begin(instance, orchestration, version, payload, null));
        }
    }

    /// <inheritdoc />
    public ValueTask RaiseEventAsync(OrchestrationId instance, string eventName, object? payload, CancellationToken cancellationToken = default)
    {
        Send(instance, null, new HistoryMessage(MessageKind.Raised) { Name = eventName, Payload = TurnContext.Small(payload, $"The event '{eventName}'") });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<OrchestrationState?> FindAsync(OrchestrationId instance, CancellationToken cancellationToken = default)
    {
        lock (_storage.Gate)
        {
            return ValueTask.FromResult(_storage.Instances.TryGetValue(instance, out OrchestrationStorage.StoredInstance? stored)
                ? new OrchestrationState(instance, stored.Now.Orchestration, stored.Now.Version, stored.Status, stored.Output, stored.Error)
                : null);
        }
    }

    /// <inheritdoc />
    public ValueTask TerminateAsync(OrchestrationId instance, string reason, CancellationToken cancellationToken = default)
    {
        lock (_storage.Gate)
        {
            if (_storage.Instances.TryGetValue(instance, out OrchestrationStorage.StoredInstance? stored) && stored.Status == OrchestrationStatus.Running)
            {
                End(instance, stored, OrchestrationStatus.Terminated, null, reason);
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _ready.Writer.TryComplete();
        await _worker;
        Task[] activities;
        lock (_storage.Gate)
        {
            activities = [.. _activities];
            foreach (ITimer timer in _timers.Values)
            {
                timer.Dispose();
            }
        }

        await Task.WhenAll(activities);
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (OrchestrationId id in _ready.Reader.ReadAllAsync())
        {
            if (!_stop.IsCancellationRequested)
            {
                TakeTurn(id);
            }

            Interlocked.Decrement(ref _busy);
        }
    }

    private void MakeReady(OrchestrationId id)
    {
        Interlocked.Increment(ref _busy);
        if (!_ready.Writer.TryWrite(id))
        {
            Interlocked.Decrement(ref _busy);
        }
    }

    private void TakeTurn(OrchestrationId id)
    {
        RecordedExecution attempt;
        OrchestrationStorage.StoredInstance instance;
        int taken;
        lock (_storage.Gate)
        {
            instance = _storage.Instances[id];
            taken = instance.Inbox.Count;
            if (instance.Status != OrchestrationStatus.Running || taken == 0)
            {
                return;
            }

            DateTimeOffset now = _time.GetUtcNow();
            DateTimeOffset at = instance.Now.Turns is [.., var last] && last.At > now ? last.At : now;
            attempt = instance.Now with { Turns = instance.Now.Turns.Add(new HistoryTurn(at, [.. instance.Inbox], [])) };
        }

        // A version whose code is not here waits for a host that has it.
        if (_registry.FindOrchestrator(attempt.Orchestration, attempt.Version) is not { } code)
        {
            return;
        }

        (ImmutableArray<HistoryDecision> decisions, ImmutableArray<HistoryMessage> untaken) = TurnContext.Run(_hosting(code), attempt);
        lock (_storage.Gate)
        {
            if (instance.Status != OrchestrationStatus.Running)
            {
                return;
            }

            foreach (HistoryMessage answered in instance.Inbox.Take(taken).Where(message => message.Kind is MessageKind.Done or MessageKind.Fired))
            {
                instance.Open.Remove(answered.Id);
            }

            instance.Inbox.RemoveRange(0, taken);
            instance.Now = attempt with { Turns = attempt.Turns.SetItem(attempt.Turns.Length - 1, attempt.Turns[^1] with { Decisions = decisions }) };
            foreach (HistoryDecision decision in decisions)
            {
                Apply(id, instance, decision, untaken);
            }
        }
    }

    private void Apply(OrchestrationId id, OrchestrationStorage.StoredInstance instance, HistoryDecision decision, ImmutableArray<HistoryMessage> untaken)
    {
        switch (decision.Kind)
        {
            case DecisionKind.Return:
                End(id, instance, OrchestrationStatus.Completed, decision.Payload, null);
                break;
            case DecisionKind.Fail:
                End(id, instance, OrchestrationStatus.Failed, null, decision.Error);
                break;
            case DecisionKind.CancelTimer:
                instance.Open.Remove(decision.Id);
                StopTimer(id, decision.Id);
                break;
            case DecisionKind.ContinueAsNew:
                instance.Past.Add(instance.Now);
                instance.Now = instance.Now with { Execution = instance.Now.Execution + 1, Turns = [] };
                StopTimers(id, instance);
                instance.Open.Clear();
                // What came meanwhile and is no event belongs to what was forgotten.
                HistoryMessage[] later = [.. instance.Inbox.Where(message => message.Kind == MessageKind.Raised)];
                instance.Inbox.Clear();
                instance.Inbox.AddRange([new HistoryMessage(MessageKind.Started) { Payload = decision.Payload }, .. untaken, .. later]);
                MakeReady(id);
                break;
            default:
                instance.Open.Add(decision.Id, decision);
                Carry(id, instance, decision);
                break;
        }
    }

    private void Carry(OrchestrationId id, OrchestrationStorage.StoredInstance instance, HistoryDecision decision)
    {
        int execution = instance.Now.Execution;
        switch (decision.Kind)
        {
            case DecisionKind.CallActivity:
                Interlocked.Increment(ref _busy);
                _activities.Add(Task.Run(() => RunActivityAsync(id, execution, decision)));
                break;
            case DecisionKind.CreateTimer:
                TimeSpan due = decision.At!.Value - _time.GetUtcNow();
                _timers[(id, decision.Id)] = _time.CreateTimer(
                    _ => Send(id, execution, new HistoryMessage(MessageKind.Fired) { Id = decision.Id }), null, due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                break;
            case DecisionKind.CallOrchestration:
                OrchestrationId child = new(id.Workspace, decision.Instance!);
                int version;
                try
                {
                    version = _registry.NewestVersion(decision.Name!);
                }
                catch (KeyNotFoundException unknown)
                {
                    Send(id, execution, new HistoryMessage(MessageKind.Done) { Id = decision.Id, ErrorType = nameof(KeyNotFoundException), Error = unknown.Message });
                    break;
                }

                Begin(child, decision.Name!, version, decision.Payload!.Value, (id, execution, decision.Id));
                break;
            default:
                throw new InvalidOperationException($"{decision.Kind} is nothing to carry out.");
        }
    }

    private async Task RunActivityAsync(OrchestrationId id, int execution, HistoryDecision decision)
    {
        HistoryMessage done = new(MessageKind.Done) { Id = decision.Id };
        try
        {
            ActivityCode code = _registry.FindActivity(decision.Name!) ?? throw new KeyNotFoundException($"There is no activity '{decision.Name}'.");
            object? result = await code(id, decision.Payload!.Value, _stop.Token);
            done = done with { Payload = TurnContext.Small(result, $"The result of '{decision.Name}'") };
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The engine stops; the activity runs again when it is back.
            Interlocked.Decrement(ref _busy);
            return;
        }
        catch (Exception exception)
        {
            done = done with { ErrorType = exception.GetType().FullName, Error = exception.Message };
        }

        Send(id, execution, done);
        Interlocked.Decrement(ref _busy);
    }

    private bool Begin(OrchestrationId id, string orchestration, int version, JsonElement input, (OrchestrationId, int, int)? parent)
    {
        OrchestrationStorage.StoredInstance instance = new(new RecordedExecution(id.Workspace, id.Name, orchestration, version, 0, [])) { Parent = parent };
        if (!_storage.Instances.TryAdd(id, instance))
        {
            return false;
        }

        instance.Inbox.Add(new HistoryMessage(MessageKind.Started) { Payload = input });
        MakeReady(id);
        return true;
    }

    private void Send(OrchestrationId id, int? execution, HistoryMessage message)
    {
        lock (_storage.Gate)
        {
            if (_storage.Instances.TryGetValue(id, out OrchestrationStorage.StoredInstance? instance) && instance.Status == OrchestrationStatus.Running
                && (execution is null || execution == instance.Now.Execution))
            {
                instance.Inbox.Add(message);
                MakeReady(id);
            }
        }
    }

    private void End(OrchestrationId id, OrchestrationStorage.StoredInstance instance, OrchestrationStatus status, JsonElement? output, string? error)
    {
        (instance.Status, instance.Output, instance.Error) = (status, output, error);
        StopTimers(id, instance);
        if (instance.Parent is { } parent)
        {
            Send(parent.Instance, parent.Execution, new HistoryMessage(MessageKind.Done)
            {
                Id = parent.Decision,
                Payload = output,
                ErrorType = status == OrchestrationStatus.Completed ? null : status.ToString(),
                Error = error,
            });
        }
    }

    private void StopTimers(OrchestrationId id, OrchestrationStorage.StoredInstance instance)
    {
        foreach (int open in instance.Open.Keys)
        {
            StopTimer(id, open);
        }
    }

    private void StopTimer(OrchestrationId id, int decision)
    {
        if (_timers.Remove((id, decision), out ITimer? timer))
        {
            timer.Dispose();
        }
    }
}
