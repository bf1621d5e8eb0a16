namespace Vortex.Workflows.Comfy;

/// <summary>A graph with what is asked of it often at hand.</summary>
internal sealed class IndexedGraph
{
    public IndexedGraph(IReadOnlyList<WorkflowNode> nodes, IEnumerable<WorkflowEdge> edges)
    {
        Nodes = nodes;
        foreach (WorkflowNode node in nodes)
        {
            ById.TryAdd(node.Id, node);
        }

        foreach (WorkflowEdge edge in edges)
        {
            From[edge.To] = edge.From;
            if (!Inputs.TryGetValue(edge.To.Node, out List<PortRef>? inputs))
            {
                Inputs[edge.To.Node] = inputs = [];
            }

            inputs.Add(edge.To);
        }
    }

    public IReadOnlyList<WorkflowNode> Nodes { get; }

    public Dictionary<NodeId, WorkflowNode> ById { get; } = [];

    /// <summary>Gets what feeds an input.</summary>
    public Dictionary<PortRef, PortRef> From { get; } = [];

    /// <summary>Gets the inputs of a node that edges feed.</summary>
    public Dictionary<NodeId, List<PortRef>> Inputs { get; } = [];
}

/// <summary>One occurrence of a graph: the top, or one pass of one instance of a subgraph.</summary>
internal sealed class ExportScope(IndexedGraph graph, string prefix)
{
    public IndexedGraph Graph { get; } = graph;

    /// <summary>Gets what comes before the ids of the nodes; empty at the top.</summary>
    public string Prefix { get; } = prefix;

    /// <summary>Gets the scope around; null at the top.</summary>
    public ExportScope? Outer { get; init; }

    /// <summary>Gets the instance in the scope around.</summary>
    public WorkflowNode? Instance { get; init; }

    /// <summary>Gets the number of the pass, from 0.</summary>
    public int Pass { get; init; }

    /// <summary>Gets the passes of the active instances in this graph.</summary>
    public Dictionary<NodeId, ExportScope[]> Inner { get; } = [];
}
