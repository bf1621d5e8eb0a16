using Microsoft.Extensions.Logging;

namespace Vortex.Runs;

/// <summary>Asks for runners for all that waits, tells the runs that wait for them, and lets go of what is over. For a timer; a second call at once does no harm.</summary>
/// <param name="lanes">Knows what waits.</param>
/// <param name="runs">Keeps what runs are told.</param>
/// <param name="time">The time.</param>
/// <param name="logger">The log.</param>
/// <param name="capacity">Brings runners; null where nobody can be asked: then nothing is done.</param>
public sealed class CapacityKeeper(ILaneControl lanes, IRunStore runs, TimeProvider time, ILogger<CapacityKeeper> logger, ICapacity? capacity = null)
{
    // A runner that is there looks within seconds; who waits no longer than this waits for nothing but that.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private const int MostRunsTold = 1_000;

    /// <summary>Makes one round.</summary>
    /// <param name="cancellationToken">Stops between two kinds of runners.</param>
    /// <returns>How things stand, for each kind of runner that something waits for.</returns>
    public async ValueTask<IReadOnlyList<CapacityState>> KeepAsync(CancellationToken cancellationToken = default)
    {
        if (capacity is null)
        {
            return [];
        }

        int released = await capacity.ReleaseAsync(cancellationToken);
        if (released > 0)
        {
            logger.CapacityReleased(released);
        }

        List<CapacityState> states = [];
        foreach (IGrouping<string?, LaneBacklog> kind in (await lanes.ReadBacklogAsync(cancellationToken)).GroupBy(backlog => backlog.Backend, StringComparer.OrdinalIgnoreCase))
        {
            cancellationToken.ThrowIfCancellationRequested();
            LaneBacklog[] waiting = [.. kind.Where(backlog => backlog.Waiting > 0)];
            if (waiting.Length == 0)
            {
                continue;
            }

            CapacityNeed need = new(
                kind.Key,
                [.. waiting.Select(backlog => new WaitingWork(backlog.Workspace, backlog.Waiting))],
                kind.Sum(backlog => backlog.Held),
                waiting.Min(backlog => backlog.OldestWaiting) ?? time.GetUtcNow());
            CapacityState state = await capacity.AskAsync(need, cancellationToken);
            states.Add(state);
            if (state.Status != CapacityStatus.Ready && time.GetUtcNow() - need.Since >= s_patience)
            {
                logger.WaitsForCapacity(kind.Key ?? "any", need.Waiting.Sum(work => work.Batches), state.Code, state.Reason);
                await TellAsync(waiting, kind.Key, state, cancellationToken);
            }
        }

        return states;
    }

    private async ValueTask TellAsync(LaneBacklog[] waiting, string? backend, CapacityState state, CancellationToken cancellationToken)
    {
        int told = 0;
        foreach (LaneBacklog backlog in waiting)
        {
            LaneState lane = await lanes.ReadAsync(backlog.Workspace, cancellationToken);
            if (lane.Paused)
            {
                continue;
            }

            foreach (LaneRun run in lane.Runs.Where(run => run is { Leased: 0, Waiting: > 0 } && string.Equals(run.Requires.Backend, backend, StringComparison.OrdinalIgnoreCase)))
            {
                if (told++ == MostRunsTold)
                {
                    return;
                }

                // Once per run and reason, however many rounds it waits for.
                await runs.CommitAsync(
                    backlog.Workspace, run.RunId, new RunCommit { Events = [RunEvents.Waiting(time.GetUtcNow(), state with { Since = run.Since ?? state.Since })] }, cancellationToken);
            }
        }
    }
}
