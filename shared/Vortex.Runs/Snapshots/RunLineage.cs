using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>What took part in making the outputs of one node of a run: a pure function of the run's snapshot.</summary>
/// <param name="Nodes">The nodes, that node first, then by how many links they are away; in the order of the graph where that is equal.</param>
/// <param name="Links">The links between them.</param>
/// <param name="Truncated">Whether there were more nodes, farther away.</param>
public sealed record RunLineage(ImmutableArray<LineageNode> Nodes, ImmutableArray<LineageLink> Links, bool Truncated)
{
    private const int LongestText = 4_000;

    /// <summary>Walks back from a node.</summary>
    /// <param name="snapshot">The run's snapshot.</param>
    /// <param name="node">The node; one that is not in the graph has no lineage.</param>
    /// <param name="most">The most nodes, from 1.</param>
    public static RunLineage Of(RunSnapshot snapshot, NodeId node, int most = 1_000)
    {
        Dictionary<NodeId, int> index = snapshot.Graph.IndexById();
        if (!index.TryGetValue(node, out int start))
        {
            return new RunLineage([], [], Truncated: false);
        }

        List<int> order = [start];
        HashSet<int> seen = [start];
        bool truncated = false;
        for (int at = 0; at < order.Count; at++)
        {
            foreach (int source in snapshot.Graph.Nodes[order[at]].Links.Values.Select(link => index[link.Node]).Order())
            {
                if (seen.Contains(source))
                {
                    continue;
                }

                if (order.Count == most)
                {
                    truncated = true;
                    continue;
                }

                seen.Add(source);
                order.Add(source);
            }
        }

        ImmutableArray<ExecutableNode> nodes = [.. order.Select(at => snapshot.Graph.Nodes[at])];
        return new RunLineage([.. nodes.Select(one => Node(snapshot, one))], [.. nodes.SelectMany(one => Links(one, index, seen))], truncated);

        static IEnumerable<LineageLink> Links(ExecutableNode node, Dictionary<NodeId, int> index, HashSet<int> seen) => node.Links
            .Where(link => seen.Contains(index[link.Value.Node]))
            .Select(link => new LineageLink(link.Value.Node, link.Value.Slot, node.Id, link.Key));
    }

    private static LineageNode Node(RunSnapshot snapshot, ExecutableNode node)
    {
        IEnumerable<LineageFile> named = snapshot.Files.TryGetValue(node.Id, out ImmutableSortedDictionary<string, FileRef>? files)
            ? files.Select(file => new LineageFile(file.Key, file.Value))
            : [];
        IEnumerable<LineageFile> brought = snapshot.PromptFiles.TryGetValue(node.Id, out ImmutableArray<FileRef> prompt) ? prompt.Select(file => new LineageFile(null, file)) : [];
        var values = node.Constants.Select(value => KeyValuePair.Create(value.Key, Short(value.Value))).Where(value => value.Value is not null)
            .ToImmutableSortedDictionary(value => value.Key, value => value.Value!.Value, StringComparer.Ordinal);
        return new LineageNode(node.Id, node.Type, values, [.. named, .. brought]);
    }

    // Whoever wants every character reads the snapshot; this is to look at.
    private static JsonElement? Short(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString() is { Length: > LongestText } text => JsonSerializer.SerializeToElement(string.Concat(text.AsSpan(0, LongestText), "…")),
        JsonValueKind.Array or JsonValueKind.Object when value.GetRawText().Length > LongestText => null,
        _ => value,
    };
}

/// <summary>A node that took part.</summary>
/// <param name="Id">The node.</param>
/// <param name="Type">Its type.</param>
/// <param name="Values">The constants it was given; texts beyond 4,000 characters are cut, larger lists and objects left out.</param>
/// <param name="Files">The files and models it read.</param>
public sealed record LineageNode(NodeId Id, string Type, ImmutableSortedDictionary<string, JsonElement> Values, ImmutableArray<LineageFile> Files);

/// <summary>A file or model that a node read.</summary>
/// <param name="Input">The input that named it; null for what a prompt brought along.</param>
/// <param name="File">The file.</param>
public sealed record LineageFile(string? Input, FileRef File);

/// <summary>A link between two nodes.</summary>
/// <param name="From">The earlier node.</param>
/// <param name="Slot">The position of its output, from 0.</param>
/// <param name="To">The later node.</param>
/// <param name="Input">The later node's input.</param>
public sealed record LineageLink(NodeId From, int Slot, NodeId To, string Input);
