using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>The canonical form of a document: the same bytes however it was laid out in its file.</summary>
/// <remarks>
/// It does not depend on white space, the order of members, nodes and edges, or how numbers are spelled. Two hashes are made of it:
/// <see cref="Hash"/> is the identity of the whole document, <see cref="SemanticHash"/> of what can change a result.
/// </remarks>
public static class WorkflowCanonical
{
    /// <summary>Returns the canonical form of the whole document, as <see cref="CanonicalJson"/> writes it: valid VTXW, nodes sorted by id.</summary>
    public static byte[] Write(WorkflowDocument document)
    {
        ArrayBufferWriter<byte> text = new();
        VtxwWriter.WriteCompact(Sorted(document), text);
        using JsonDocument parsed = JsonDocument.Parse(text.WrittenMemory, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        return CanonicalJson.ToBytes(parsed.RootElement);
    }

    /// <summary>Returns the SHA-256 of <see cref="Write"/> in lower-case hex: changes whenever anything in the document does.</summary>
    public static string Hash(WorkflowDocument document) => CanonicalJson.HexOfSha256(Write(document));

    /// <summary>Returns the SHA-256, in lower-case hex, of what can change a result or what a caller may set.</summary>
    /// <remarks>Left out: positions, titles and colours, frames, notes, <c>meta</c>, <c>compatibility</c>, descriptions, names of subgraphs and the version.</remarks>
    public static string SemanticHash(WorkflowDocument document) => Hash(Bare(document));

    private static WorkflowDocument Sorted(WorkflowDocument document) => document with
    {
        Nodes = Sorted(document.Nodes),
        Edges = Sorted(document.Edges),
        Subgraphs = document.Subgraphs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value with
        {
            Nodes = Sorted(pair.Value.Nodes),
            Edges = Sorted(pair.Value.Edges),
        })).ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    private static ImmutableArray<WorkflowNode> Sorted(ImmutableArray<WorkflowNode> nodes) => [.. nodes.OrderBy(node => node.Id)];

    private static ImmutableArray<WorkflowEdge> Sorted(ImmutableArray<WorkflowEdge> edges) =>
    [
        .. edges
            .OrderBy(edge => edge.To.Node)
            .ThenBy(edge => edge.To.Port, StringComparer.Ordinal)
            .ThenBy(edge => edge.From.Node)
            .ThenBy(edge => edge.From.Port, StringComparer.Ordinal),
    ];

    private static WorkflowDocument Bare(WorkflowDocument document) => new()
    {
        Nodes = Bare(document.Nodes),
        Edges = document.Edges,
        Inputs = [.. document.Inputs.Select(input => input with { Description = null })],
        Subgraphs = document.Subgraphs.Select(pair => KeyValuePair.Create(pair.Key, new WorkflowSubgraph
        {
            Name = "",
            Inputs = pair.Value.Inputs,
            Outputs = pair.Value.Outputs,
            Nodes = Bare(pair.Value.Nodes),
            Edges = pair.Value.Edges,
        })).ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    private static ImmutableArray<WorkflowNode> Bare(ImmutableArray<WorkflowNode> nodes) =>
        [.. nodes.Select(node => node with { Ui = new NodeUi(), Meta = null })];
}
