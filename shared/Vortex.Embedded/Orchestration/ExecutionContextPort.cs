using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>What an orchestrator sees of its execution: tasks it awaits, decisions it makes, events that wait for it.</summary>
internal sealed class ExecutionContextPort : IOrchestrationContext
{
    private readonly long _generation;
    private readonly TurnThread _turns;
    private readonly Action<string> _break;
    private readonly Dictionary<int, PendingTask> _pending = [];
    private readonly SortedDictionary<int, PendingTimer> _timers = [];
    private readonly Dictionary<string, PendingTask> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HistoryEvent> _untaken = [];
    private readonly ImmutableArray<HistoryEvent>.Builder _decisions = ImmutableArray.CreateBuilder<HistoryEvent>();
    private DateTimeOffset _now = DateTimeOffset.MinValue;
    private bool _replaying;
    private int _nextTask;
    private int _nextId;

    internal ExecutionContextPort(OrchestrationId instance, int version, long generation, TurnThread turns, Action<string> @break) =>
        (InstanceId, Version, _generation, _turns, _break) = (instance, version, generation, turns, @break);

    /// <inheritdoc />
    public OrchestrationId InstanceId { get; }

    /// <inheritdoc />
    public int Version { get; }

    /// <inheritdoc />
    public DateTimeOffset CurrentUtc => _now;

    /// <inheritdoc />
    public bool IsReplaying => _replaying;

    /// <summary>Gets the input to begin again with; null when the orchestrator did not ask to.</summary>
    internal JsonElement? NewInput { get; private set; }

    /// <summary>Gets or sets what makes ids of this generation differ from those of an earlier instance of the same name.</summary>
    internal long IdSeed { get; set; }

    /// <summary>Gets whether something durable is awaited.</summary>
    internal bool IsWaiting => _pending.Count > 0 || _waiters.Count > 0;

    internal int PendingTimers => _timers.Count;

    /// <inheritdoc />
    public Guid NewGuid()
    {
        CheckThread();
        string name = string.Create(CultureInfo.InvariantCulture, $"{InstanceId}|{_generation}|{IdSeed}|{_nextId++}");
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), bytes);
        // Version 8 of RFC 9562: an id whose maker says how it is made.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }

    /// <inheritdoc />
    public Task<TResult> CallActivityAsync<TResult>(string name, object? input)
    {
        CheckThread();
        JsonElement payload = OrchestrationPayload.ForOrchestrator(input, $"The input of activity '{name}'");
        return Schedule<TResult>(name, new HistoryEvent(HistoryKind.ActivityScheduled) { Task = _nextTask++, Name = name, Payload = payload });
    }

    /// <inheritdoc />
    public Task<TResult> CallOrchestrationAsync<TResult>(string name, string instanceName, object? input)
    {
        CheckThread();
        JsonElement payload = OrchestrationPayload.ForOrchestrator(input, $"The input of orchestration '{name}'");
        return Schedule<TResult>(name, new HistoryEvent(HistoryKind.ChildScheduled) { Task = _nextTask++, Name = name, Child = instanceName, Payload = payload });
    }

    /// <inheritdoc />
    public Task<TEvent> WaitForEventAsync<TEvent>(string name)
    {
        CheckThread();
        if (_waiters.ContainsKey(name))
        {
            throw new InvalidOperationException($"A waiter for event '{name}' is pending already. Keep its task and await it again.");
        }

        PendingTask<TEvent> waiter = new(name);
        int early = _untaken.FindIndex(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));
        if (early < 0)
        {
            _waiters.Add(name, waiter);
        }
        else
        {
            HistoryEvent taken = _untaken[early];
            _untaken.RemoveAt(early);
            waiter.Complete(taken.Payload);
        }

        return waiter.Task;
    }

    /// <inheritdoc />
    public Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken)
    {
        CheckThread();
        int task = _nextTask++;
        PendingTimer timer = new(cancellationToken);
        _decisions.Add(new HistoryEvent(HistoryKind.TimerCreated) { Task = task, At = fireAt.ToUniversalTime() });
        _pending.Add(task, timer);
        _timers.Add(task, timer);
        return timer.Task;
    }

    /// <inheritdoc />
    public void ContinueAsNew(object? input)
    {
        CheckThread();
        NewInput = OrchestrationPayload.ForOrchestrator(input, "The input to begin again with");
    }

    /// <summary>Freezes the time of a turn.</summary>
    /// <returns>That time: the clock's, unless the clock went back.</returns>
    internal DateTimeOffset BeginTurn(DateTimeOffset at, bool replaying)
    {
        _now = at > _now ? at.ToUniversalTime() : _now;
        _replaying = replaying;
        return _now;
    }

    /// <summary>Gives a message to whom it is for.</summary>
    internal void Deliver(HistoryEvent message)
    {
        if (message.Kind == HistoryKind.EventRaised)
        {
            if (_waiters.Remove(message.Name!, out PendingTask? waiter))
            {
                waiter.Complete(message.Payload);
            }
            else
            {
                _untaken.Add(message);
            }

            return;
        }

        // Nobody waits any more for a timer that was canceled in the turn in which it fired.
        if (!_pending.Remove(message.Task!.Value, out PendingTask? pending))
        {
            return;
        }

        _timers.Remove(message.Task.Value);
        if (message.Kind is HistoryKind.ActivityFailed or HistoryKind.ChildFailed)
        {
            pending.Fail(new ActivityFailedException(pending.Name, message.ErrorType ?? "", message.Error ?? ""));
        }
        else
        {
            pending.Complete(message.Payload);
        }
    }

    /// <summary>Cancels timers whose tokens were canceled.</summary>
    /// <remarks>
    /// Looked for instead of registered for: a registration's callback would run on a thread of the pool after
    /// <c>CancelAsync</c>, and its time would not replay.
    /// </remarks>
    /// <returns>Whether there was one.</returns>
    internal bool CancelTimers()
    {
        List<int> canceled = [.. _timers.Where(timer => timer.Value.IsCanceled).Select(timer => timer.Key)];
        foreach (int task in canceled)
        {
            PendingTimer timer = _timers[task];
            _timers.Remove(task);
            _pending.Remove(task);
            _decisions.Add(new HistoryEvent(HistoryKind.TimerCanceled) { Task = task });
            timer.Cancel();
        }

        return canceled.Count > 0;
    }

    internal ImmutableArray<HistoryEvent> TakeDecisions() => _decisions.DrainToImmutable();

    internal ImmutableArray<HistoryEvent> UntakenEvents() => [.. _untaken];

    private Task<TResult> Schedule<TResult>(string name, HistoryEvent decision)
    {
        PendingTask<TResult> pending = new(name);
        _decisions.Add(decision);
        _pending.Add(decision.Task!.Value, pending);
        return pending.Task;
    }

    private void CheckThread()
    {
        if (!_turns.IsHere)
        {
            const string Rule = "The orchestrator used its context off its turn's thread. Await only tasks of its context, and never with ConfigureAwait(false).";
            _break(Rule);
            throw new InvalidOperationException(Rule);
        }
    }
}
