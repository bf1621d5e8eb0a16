using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vortex.Workflows;

/// <summary>From the pre-release 0.9 to 1.0.</summary>
/// <remarks>
/// 0.9 had <c>title</c> at the root instead of <c>meta.name</c>, edges as <c>[fromNode, fromPort, toNode, toPort]</c>, nodes with
/// <c>position: [x, y]</c> and <c>size: [width, height]</c> instead of <c>ui</c>, and <c>disabled: true</c> instead of a mode. It had no subgraphs.
/// </remarks>
internal static class Migration09
{
    public static void Apply(JsonObject document)
    {
        if (document["title"] is JsonValue title && title.GetValueKind() == JsonValueKind.String && !document.ContainsKey("meta"))
        {
            document.Remove("title");
            document["meta"] = new JsonObject { ["name"] = title.GetValue<string>() };
        }

        if (document["nodes"] is JsonArray nodes)
        {
            foreach (JsonObject node in nodes.OfType<JsonObject>())
            {
                Node(node);
            }
        }

        if (document["edges"] is JsonArray edges)
        {
            for (int i = 0; i < edges.Count; i++)
            {
                if (Edge(edges[i]) is { } edge)
                {
                    edges[i] = edge;
                }
            }
        }
    }

    private static void Node(JsonObject node)
    {
        if (node["disabled"] is JsonValue disabled && disabled.GetValueKind() is JsonValueKind.True or JsonValueKind.False && !node.ContainsKey("mode"))
        {
            node.Remove("disabled");
            if (disabled.GetValueKind() == JsonValueKind.True)
            {
                node["mode"] = "muted";
            }
        }

        if (node.ContainsKey("ui"))
        {
            return;
        }

        JsonObject ui = [];
        Pair(node, "position", ui, "x", "y");
        Pair(node, "size", ui, "width", "height");
        if (ui.Count > 0)
        {
            node["ui"] = ui;
        }
    }

    private static void Pair(JsonObject node, string name, JsonObject ui, string first, string second)
    {
        if (node[name] is not JsonArray { Count: 2 } pair)
        {
            return;
        }

        node.Remove(name);
        ui[first] = pair[0]?.DeepClone();
        ui[second] = pair[1]?.DeepClone();
    }

    private static JsonObject? Edge(JsonNode? edge) => edge is JsonArray { Count: 4 } ends
        ? new JsonObject { ["from"] = End(ends[0], ends[1]), ["to"] = End(ends[2], ends[3]) }
        : null;

    private static JsonObject End(JsonNode? node, JsonNode? port) => new() { ["node"] = node?.DeepClone(), ["port"] = port?.DeepClone() };
}
