using System.Globalization;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Reads the nodes and links of one graph in whatever form the editor's versions wrote them.</summary>
internal sealed class UiGraphReader(
    ReportBuilder report, WorkflowLimits limits, IReadOnlyDictionary<string, UiDefinition> definitions)
{
    private int _nodes;
    private int _links;

    /// <summary>Gets whether a limit was reached: what follows was not read.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Reads a graph.</summary>
    /// <param name="raw">The object that holds <c>nodes</c> and <c>links</c>.</param>
    /// <param name="inputKey">The key of the definition's inputs in links; null at the top.</param>
    /// <param name="outputKey">The key of its outputs.</param>
    /// <param name="positionIsKey">Whether nodes have no ids of their own and are known by position, as in group nodes.</param>
    public UiGraph Read(JsonElement raw, string? inputKey = null, string? outputKey = null, bool positionIsKey = false)
    {
        UiGraph graph = new() { Raw = raw, InputKey = inputKey, OutputKey = outputKey };
        NodeIds ids = new();
        int index = 0;
        foreach (JsonElement node in raw.Items("nodes"))
        {
            if (++_nodes > limits.MaxNodes)
            {
                Stop($"The workflow has more than {limits.MaxNodes} nodes.");
                return graph;
            }

            if (node.ValueKind != JsonValueKind.Object)
            {
                report.Warn(ImportCodes.MalformedPart, $"Entry {index} of the node list is no node and was left out.");
            }
            else
            {
                string? key = positionIsKey ? index.ToString(CultureInfo.InvariantCulture) : node.Member("id")?.Key();
                Add(graph, ReadNode(node, key, index, ids));
            }

            index++;
        }

        if (!positionIsKey)
        {
            ReadLinks(graph);
        }

        return graph;
    }

    private void Stop(string message)
    {
        if (!IsFull)
        {
            report.Error(ImportCodes.TooLarge, message);
        }

        IsFull = true;
    }

    private static void Add(UiGraph graph, UiNode node)
    {
        graph.Nodes.Add(node);

        // Of two nodes with one id the editor keeps the later for links; so do we.
        graph.ByKey[node.Key] = node;
    }

    private UiNode ReadNode(JsonElement raw, string? key, int index, NodeIds ids)
    {
        NodeId id = ids.Take(key, index, out string? change);
        if (change is not null)
        {
            report.Warn(ImportCodes.ChangedId, change, id);
        }

        string? type = raw.Text("type");
        if (string.IsNullOrEmpty(type))
        {
            type = raw.Object("properties")?.Text("Node name for S&R");
            if (string.IsNullOrEmpty(type))
            {
                type = "Unknown";
                report.Error(ImportCodes.MissingType, "The node names no type.", id);
            }
        }

        UiDefinition? definition = definitions.GetValueOrDefault(type);
        UiNodeKind kind = definition is not null ? UiNodeKind.Instance : EditorTypes.KindOf(type);
        return new UiNode
        {
            Key = key ?? id.Value,
            Id = id,
            Type = type,
            Kind = kind,
            Raw = raw,
            Definition = definition,
            Mode = raw.Member("mode")?.Whole() ?? 0,
            Inputs = ReadSlots(raw, "inputs"),
            Outputs = ReadSlots(raw, "outputs"),
        };
    }

    private List<UiSlot> ReadSlots(JsonElement raw, string side)
    {
        List<UiSlot> slots = [];
        foreach (JsonElement slot in raw.Items(side))
        {
            if (++_links > limits.MaxEdges * 4)
            {
                Stop($"The nodes have more than {limits.MaxEdges * 4} inputs and outputs.");
                break;
            }

            string name = slot.Text("name") ?? "";
            string? widget = slot.Object("widget")?.Text("name");
            slots.Add(new UiSlot(name, TypeName(slot.Member("type")), widget, slot.Member("link")?.Key(), slot.Text("label")));
        }

        return slots;
    }

    private void ReadLinks(UiGraph graph)
    {
        int index = 0;
        foreach (JsonElement link in graph.Raw.Items("links"))
        {
            if (graph.Links.Count >= limits.MaxEdges)
            {
                Stop($"The workflow has more than {limits.MaxEdges} links.");
                return;
            }

            if (ReadLink(link) is { } read)
            {
                graph.Links[read.Key] = read.Link;
            }
            else if (link.ValueKind != JsonValueKind.Null)
            {
                report.Warn(ImportCodes.MalformedPart, $"Entry {index} of the link list is no link and was left out.");
            }

            index++;
        }
    }

    private static (string Key, UiLink Link)? ReadLink(JsonElement link)
    {
        if (link.ValueKind == JsonValueKind.Array && link.GetArrayLength() >= 5)
        {
            string type = link.GetArrayLength() > 5 ? TypeName(link[5]) : "*";
            return Link(link[0], link[1], link[2], link[3], link[4], type);
        }

        return link.Member("id") is { } id
            && link.Member("origin_id") is { } origin
            && link.Member("origin_slot") is { } originSlot
            && link.Member("target_id") is { } target
            && link.Member("target_slot") is { } targetSlot
            ? Link(id, origin, originSlot, target, targetSlot, TypeName(link.Member("type")))
            : null;
    }

    private static (string Key, UiLink Link)? Link(
        JsonElement id, JsonElement origin, JsonElement originSlot, JsonElement target, JsonElement targetSlot, string type) =>
        id.Key() is { } key && origin.Key() is { } from && target.Key() is { } to
            ? (key, new UiLink(from, originSlot.Whole() ?? -1, to, targetSlot.Whole() ?? -1, type))
            : null;

    /// <summary>A type is a text; early files wrote 0 for "any" and lists of choices for a combo.</summary>
    private static string TypeName(JsonElement? type) => type switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } => "COMBO",
        _ => "*",
    };
}
