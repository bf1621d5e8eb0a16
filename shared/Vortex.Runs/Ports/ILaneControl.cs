using System.Collections.Immutable;

namespace Vortex.Runs;

/// <summary>A workspace's lane: whether batches are handed out, and in which order its runs come.</summary>
public interface ILaneControl
{
    /// <summary>Stops or resumes handing out the workspace's batches. Leased ones finish.</summary>
    ValueTask SetPausedAsync(WorkspaceId workspace, bool paused, CancellationToken cancellationToken = default);

    /// <summary>Moves a run's waiting batches: before those of <paramref name="before"/>, or to the end when null.</summary>
    /// <returns>False when either run has nothing waiting.</returns>
    ValueTask<bool> MoveAsync(WorkspaceId workspace, RunId run, RunId? before, CancellationToken cancellationToken = default);

    /// <summary>Reads the lane: paused or not, and the runs with batches in it, in order.</summary>
    ValueTask<LaneState> ReadAsync(WorkspaceId workspace, CancellationToken cancellationToken = default);
}

/// <summary>A lane as it is.</summary>
/// <param name="Paused">Whether nothing is handed out.</param>
/// <param name="Runs">Runs with batches, in the order they will be served.</param>
/// <param name="OldestWaiting">Since when the oldest waiting batch waits; null when none does.</param>
public sealed record LaneState(bool Paused, ImmutableArray<LaneRun> Runs, DateTimeOffset? OldestWaiting);

/// <summary>A run in a lane.</summary>
public sealed record LaneRun(RunId RunId, int Priority, int Waiting, int Leased, string? RunnerId);
