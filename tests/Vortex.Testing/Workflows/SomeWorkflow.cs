using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Testing.Workflows;

/// <summary>Builds documents in few words.</summary>
public static class SomeWorkflow
{
    /// <summary>A node with constants given as JSON: <c>Node("a", "Whole", ("value", "1"))</c>.</summary>
    public static WorkflowNode Node(string id, string type, params (string Port, string Json)[] inputs) => new()
    {
        Id = new NodeId(id),
        Type = type,
        Inputs = inputs.ToImmutableSortedDictionary(input => input.Port, input => JsonElement.Parse(input.Json), StringComparer.Ordinal),
    };

    /// <summary>An edge written as <c>a.image -> b.a</c>; the last dot of each end divides node and port.</summary>
    public static WorkflowEdge Edge(string text)
    {
        string[] ends = text.Split(" -> ");
        return new WorkflowEdge(Port(ends[0]), Port(ends[1]));
    }

    /// <summary>An end of an edge written as <c>a.image</c>.</summary>
    public static PortRef Port(string text)
    {
        int dot = text.LastIndexOf('.');
        return new PortRef(new NodeId(text[..dot]), text[(dot + 1)..]);
    }

    /// <summary>A document of nodes and edges.</summary>
    public static WorkflowDocument Document(IEnumerable<WorkflowNode> nodes, params string[] edges) =>
        new() { Nodes = [.. nodes], Edges = [.. edges.Select(Edge)] };

    /// <summary>A subgraph; ports are written as <c>name: Type</c>.</summary>
    public static WorkflowSubgraph Subgraph(string[] inputs, string[] outputs, IEnumerable<WorkflowNode> nodes, params string[] edges) => new()
    {
        Name = "Subgraph",
        Inputs = [.. inputs.Select(SubgraphPort)],
        Outputs = [.. outputs.Select(SubgraphPort)],
        Nodes = [.. nodes],
        Edges = [.. edges.Select(Edge)],
    };

    /// <summary>The document with a subgraph definition more.</summary>
    public static WorkflowDocument With(this WorkflowDocument document, string id, WorkflowSubgraph subgraph) =>
        document with { Subgraphs = document.Subgraphs.SetItem(id, subgraph) };

    private static SubgraphPort SubgraphPort(string text)
    {
        string[] parts = text.Split(": ");
        return new SubgraphPort(parts[0], new PortType(parts[1]));
    }
}
