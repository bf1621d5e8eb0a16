using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>What a look at an instance led to.</summary>
internal enum TurnResult
{
    /// <summary>It waits.</summary>
    Waits,

    /// <summary>There may be more for it already.</summary>
    More,

    /// <summary>It has ended or does not exist.</summary>
    Ended,
}

/// <summary>Takes one turn of one instance: reads what came, runs the code, commits what it decided, then sets it going.</summary>
internal sealed class TurnTaker
{
    private const int MostMessages = 1_000;

    private readonly Database _database;
    private readonly OrchestrationRegistry _registry;
    private readonly OrchestrationBell _bell;
    private readonly ActivityRunner _activities;
    private readonly TimerClock _clock;
    private readonly ILogger _logger;

    internal TurnTaker(
        Database database, OrchestrationRegistry registry, OrchestrationBell bell, ActivityRunner activities, TimerClock clock, ILogger logger) =>
        (_database, _registry, _bell, _activities, _clock, _logger) = (database, registry, bell, activities, clock, logger);

    internal async Task<TurnResult> TakeAsync(Slot slot)
    {
        OrchestrationId instance = slot.Instance;
        DateTimeOffset now = _database.Time.GetUtcNow();
        Found found = await _database.ReadAsync(db => Read(db, slot, now));
        if (found.Row is not { Status: OrchestrationStatus.Running } row)
        {
            _activities.Cancel(instance, long.MaxValue);
            slot.Live = null;
            return TurnResult.Ended;
        }

        if (found.Inbox.Count == 0 && found.Due.Count == 0 && slot.Live is not { IsBroken: true })
        {
            return TurnResult.Waits;
        }

        int version = row.Version == 0 ? NewestVersion(row.Orchestration) : row.Version;
        if (_registry.FindOrchestrator(row.Orchestration, version) is not { } code)
        {
            _logger.CodeMissing(row.Orchestration, version, instance.ToString());
            return TurnResult.Waits;
        }

        string? problem = null;
        if (found.History is not null)
        {
            slot.Live = new Execution(instance, version, row.Generation, code, slot.Ring);
            problem = slot.Live.Replay(found.History);
        }

        ImmutableArray<HistoryEvent> messages = [.. found.Inbox.Select(one => one.Message), .. found.Due];
        (Turn turn, ExecutionEnd? end) = problem is null
            ? slot.Live!.Take(now, messages, replaying: false)
            : (new Turn(now, [], []), new ExecutionEnd(new HistoryEvent(HistoryKind.Failed) { Error = problem }, []));
        CrashPoints.Pass(CrashPoints.BeforeTurnCommit);
        Committed committed = await _database.WriteAsync(scope => Commit(scope.Db, instance, row, version, found.Inbox, turn, end, now));
        CrashPoints.Pass(CrashPoints.AfterTurnCommit);
        return committed.IsStale ? Restart(slot) : SetGoing(slot, row, turn, end, committed, found.Inbox.Count == MostMessages);
    }

    private static TurnResult Restart(Slot slot)
    {
        // Somebody ended the instance meanwhile. What the turn decided never was.
        slot.Live = null;
        return TurnResult.More;
    }

    private static Found Read(Connection db, Slot slot, DateTimeOffset now)
    {
        InstanceRow? row = InstanceRows.Find(db, slot.Instance);
        if (row is not { Status: OrchestrationStatus.Running })
        {
            return new Found(row, [], [], null);
        }

        List<(long Sequence, HistoryEvent Message)> inbox = InstanceRows.Inbox(db, slot.Instance, MostMessages);
        List<HistoryEvent> due = InstanceRows.DueTimers(db, slot.Instance, now);
        bool isCurrent = slot.Live is { } live && live.Generation == row.Generation && live.Turns == row.Turns;
        bool needed = !isCurrent && (inbox.Count > 0 || due.Count > 0);
        return new Found(row, inbox, due, needed ? InstanceRows.History(db, slot.Instance) : null);
    }

    private Committed Commit(
        Connection db, OrchestrationId instance, InstanceRow row, int version, List<(long Sequence, HistoryEvent Message)> inbox, Turn turn, ExecutionEnd? end, DateTimeOffset now)
    {
        if (InstanceRows.Find(db, instance) is not { Status: OrchestrationStatus.Running } current || current.Generation != row.Generation || current.Turns != row.Turns)
        {
            return Committed.Stale;
        }

        RemoveTaken(db, instance, inbox, turn, end);
        using (Statement update = db.Use("UPDATE orchestrations SET turns = turns + 1, version = ? WHERE tenant = ? AND workspace = ? AND name = ?"))
        {
            update.Bind(version).Bind(instance).Execute();
        }

        if (end?.Decision.Kind == HistoryKind.ContinuedAsNew)
        {
            List<OrchestrationId> children = Apply(db, instance, row, turn, now);
            InstanceRows.BeginAnew(db, instance, row.Generation + 1, end.Decision.Payload!.Value, end.CarriedEvents);
            return new Committed(false, [instance, .. children]);
        }

        InstanceRows.AppendTurn(db, instance, row.Turns, turn);
        List<OrchestrationId> ring = Apply(db, instance, row, turn, now);
        if (end is not null)
        {
            bool completed = end.Decision.Kind == HistoryKind.Completed;
            OrchestrationStatus status = completed ? OrchestrationStatus.Completed : OrchestrationStatus.Failed;
            if (InstanceRows.Finish(db, instance, row, status, completed ? end.Decision.Payload : null, end.Decision.Error, now) is { } parent)
            {
                ring.Add(parent);
            }
        }

        return new Committed(false, ring);
    }

