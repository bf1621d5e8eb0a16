using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Where a run is, as its log tells.</summary>
/// <param name="Status">The run's status.</param>
/// <param name="Nodes">The nodes the log speaks of, by id. Others have not begun.</param>
/// <param name="Planned">How many nodes the run needs; null before it is planned.</param>
/// <param name="Summary">How it ended; null until then.</param>
/// <param name="LastSequence">The number of the last event taken in.</param>
public sealed record RunPicture(RunStatus Status, ImmutableSortedDictionary<NodeId, NodePicture> Nodes, int? Planned, RunSummary? Summary, long LastSequence)
{
    /// <summary>Gets the artifacts in order of appearance.</summary>
    public ImmutableArray<ArtifactId> Artifacts { get; init; } = [];

    /// <summary>Gets why it waits for a runner; null when nobody said so, or a node has begun since.</summary>
    public WaitPicture? Waiting { get; init; }

    /// <summary>Gets where a node is: <see cref="NodeStatus.Pending"/> when the log does not speak of it and the run goes on, otherwise skipped.</summary>
    public NodeStatus StatusOf(NodeId node) =>
        Nodes.TryGetValue(node, out NodePicture? picture) ? picture.Status : Summary is null ? NodeStatus.Pending : NodeStatus.Skipped;
}

/// <summary>Why a run waits for a runner.</summary>
/// <param name="Code">One of <see cref="CapacityCodes"/>.</param>
/// <param name="Reason">A sentence for a person.</param>
/// <param name="At">When it was said.</param>
public sealed record WaitPicture(string Code, string Reason, DateTimeOffset At);

/// <summary>Where a node of a run is.</summary>
public sealed record NodePicture(NodeStatus Status)
{
    /// <summary>Gets when its last attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when it got its result or failed.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Gets the number of its last attempt, from 1; 0 when it had none.</summary>
    public int Attempt { get; init; }

    /// <summary>Gets how far it is; of <see cref="Max"/>.</summary>
    public long Value { get; init; }

    /// <summary>Gets what <see cref="Value"/> goes up to; 0 when it reports nothing.</summary>
    public long Max { get; init; }

    /// <summary>Gets why its last attempt failed.</summary>
    public RunProblem? Problem { get; init; }
}
