namespace Vortex.Workflows;

/// <summary>One end of an edge.</summary>
/// <param name="Node">A node of the same graph, or <see cref="NodeId.SubgraphInput"/> / <see cref="NodeId.SubgraphOutput"/> inside a subgraph.</param>
/// <param name="Port">
/// The port's name. An output may also be named by position, <c>#0</c> for the first: types whose outputs are unknown
/// or share a name are addressed so.
/// </param>
public sealed record PortRef(NodeId Node, string Port);

/// <summary>Carries the value of an output to an input. An input has at most one edge; an output any number.</summary>
public sealed record WorkflowEdge(PortRef From, PortRef To);