    /// <summary>Removes the messages the turn took. What it did not get to stays if it is an event and the instance begins anew; nothing else has a meaning then.</summary>
    private static void RemoveTaken(Connection db, OrchestrationId instance, List<(long Sequence, HistoryEvent Message)> inbox, Turn turn, ExecutionEnd? end)
    {
        IEnumerable<long> gone = inbox
            .Where((one, index) => index < turn.Messages.Length || (end is not null && one.Message.Kind != HistoryKind.EventRaised))
            .Select(one => one.Sequence);
        InstanceRows.RemoveMessages(db, instance, gone);
        foreach (HistoryEvent fired in turn.Messages.Where(message => message.Kind == HistoryKind.TimerFired))
        {
            InstanceRows.RemoveTimer(db, instance, fired.Task!.Value);
        }
    }

    /// <summary>Writes what the decisions ask for.</summary>
    /// <returns>The instances something came for.</returns>
    private List<OrchestrationId> Apply(Connection db, OrchestrationId instance, InstanceRow row, Turn turn, DateTimeOffset now)
    {
        List<OrchestrationId> ring = [];
        foreach (HistoryEvent decision in turn.Decisions)
        {
            switch (decision.Kind)
            {
                case HistoryKind.ActivityScheduled:
                    InstanceRows.AddActivity(db, instance, row.Generation, decision);
                    break;
                case HistoryKind.TimerCreated:
                    InstanceRows.AddTimer(db, instance, decision);
                    break;
                case HistoryKind.TimerCanceled:
                    InstanceRows.RemoveTimer(db, instance, decision.Task!.Value);
                    break;
                case HistoryKind.ChildScheduled:
                    ring.Add(StartChild(db, instance, row, decision, now));
                    break;
                default:
                    break;
            }
        }

        return ring;
    }

    private OrchestrationId StartChild(Connection db, OrchestrationId instance, InstanceRow row, HistoryEvent decision, DateTimeOffset now)
    {
        OrchestrationId child = instance with { Name = decision.Child! };
        int version = NewestVersion(decision.Name!);
        string? problem = version == 0
            ? $"there is no orchestration of the name '{decision.Name}'."
            : InstanceRows.Create(db, child, decision.Name!, version, decision.Payload!.Value, new ParentLink(instance.Name, row.Generation, decision.Task!.Value), now)
                ? null
                : $"an instance of the name '{decision.Child}' exists already.";
        if (problem is null)
        {
            return child;
        }

        InstanceRows.Send(db, instance, new HistoryEvent(HistoryKind.ChildFailed) { Task = decision.Task, Name = decision.Name, Error = problem, ErrorType = nameof(InvalidOperationException) });
        return instance;
    }

    private TurnResult SetGoing(Slot slot, InstanceRow row, Turn turn, ExecutionEnd? end, Committed committed, bool moreMessages)
    {
        bool anew = end?.Decision.Kind == HistoryKind.ContinuedAsNew;
        if (end is not null)
        {
            slot.Live = null;
            _activities.Cancel(slot.Instance, row.Generation + 1);
        }
        else
        {
            Begin(slot.Instance, row.Generation, turn);
        }

        if (end is { Decision: { Kind: HistoryKind.Failed, Error: { } reason } })
        {
            _logger.InstanceFailed(slot.Instance.ToString(), reason);
        }

        foreach (OrchestrationId other in committed.Ring)
        {
            _bell.Ring(other);
        }

        return end is not null && !anew ? TurnResult.Ended : moreMessages || anew ? TurnResult.More : TurnResult.Waits;
    }

    private void Begin(OrchestrationId instance, long generation, Turn turn)
    {
        foreach (HistoryEvent decision in turn.Decisions)
        {
            if (decision.Kind == HistoryKind.ActivityScheduled)
            {
                _activities.Begin(new ActivityCall(instance, generation, decision.Task!.Value, decision.Name!, decision.Payload ?? default));
            }
            else if (decision.Kind == HistoryKind.TimerCreated)
            {
                _clock.Arm(decision.At!.Value);
            }
        }
    }

    /// <summary>Returns 0 where there is no code of that name.</summary>
    private int NewestVersion(string orchestration)
    {
        try
        {
            return _registry.NewestVersion(orchestration);
        }
        catch (KeyNotFoundException)
        {
            return 0;
        }
    }

    private sealed record Found(InstanceRow? Row, List<(long Sequence, HistoryEvent Message)> Inbox, List<HistoryEvent> Due, List<Turn>? History);

    private sealed record Committed(bool IsStale, List<OrchestrationId> Ring)
    {
        internal static Committed Stale { get; } = new(true, []);
    }
}
