using System.Collections.Immutable;

namespace Vortex.Workflows.Comfy;

/// <summary>A graph of the document while it is being put together.</summary>
internal sealed class GraphDraft
{
    private readonly List<WorkflowEdge> _edges = [];
    private readonly Dictionary<PortRef, int> _edgeTo = [];

    public List<NodeDraft> Nodes { get; } = [];

    public Dictionary<NodeId, NodeDraft> ById { get; } = [];

    public WorkflowUi? Ui { get; set; }

    public ImmutableArray<WorkflowEdge> Edges => [.. _edges];

    public void Add(NodeDraft node)
    {
        Nodes.Add(node);
        ById[node.Id] = node;
    }

    /// <summary>Adds an edge. A second one to the same input replaces the first, as in ComfyUI's API format, where inputs are members.</summary>
    /// <returns>Whether the input was free.</returns>
    public bool Connect(PortRef from, PortRef to)
    {
        WorkflowEdge edge = new(from, to);
        if (ById.TryGetValue(to.Node, out NodeDraft? node))
        {
            node.Linked.Add(to.Port);
        }

        if (_edgeTo.TryGetValue(to, out int at))
        {
            _edges[at] = edge;
            return false;
        }

        _edgeTo[to] = _edges.Count;
        _edges.Add(edge);
        return true;
    }

    /// <summary>What each input of the definition feeds inside, by port name, in the order of the edges.</summary>
    public ILookup<string, PortRef> FedByInput() =>
        _edges.Where(edge => edge.From.Node == NodeId.SubgraphInput).ToLookup(edge => edge.From.Port, edge => edge.To, StringComparer.Ordinal);
}
