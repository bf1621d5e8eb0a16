using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>What is written to a run in one transaction: facts, the state they tell of, and node outputs.</summary>
public sealed record RunCommit
{
    /// <summary>Gets the events, in order.</summary>
    public ImmutableArray<RunEventDraft> Events { get; init; } = [];

    /// <summary>Gets the change of the record.</summary>
    public RunChange? Change { get; init; }

    /// <summary>Gets outputs of nodes that other batches need; a second write for a node replaces the first.</summary>
    public ImmutableArray<NodeOutputRecord> Outputs { get; init; } = [];
}

/// <summary>The outputs of a node in a run.</summary>
public sealed record NodeOutputRecord(NodeId Node, NodeOutputs Outputs);
