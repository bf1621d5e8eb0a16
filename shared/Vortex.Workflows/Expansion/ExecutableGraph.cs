using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>A workflow flattened for execution: no subgraphs, no muted or bypassed nodes, no reroutes, defaults filled in.</summary>
/// <remarks>Nodes are in a topological order that depends only on the document: every link points to an earlier node.</remarks>
public sealed record ExecutableGraph(ImmutableArray<ExecutableNode> Nodes)
{
    /// <summary>Returns the position of each node by id.</summary>
    public Dictionary<NodeId, int> IndexById()
    {
        Dictionary<NodeId, int> index = new(Nodes.Length);
        for (int i = 0; i < Nodes.Length; i++)
        {
            index.Add(Nodes[i].Id, i);
        }

        return index;
    }
}

/// <summary>A node ready to be executed.</summary>
/// <param name="Id">Unique in the graph; nodes from subgraphs are named <c>instance:node</c>, passes of a loop <c>instance[2]:node</c>.</param>
/// <param name="Type">The node type's name; it is in the catalog.</param>
/// <param name="Constants">Values of inputs without a link, defaults included.</param>
/// <param name="Links">Inputs fed by another node.</param>
public sealed record ExecutableNode(
    NodeId Id,
    string Type,
    ImmutableSortedDictionary<string, JsonElement> Constants,
    ImmutableSortedDictionary<string, NodeLink> Links);

/// <summary>Where a linked input gets its value.</summary>
/// <param name="Node">An earlier node of the same graph.</param>
/// <param name="Slot">The output's position, from 0.</param>
public readonly record struct NodeLink(NodeId Node, int Slot);
