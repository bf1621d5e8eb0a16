using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>How a turn ended an execution.</summary>
internal sealed record ExecutionEnd(HistoryEvent Decision, ImmutableArray<HistoryEvent> CarriedEvents);

/// <summary>One generation of an instance in memory: the orchestrator's code between its awaits, and what it waits for.</summary>
/// <remarks>
/// It lives from turn to turn, so that a turn costs what is new and not what was. It is never the truth: the same turns, played to
/// a fresh execution, lead to the same state, and whenever a turn could not be committed it is thrown away and made again from history.
/// </remarks>
internal sealed class Execution
{
    private readonly OrchestratorCode _code;
    private readonly ExecutionContextPort _context;
    private readonly TurnThread _turns;
    private readonly Action _woken;
    private Task<object?>? _body;
    private string? _broken;

    /// <summary>Makes an execution that has taken no turn; <paramref name="woken"/> is called, on whatever thread, when a rule was broken between turns.</summary>
    internal Execution(OrchestrationId instance, int version, long generation, OrchestratorCode code, Action woken)
    {
        (Generation, _code, _woken) = (generation, code, woken);
        _turns = new TurnThread(Break);
        _context = new ExecutionContextPort(instance, version, generation, _turns, Break);
    }

    internal long Generation { get; }

    /// <summary>Gets how many turns it has taken.</summary>
    internal int Turns { get; private set; }

    /// <summary>Gets whether a rule was broken. A turn must be taken to say so.</summary>
    internal bool IsBroken => Volatile.Read(ref _broken) is not null;

    private bool HasEnded => _body is { IsCompleted: true };

    /// <summary>Takes a turn.</summary>
    /// <param name="at">The time of the turn, never before that of the one before.</param>
    /// <param name="messages">What came, in order.</param>
    /// <param name="replaying">Whether the turn was taken before.</param>
    /// <returns>The turn with those messages it got to, and how it ended the execution; null when it goes on.</returns>
    internal (Turn Turn, ExecutionEnd? End) Take(DateTimeOffset at, IReadOnlyList<HistoryEvent> messages, bool replaying)
    {
        DateTimeOffset now = _context.BeginTurn(at, replaying);
        int taken = 0;
        while (taken < messages.Count && !HasEnded && !IsBroken)
        {
            Deliver(messages[taken++]);
        }

        Turns++;
        ExecutionEnd? end = End();
        ImmutableArray<HistoryEvent> decisions = _context.TakeDecisions();
        return (new Turn(now, [.. messages.Take(taken)], end is null ? decisions : decisions.Add(end.Decision)), end);
    }

    /// <summary>Takes the turns of a history again and compares the decisions.</summary>
    /// <returns>Null when they are the same; else a sentence that names the first difference.</returns>
    internal string? Replay(IEnumerable<Turn> history)
    {
        foreach (Turn recorded in history)
        {
            (Turn again, ExecutionEnd? end) = Take(recorded.At, recorded.Messages, replaying: true);
            if (IsBroken)
            {
                return _broken;
            }

            if (Difference(recorded.Decisions, again.Decisions) is { } difference)
            {
                return $"The orchestrator is not deterministic: in turn {Turns} {difference}. A running instance needs the code it began with; give changed code a new version.";
            }

            if (end is not null)
            {
                break;
            }
        }

        return null;
    }

    private static string? Difference(ImmutableArray<HistoryEvent> expected, ImmutableArray<HistoryEvent> actual)
    {
        for (int i = 0; i < Math.Max(expected.Length, actual.Length); i++)
        {
            HistoryEvent? was = i < expected.Length ? expected[i] : null;
            HistoryEvent? now = i < actual.Length ? actual[i] : null;
            if (was is null || now is null || !was.IsSameDecision(now))
            {
                return $"its history has {was?.Describe() ?? "nothing more"}, but its code now decided {now?.Describe() ?? "nothing more"}";
            }
        }

        return null;
    }

    private void Deliver(HistoryEvent message) => _turns.Run(
        () =>
        {
            if (message.Kind == HistoryKind.Started)
            {
                Begin(message.Payload ?? default);
            }
            else
            {
                _context.Deliver(message);
            }
        },
        _context.CancelTimers);

    private void Begin(JsonElement input)
    {
        _context.IdSeed = _context.CurrentUtc.UtcTicks;
        try
        {
            _body = _code(_context, input);
        }
#pragma warning disable CA1031 // An orchestrator without async may throw before it returns a task; both mean that it failed.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _body = Task.FromException<object?>(error);
        }

        _body.ContinueWith(
            _ =>
            {
                if (!_turns.IsHere)
                {
                    Break("The orchestrator went on off its turn's thread. Await only tasks of its context, and never with ConfigureAwait(false).");
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private ExecutionEnd? End()
    {
        if (Volatile.Read(ref _broken) is { } broken)
        {
            return Failed(broken);
        }

        if (!HasEnded)
        {
            return _body is null || _context.IsWaiting
                ? null
                : Failed("A turn ended with nothing durable pending: the orchestrator must await a task of its context, and nothing else.");
        }

        if (_body!.Exception?.InnerException is { } error)
        {
            return Failed(error is ActivityFailedException ? error.Message : $"{error.GetType().Name}: {error.Message}");
        }

        if (_body.IsCanceled)
        {
            return Failed("The orchestrator was canceled by a token of its own.");
        }

        if (_context.PendingTimers > 0)
        {
            return Failed("The orchestrator returned while a timer still runs. Cancel a timer that lost its race.");
        }

        if (_context.NewInput is { } newInput)
        {
            return new ExecutionEnd(new HistoryEvent(HistoryKind.ContinuedAsNew) { Payload = newInput }, _context.UntakenEvents());
        }

        JsonElement? output = OrchestrationPayload.TryMake(_body.Result, "The orchestrator's output", out string? problem);
        return problem is null ? new ExecutionEnd(new HistoryEvent(HistoryKind.Completed) { Payload = output }, []) : Failed(problem);
    }

    private static ExecutionEnd Failed(string error) => new(new HistoryEvent(HistoryKind.Failed) { Error = error }, []);

    private void Break(string rule)
    {
        // The first one tells most; what follows are its consequences.
        if (Interlocked.CompareExchange(ref _broken, rule, null) is null)
        {
            _woken();
        }
    }
}
