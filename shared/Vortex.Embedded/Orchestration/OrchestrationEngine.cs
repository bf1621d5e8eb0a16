using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Hosts orchestrators over the database: takes their turns, runs their activities, fires their timers.</summary>
/// <remarks>
/// One engine works on a data folder at a time. A turn is pure until its commit: history, decisions and the removal of the messages
/// it took are one transaction, and what the decisions ask for begins after it. Whoever kills the process finds each turn
/// either taken or not taken.
/// </remarks>
public sealed class OrchestrationEngine : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<OrchestrationId, Slot> _slots = [];
    private readonly Database _database;
    private readonly OrchestrationBell _bell;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ActivityRunner _activities;
    private readonly TimerClock _clock;
    private readonly TurnTaker _turns;
    private TaskCompletionSource? _idle;
    private bool _started;
    private bool _stopped;
    private int _atWork;
    private long _uses;

    internal OrchestrationEngine(Database database, OrchestrationRegistry registry, OrchestrationBell bell, ILogger logger)
    {
        (_database, _bell, _logger) = (database, bell, logger);
        _activities = new ActivityRunner(database, registry, bell, logger, _stopping.Token);
        _clock = new TimerClock(database, Ring, logger.TimersUnreadable);
        _turns = new TurnTaker(database, registry, bell, _activities, _clock, logger);
        bell.Registry = registry;
    }

    /// <summary>Takes up what was left: activities without a result run again, instances with messages take their turns.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        // Read before any turn is taken, so that no activity of a new turn is among them.
        List<ActivityCall> pending = await _database.ReadAsync(PendingActivities, cancellationToken);
        lock (_gate)
        {
            _started = true;
        }

        _bell.Answer = Ring;
        _database.WrittenElsewhere += LookIntoInboxes;
        pending.ForEach(_activities.Begin);
        List<OrchestrationId> instances = await _database.ReadAsync(WithMessages, cancellationToken);
        instances.ForEach(Ring);
        await _clock.LookAsync();
        _logger.EngineStarted(_database.Folder.Path, pending.Count, instances.Count);
    }

    /// <summary>Stops: turns in progress end, activities are told to stop and run again when an engine starts next.</summary>
    /// <param name="cancellationToken">Stops waiting for them.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        Task turns;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_atWork == 0)
            {
                _idle.SetResult();
            }

            turns = _idle.Task;
        }

        _database.WrittenElsewhere -= LookIntoInboxes;
        _bell.Answer = null;
        _clock.Dispose();
        await _stopping.CancelAsync();
        Task all = Task.WhenAll(turns, _activities.IdleAsync());
        await Waiting.UntilAsync(all, ShutdownLimit, _database.Time, cancellationToken);
        if (all.IsCompleted)
        {
            _activities.Dispose();
            _stopping.Dispose();
        }
        else
        {
            _logger.ActivitiesAbandoned(ShutdownLimit);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();

    private static List<ActivityCall> PendingActivities(Connection db)
    {
        List<ActivityCall> pending = [];
        using Statement read = db.Use("SELECT tenant, workspace, name, generation, task, activity, input FROM orchestration_activities");
        while (read.Read())
        {
            OrchestrationId instance = new(new WorkspaceId(read.Text(0), read.Text(1)), read.Text(2));
            pending.Add(new ActivityCall(instance, read.Long(3), read.Int(4), read.Text(5), read.Json<System.Text.Json.JsonElement>(6)));
        }

        return pending;
    }

    private static List<OrchestrationId> WithMessages(Connection db) =>
        InstanceRows.Instances(db, "SELECT DISTINCT tenant, workspace, name FROM orchestration_inbox");

    private void LookIntoInboxes() => _ = Task.Run(async () =>
    {
        try
        {
            (await _database.ReadAsync(WithMessages, _stopping.Token)).ForEach(Ring);
        }
        catch (EmbeddedStoreException error)
        {
            _logger.InboxUnreadable(error);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The engine stops.
        }
    });

    /// <summary>Has an instance take a turn soon. Turns of one instance never overlap.</summary>
    private void Ring(OrchestrationId instance)
    {
        lock (_gate)
        {
            if (!_started || _stopped)
            {
                return;
            }

            if (!_slots.TryGetValue(instance, out Slot? slot))
            {
                _slots.Add(instance, slot = new Slot(instance, Ring));
            }

            if (slot.IsAtWork)
            {
                slot.Again = true;
                return;
            }

            slot.IsAtWork = true;
            _atWork++;
            _ = Task.Run(() => WorkAsync(slot));
        }
    }

    private async Task WorkAsync(Slot slot)
    {
        int failures = 0;
        bool goesOn = true;
        while (goesOn)
        {
            bool givesUp = false;
            try
            {
                TurnResult result = await _turns.TakeAsync(slot);
                failures = 0;
                slot.HasEnded = result == TurnResult.Ended;
                if (result == TurnResult.More)
                {
                    // Never the other way round: a bell that rings meanwhile must not be unheard by writing back what was read before.
                    slot.Again = true;
                }
            }
#pragma warning disable CA1031 // An instance whose turn cannot be stored must not take the engine down; it is logged and tried again.
            catch (Exception error)
#pragma warning restore CA1031
            {
                slot.Live = null;
                givesUp = _stopping.IsCancellationRequested || !await BackOffAsync(slot.Instance, error, failures++);
                slot.Again = true;
            }

            goesOn = GoesOn(slot, givesUp);
        }
    }

    private async Task<bool> BackOffAsync(OrchestrationId instance, Exception error, int failures)
    {
        TimeSpan delay = TimeSpan.FromSeconds(Math.Min(60, 1 << Math.Min(failures, 6)));
        _logger.TurnFailed(instance.ToString(), delay, error);
        try
        {
            await Task.Delay(delay, _database.Time, _stopping.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Decides whether a slot's worker takes another turn, and lets the slot go if not.</summary>
    /// <remarks>
    /// Both under one lock: between the decision and the letting go a bell could start a second worker, and the first would then mark the
    /// slot idle, or forget it, under the second one's hands.
    /// </remarks>
    private bool GoesOn(Slot slot, bool givesUp)
    {
        lock (_gate)
        {
            bool again = slot.Again && !_stopped && !givesUp;
            slot.Again = false;
            if (again)
            {
                return true;
            }

            slot.IsAtWork = false;
            slot.LastUse = ++_uses;
            if (slot.HasEnded || slot.Live is null)
            {
                _slots.Remove(slot.Instance);
            }
            else if (_slots.Count > _database.Options.MaxLiveInstances)
            {
                Evict();
            }

            if (--_atWork == 0)
            {
                _idle?.TrySetResult();
            }

            return false;
        }
    }

    /// <summary>Lets go of a tenth of the waiting instances, those not used for the longest time.</summary>
    private void Evict()
    {
        foreach (Slot idle in _slots.Values.Where(slot => !slot.IsAtWork).OrderBy(slot => slot.LastUse).Take(1 + (_slots.Count / 10)).ToArray())
        {
            _slots.Remove(idle.Instance);
        }
    }
}
