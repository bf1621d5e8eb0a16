using System.Collections.Immutable;

namespace Vortex.Runs;

/// <summary>What waits and works in a workspace.</summary>
/// <param name="Paused">Whether no batch is handed out.</param>
/// <param name="Items">Unfinished runs, those at work first, then in the order they will be served.</param>
/// <param name="LagMs">How long the oldest waiting batch waits, in milliseconds; 0 when none does.</param>
public sealed record QueuePicture(bool Paused, ImmutableArray<QueuedRun> Items, long LagMs);

/// <summary>A run in the queue.</summary>
/// <param name="Run">The run.</param>
/// <param name="Position">Its place among the runs that wait, from 1; null for those at work.</param>
/// <param name="RunnerId">Who works on it; null when nobody does.</param>
public sealed record QueuedRun(RunRecord Run, int? Position, string? RunnerId)
{
    /// <summary>Gets when it will probably begin; null when nothing is known.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Gets why it waits for a runner; null when runners are there and it waits for its turn, or when it does not wait.</summary>
    public CapacityState? Waits { get; init; }
}
