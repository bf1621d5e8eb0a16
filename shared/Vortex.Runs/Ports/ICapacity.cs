using System.Collections.Immutable;

namespace Vortex.Runs;

/// <summary>Brings runners for what waits, or says why there are none yet.</summary>
/// <remarks>
/// A runner may come late or never: capacity is asked for and not reserved, and batches wait in their queue meanwhile. Everything here may be
/// done twice, by several hosts at once, and be forgotten at any moment; nothing of a run depends on it.
/// </remarks>
public interface ICapacity
{
    /// <summary>Asks for runners for what waits. Said again and again while it waits; what was asked for is not asked for twice.</summary>
    /// <returns>How things stand now.</returns>
    ValueTask<CapacityState> AskAsync(CapacityNeed need, CancellationToken cancellationToken = default);

    /// <summary>Says how things stand for batches that ask for this. Changes nothing, and is cheap: every look at a waiting run asks.</summary>
    ValueTask<CapacityState> ReadAsync(BatchRequirements requires, CancellationToken cancellationToken = default);

    /// <summary>Lets go of what was asked for and is over: runners that have left, or never came.</summary>
    /// <returns>How many were let go.</returns>
    ValueTask<int> ReleaseAsync(CancellationToken cancellationToken = default);
}

/// <summary>What waits for runners of one kind.</summary>
/// <param name="Backend">The backend asked for; null for any.</param>
/// <param name="Waiting">Waiting batches by workspace; at least one.</param>
/// <param name="Held">How many batches runners of that backend hold.</param>
/// <param name="Since">Since when the oldest waits.</param>
public sealed record CapacityNeed(string? Backend, ImmutableArray<WaitingWork> Waiting, int Held, DateTimeOffset Since);

/// <summary>Batches of a workspace that wait.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Batches">How many; 1 or more.</param>
public readonly record struct WaitingWork(WorkspaceId Workspace, int Batches);

/// <summary>Whether there are runners.</summary>
public enum CapacityStatus
{
    /// <summary>Nothing is known; somebody may come.</summary>
    Unknown,

    /// <summary>Runners are there. What waits waits for its turn.</summary>
    Ready,

    /// <summary>Runners were asked for and are on their way.</summary>
    Coming,

    /// <summary>None is there and none is known to come.</summary>
    Missing,
}

/// <summary>How things stand with runners of one kind.</summary>
/// <param name="Status">Whether there are any.</param>
/// <param name="Code">One of <see cref="CapacityCodes"/>.</param>
/// <param name="Reason">A sentence for a person: why there is none yet, and what can be done.</param>
public sealed record CapacityState(CapacityStatus Status, string Code, string Reason)
{
    /// <summary>Gets since when the oldest batch waits for it; null when nothing waits.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>Why there are no runners yet. Clients may depend on these; the sentences may improve.</summary>
public static class CapacityCodes
{
    /// <summary>There are runners.</summary>
    public const string Ready = "capacity.ready";

    /// <summary>Runners were asked for and are on their way: a machine, an image, a process, models.</summary>
    public const string Starting = "capacity.starting";

    /// <summary>No runner here offers what is asked for.</summary>
    public const string NoRunner = "capacity.no_runner";

    /// <summary>The region gives no machine of this kind at the moment, or the quota for it is used up: the platform does not say which.</summary>
    public const string NotGiven = "capacity.not_given";

    /// <summary>The subscription's quota is used up.</summary>
    public const string Quota = "capacity.quota";

    /// <summary>The region has no such machine to give at the moment.</summary>
    public const string RegionFull = "capacity.region_full";

    /// <summary>The runner's image cannot be fetched.</summary>
    public const string Image = "capacity.image";

    /// <summary>The runner started and ended with an error.</summary>
    public const string RunnerFailed = "capacity.runner_failed";

    /// <summary>The platform refused to start a runner.</summary>
    public const string Refused = "capacity.refused";

    /// <summary>Nothing is known yet.</summary>
    public const string Unknown = "capacity.unknown";
}
