using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>Runs an orchestrator over its whole history, on one thread, and writes down what it decides in each turn.</summary>
internal sealed class TurnContext : SynchronizationContext, IOrchestrationContext
{
    private const int MaxPayload = 200 * 1024;

    private readonly RecordedExecution _history;
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly Dictionary<int, Pending> _pending = [];
    private readonly Dictionary<string, (Type Type, Pending Pending)> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HistoryMessage> _early = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private ImmutableArray<HistoryDecision>.Builder _decisions = ImmutableArray.CreateBuilder<HistoryDecision>();
    private Task<object?>? _code;
    private JsonElement? _newInput;
    private bool _over;
    private int _ids;
    private int _guids;

    private TurnContext(RecordedExecution history) => _history = history;

    public OrchestrationId InstanceId => _history.Id;

    public int Version => _history.Version;

    public DateTimeOffset CurrentUtc { get; private set; }

    public bool IsReplaying { get; private set; }

    /// <summary>Runs all turns; the decisions recorded in the last one are not looked at.</summary>
    /// <returns>The decisions of the last turn, and the events nobody took.</returns>
    public static (ImmutableArray<HistoryDecision> Decisions, ImmutableArray<HistoryMessage> Untaken) Run(OrchestratorCode code, RecordedExecution history)
    {
        SynchronizationContext? before = Current;
        TurnContext context = new(history);
        SetSynchronizationContext(context);
        try
        {
            return context.RunTurns(code);
        }
        finally
        {
            context._over = true;
            SetSynchronizationContext(before);
        }
    }

    public Guid NewGuid()
    {
        Check();
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{InstanceId}/{_history.Execution}/{_guids++}")));
        return new Guid(hash.AsSpan(0, 16));
    }

    public Task<TResult> CallActivityAsync<TResult>(string name, object? input) =>
        Decide<TResult>(new HistoryDecision(DecisionKind.CallActivity) { Name = name, Payload = Small(input, $"The input of '{name}'") });

    public Task<TResult> CallOrchestrationAsync<TResult>(string name, string instanceName, object? input) =>
        Decide<TResult>(new HistoryDecision(DecisionKind.CallOrchestration) { Name = name, Instance = instanceName, Payload = Small(input, $"The input of '{instanceName}'") });

    public Task<TEvent> WaitForEventAsync<TEvent>(string name)
    {
        Check();
        if (_waiters.ContainsKey(name))
        {
            throw new InvalidOperationException($"A waiter for the event '{name}' is pending already: await that one again.");
        }

        int early = _early.FindIndex(message => string.Equals(message.Name, name, StringComparison.OrdinalIgnoreCase));
        Pending<TEvent> pending = new(name);
        if (early >= 0)
        {
            HistoryMessage message = _early[early];
            _early.RemoveAt(early);
            pending.Take(message);
        }
        else
        {
            _waiters[name] = (typeof(TEvent), pending);
        }

        return pending.Task;
    }

