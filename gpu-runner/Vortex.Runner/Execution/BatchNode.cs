using System.Collections.Immutable;
using Vortex.Nodes;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>A node of the batch being executed.</summary>
internal sealed class BatchNode(int position, PlannedNode planned, NodeMethod? method, bool isRoot)
{
    /// <summary>Gets the position in the batch, which is a topological order.</summary>
    public int Position { get; } = position;

    public PlannedNode Planned { get; } = planned;

    /// <summary>Gets what executes it; null when no pack of this runner does.</summary>
    public NodeMethod? Method { get; } = method;

    /// <summary>Gets whether the batch is there for its sake: somebody outside needs it.</summary>
    public bool IsRoot { get; } = isRoot;

    /// <summary>Gets the nodes of the batch it takes values from, by input.</summary>
    public ImmutableArray<(string Input, BatchNode From)> Inner { get; set; } = [];

    /// <summary>Gets or sets where it is.</summary>
    public BatchNodeState State { get; set; }

    /// <summary>Gets or sets a result from memory that makes executing it unnecessary.</summary>
    public NodeResult? Hit { get; set; }

    /// <summary>Gets or sets the outputs an earlier attempt stored; then it is done.</summary>
    public NodeOutputs? Stored { get; set; }

    /// <summary>Gets or sets how the run's log says the node ended in an earlier attempt; null when it does not.</summary>
    public NodeStatus? Shown { get; set; }

    /// <summary>Gets or sets the input files it comes from.</summary>
    public ImmutableArray<Digest> MadeFrom { get; set; } = [];

    /// <summary>Gets or sets how many files it made for people.</summary>
    public int Artifacts { get; set; }

    /// <summary>Gets or sets whether the values it takes have been let go.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Gets or sets how many nodes it waits for.</summary>
    public int Waiting { get; set; }

    /// <summary>Gets or sets those of the inputs another input decides about that are needed; null until that is known.</summary>
    public IReadOnlySet<string>? Chosen { get; set; }

    /// <summary>Gets the nodes that wait for it.</summary>
    public List<BatchNode> Dependents { get; } = [];

    /// <summary>Gets the linked inputs it takes values for, as far as that is known.</summary>
    public IEnumerable<KeyValuePair<string, NodeLink>> Needed =>
        Chosen is null ? Planned.Links : Planned.Links.Where(link => Method!.DeciderOf(link.Key) is null || Chosen.Contains(link.Key));

    /// <summary>Gets whether it waits for nothing but the value that decides what else it needs.</summary>
    public bool MustDecide => Method is { IsLazy: true } && Hit is null && Chosen is null;
}

/// <summary>Where a node of a batch is.</summary>
internal enum BatchNodeState
{
    /// <summary>Nobody has asked for it.</summary>
    Idle,

    /// <summary>It waits for others.</summary>
    Waiting,

    /// <summary>It can be executed, or is being executed.</summary>
    Ready,

    /// <summary>It has its result.</summary>
    Succeeded,

    /// <summary>Its result came from memory.</summary>
    Cached,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>Something it needs failed.</summary>
    Skipped,
}
