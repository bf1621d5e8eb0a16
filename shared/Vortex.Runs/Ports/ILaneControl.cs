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

    /// <summary>Reads what waits and what is held over all workspaces, by workspace and by the backend asked for; paused lanes are not among it. For the host's own housekeeping; nothing a user asks for comes here.</summary>
    /// <remarks>Looks at 5,000 batches at most, so figures of a very long queue may be too low. Batches that wait for a delay count as waiting.</remarks>
    ValueTask<ImmutableArray<LaneBacklog>> ReadBacklogAsync(CancellationToken cancellationToken = default);
}

/// <summary>What a workspace has in the queue for one kind of runner.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Backend">The backend asked for; null for any.</param>
/// <param name="Waiting">Batches that wait.</param>
/// <param name="Held">Batches that runners hold.</param>
/// <param name="OldestWaiting">Since when the oldest waits; null when none does.</param>
public sealed record LaneBacklog(WorkspaceId Workspace, string? Backend, int Waiting, int Held, DateTimeOffset? OldestWaiting);

/// <summary>A lane as it is.</summary>
/// <param name="Paused">Whether nothing is handed out.</param>
/// <param name="Runs">Runs with batches, in the order they will be served.</param>
/// <param name="OldestWaiting">Since when the oldest waiting batch waits; null when none does.</param>
public sealed record LaneState(bool Paused, ImmutableArray<LaneRun> Runs, DateTimeOffset? OldestWaiting);

/// <summary>A run in a lane.</summary>
public sealed record LaneRun(RunId RunId, int Priority, int Waiting, int Leased, string? RunnerId)
{
    /// <summary>Gets what its first batch in the queue asks for: backend and memory. Packs are not told.</summary>
    public BatchRequirements Requires { get; init; } = new();

    /// <summary>Gets since when its oldest waiting batch waits; null when none does.</summary>
    public DateTimeOffset? Since { get; init; }
}