    public async Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int id = _ids;
        Task<object?> timer = Decide<object?>(new HistoryDecision(DecisionKind.CreateTimer) { At = fireAt });
        using CancellationTokenRegistration canceled = cancellationToken.Register(() =>
        {
            if (_pending.Remove(id, out Pending? pending))
            {
                Check();
                _decisions.Add(new HistoryDecision(DecisionKind.CancelTimer) { Id = id });
                pending.Cancel(cancellationToken);
            }
        });
        await timer;
    }

    public void ContinueAsNew(object? input)
    {
        Check();
        _newInput = Small(input, "The new input");
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_posted)
        {
            _posted.Enqueue((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("An orchestrator runs on one thread.");

    private (ImmutableArray<HistoryDecision> Decisions, ImmutableArray<HistoryMessage> Untaken) RunTurns(OrchestratorCode code)
    {
        for (int i = 0; i < _history.Turns.Length; i++)
        {
            HistoryTurn turn = _history.Turns[i];
            bool isLast = i == _history.Turns.Length - 1;
            CurrentUtc = turn.At;
            IsReplaying = !isLast;
            _decisions = ImmutableArray.CreateBuilder<HistoryDecision>();
            foreach (HistoryMessage message in turn.Messages)
            {
                Deliver(code, message);
                Pump();
            }

            Conclude();
            if (!isLast && !Decisions.AreSame(turn.Decisions, _decisions))
            {
                return ([Failed($"The orchestrator is not deterministic: turn {i + 1} decided {Decisions.Tell(_decisions)} where it had decided {Decisions.Tell(turn.Decisions)}.")], []);
            }
        }

        return (_decisions.ToImmutable(), [.. _early]);
    }

    private void Deliver(OrchestratorCode code, HistoryMessage message)
    {
        switch (message.Kind)
        {
            case MessageKind.Started:
                _code = Begin(code, message.Payload!.Value);
                break;
            case MessageKind.Raised:
                if (_code is { IsCompleted: false } && _waiters.Remove(message.Name!, out (Type Type, Pending Pending) waiter))
                {
                    waiter.Pending.Take(message);
                }
                else
                {
                    _early.Add(message);
                }

                break;
            default:
                if (_pending.Remove(message.Id, out Pending? pending))
                {
                    pending.Take(message);
                }

                break;
        }
    }

    private async Task<object?> Begin(OrchestratorCode code, JsonElement input) => await code(this, input);

    private void Pump()
    {
        while (true)
        {
            (SendOrPostCallback Callback, object? State) next;
            lock (_posted)
            {
                if (!_posted.TryDequeue(out next))
                {
                    return;
                }
            }

            next.Callback(next.State);
        }
    }

    private void Conclude()
    {
        if (_code is null)
        {
            return;
        }

        if (!_code.IsCompleted)
        {
            if (_pending.Count == 0 && _waiters.Count == 0)
            {
                _decisions.Add(Failed("The orchestrator awaits something that is not a task of its context; it would never go on. Await only tasks of the context, and never with ConfigureAwait(false)."));
            }

            return;
        }

        if (_code.Exception?.InnerException is { } exception)
        {
            _decisions.Add(Failed(exception.Message));
        }
        else if (_code.IsCanceled)
        {
            _decisions.Add(Failed("The orchestrator was canceled."));
        }
        else if (_pending.Values.Any(pending => pending.IsTimer))
        {
            _decisions.Add(Failed("The orchestrator returned while a timer was running; cancel a timer that lost its race."));
        }
        else if (_newInput is { } input)
        {
            _decisions.Add(new HistoryDecision(DecisionKind.ContinueAsNew) { Payload = input });
        }
        else
        {
            try
            {
                _decisions.Add(new HistoryDecision(DecisionKind.Return) { Payload = Small(_code.Result, "The output") });
            }
            catch (ArgumentException large)
            {
                _decisions.Add(Failed(large.Message));
            }
        }
    }

    private Task<T> Decide<T>(HistoryDecision decision)
    {
        Check();
        decision = decision with { Id = _ids++ };
        _decisions.Add(decision);
        Pending<T> pending = new(decision.Name ?? "timer") { IsTimer = decision.Kind == DecisionKind.CreateTimer };
        _pending.Add(decision.Id, pending);
        return pending.Task;
    }

    private void Check()
    {
        if (_over || Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("The orchestration context was used outside its turn: an orchestrator awaits only tasks of its context.");
        }
    }

    internal static JsonElement Small(object? value, string what)
    {
        JsonElement element = RunsJson.Element(value);
        return Encoding.UTF8.GetByteCount(element.GetRawText()) <= MaxPayload
            ? element
            : throw new ArgumentException($"{what} is larger than 200 KB; store it and pass a reference.");
    }

    internal static HistoryDecision Failed(string error) => new(DecisionKind.Fail) { Error = error };

    private abstract class Pending
    {
        public bool IsTimer { get; init; }

        public abstract void Take(HistoryMessage message);

        public abstract void Cancel(CancellationToken cancellationToken);
    }

    private sealed class Pending<T>(string name) : Pending
    {
        private readonly TaskCompletionSource<T> _source = new();

        public Task<T> Task => _source.Task;

        public override void Take(HistoryMessage message)
        {
            if (message.ErrorType is not null)
            {
                _source.SetException(new ActivityFailedException(name, message.ErrorType, message.Error!));
            }
            else
            {
                _source.SetResult(message.Payload is { } payload ? payload.Deserialize<T>(RunsJson.Options)! : default!);
            }
        }

        public override void Cancel(CancellationToken cancellationToken) => _source.SetCanceled(cancellationToken);
    }
}
