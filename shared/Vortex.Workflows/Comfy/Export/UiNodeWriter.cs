using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vortex.Workflows.Comfy;

/// <summary>Writes nodes as ComfyUI's editor saves them.</summary>
/// <param name="shapes">The ports of the document.</param>
/// <param name="graphIds">The ids that definitions have in the file.</param>
/// <param name="widgets">The inputs of each definition that are fields of its instances, with what they fall back to.</param>
internal sealed class UiNodeWriter(
    DocumentShapes shapes, IReadOnlyDictionary<string, string> graphIds, IReadOnlyDictionary<string, Dictionary<string, JsonElement>> widgets)
{
    private const double DefaultWidth = 270;
    private const int HeaderHeight = 40;
    private const int RowHeight = 24;
    private const string Untouched = "fixed";

    /// <param name="node">The node.</param>
    /// <param name="id">Its number in the file.</param>
    /// <param name="order">Its place in the order of execution.</param>
    /// <param name="fed">The inputs that edges feed.</param>
    /// <param name="given">Values that count instead of constants, by node and input.</param>
    public JsonObject Write(WorkflowNode node, long id, int order, ImmutableArray<string> fed, IReadOnlyDictionary<(NodeId, string), JsonElement> given)
    {
        NodeShape? shape = shapes.Of(node);
        string type = node.SubgraphId is { } subgraph ? graphIds.GetValueOrDefault(subgraph, subgraph) : node.Type;
        JsonArray inputs = [];
        foreach ((string name, string portType, bool isWidget) in Inputs(node, shape, fed))
        {
            JsonObject input = new() { ["name"] = name, ["type"] = portType, ["link"] = null };
            if (isWidget)
            {
                input["widget"] = new JsonObject { ["name"] = name };
            }

            inputs.Add((JsonNode)input);
        }

        JsonArray outputs = [];
        foreach ((string name, string portType) in Outputs(node, shape))
        {
            outputs.Add((JsonNode)new JsonObject { ["name"] = name, ["type"] = portType, ["links"] = null });
        }

        JsonObject properties = new() { ["Node name for S&R"] = node.Type };
        JsonObject written = new()
        {
            ["id"] = id,
            ["type"] = type,
            ["pos"] = Numbers(node.Ui.X, node.Ui.Y),
            ["size"] = Numbers(node.Ui.Width ?? DefaultWidth, node.Ui.Height ?? (HeaderHeight + (RowHeight * Math.Max(inputs.Count, outputs.Count)))),
            ["flags"] = node.Ui.Collapsed ? new JsonObject { ["collapsed"] = true } : new JsonObject(),
            ["order"] = order,
            ["mode"] = node.Mode switch { NodeMode.Muted => 2, NodeMode.Bypassed => 4, _ => 0 },
            ["inputs"] = inputs,
            ["outputs"] = outputs,
            ["properties"] = properties,
            ["widgets_values"] = Values(node, shape, given, properties),
        };
        if (node.Ui.Title is { } title)
        {
            written["title"] = title;
        }

        if (node.Ui.Color is { } color)
        {
            written["bgcolor"] = color;
        }

        return written;
    }

    /// <summary>The inputs of a node: those of its type, those its file had where the type is unknown, and whatever else an edge feeds.</summary>
    private IEnumerable<(string Name, string Type, bool IsWidget)> Inputs(WorkflowNode node, NodeShape? shape, ImmutableArray<string> fed)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        Dictionary<string, JsonElement>? fields = node.SubgraphId is { } subgraph ? widgets.GetValueOrDefault(subgraph) : null;
        foreach (NodeInput input in shape?.Type.Inputs ?? [])
        {
            seen.Add(input.Name);
            yield return (input.Name, TypeName(input.Type), fields is null ? input.IsWidget : fields.ContainsKey(input.Name));
        }

        foreach ((string name, string type) in shape is null ? ComfyMeta.ReadPorts(node, ComfyMeta.InputsMember) : [])
        {
            if (seen.Add(name))
            {
                yield return (name, type, false);
            }
        }

        foreach (string port in fed)
        {
            // A reroute's one input has several names.
            if (!seen.Contains(shape?.FindInput(port)?.Name ?? "") && seen.Add(port))
            {
                yield return (port, "*", false);
            }
        }
    }

    private static IEnumerable<(string Name, string Type)> Outputs(WorkflowNode node, NodeShape? shape) => shape is null
        ? ComfyMeta.ReadPorts(node, ComfyMeta.OutputsMember)
        : shape.Type.Outputs.Select(output => (output.Name, TypeName(output.Type)));

    /// <summary>The values as the editor keeps them: by place for known types, by name for others.</summary>
    private JsonNode Values(WorkflowNode node, NodeShape? shape, IReadOnlyDictionary<(NodeId, string), JsonElement> given, JsonObject properties)
    {
        JsonElement? Constant(string name) => given.TryGetValue((node.Id, name), out JsonElement value) || node.Inputs.TryGetValue(name, out value) ? value : null;
        if (node.SubgraphId is { } subgraph)
        {
            JsonArray own = [];
            JsonArray proxies = [];
            foreach ((string name, JsonElement fallback) in widgets.GetValueOrDefault(subgraph) ?? [])
            {
                proxies.Add((JsonNode)new JsonArray("-1", name));
                own.Add(Node(Constant(name) ?? fallback));
            }

            properties["proxyWidgets"] = proxies;
            return own;
        }

        if (shape is null)
        {
            JsonObject named = [];
            foreach ((string name, JsonElement value) in node.Inputs)
            {
                named[name] = Node(value);
            }

            return named;
        }

        JsonArray values = [];
        Dictionary<string, JsonElement> shown = new(StringComparer.Ordinal);
        foreach (NodeInput input in shape.Type.Inputs.Where(input => input.IsWidget))
        {
            if (input.ShownWhen is { } condition && !Shows(condition, shown))
            {
                continue;
            }

            JsonElement? value = Constant(input.Name) ?? input.Default ?? WidgetMatcher.Shown(input);
            if (value is { } known)
            {
                shown[input.Name] = known;
            }

            values.Add(Node(value));
            if (input.HasControlAfterGenerate)
            {
                values.Add((JsonNode)(node.Meta?.Object(ComfyMeta.Member)?.Object("control_after_generate")?.Text(input.Name) ?? Untouched));
            }

            if (input.Type == PortType.File)
            {
                values.Add((JsonNode)"image");
            }
        }

        return values;
    }

    private static bool Shows(InputCondition condition, Dictionary<string, JsonElement> shown) =>
        shown.TryGetValue(condition.Input, out JsonElement value) && value.ValueKind == JsonValueKind.String
        && condition.Values.Contains(value.GetString()!, StringComparer.Ordinal);

    /// <summary>A port's type as ComfyUI names it; a union is a list between commas there too.</summary>
    public static string TypeName(PortType type) =>
        string.Join(',', type.Name.Split(',', StringSplitOptions.TrimEntries).Select(part => ComfyTypes.ToComfy(new PortType(part))));

    public static JsonArray Numbers(params ReadOnlySpan<double> numbers)
    {
        JsonArray list = [];
        foreach (double number in numbers)
        {
            list.Add((JsonNode)number);
        }

        return list;
    }

    private static JsonNode? Node(JsonElement? value) => value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } known ? JsonNode.Parse(known.GetRawText()) : null;
}
