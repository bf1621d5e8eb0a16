using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>One graph of a document: the top one, or that of a subgraph.</summary>
/// <param name="Subgraph">The definition; null for the top graph.</param>
/// <param name="Path">What stands before the node ids of its problems: the path of the first instance, with a colon at the end.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Edges">The edges.</param>
internal sealed record WorkflowGraph(WorkflowSubgraph? Subgraph, string Path, ImmutableArray<WorkflowNode> Nodes, ImmutableArray<WorkflowEdge> Edges)
{
    /// <summary>Gets the definition's place among those of <see cref="DocumentShapes"/>; -1 for the top graph.</summary>
    public int Index { get; init; } = -1;

    /// <summary>Returns the id a problem names.</summary>
    public NodeId Place(NodeId node) => Path.Length == 0 ? node : new NodeId(Path + node.Value);
}
