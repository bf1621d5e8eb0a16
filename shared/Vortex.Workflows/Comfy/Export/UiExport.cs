using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vortex.Workflows.Comfy;

/// <summary>Writes a workflow as ComfyUI's editor saves it, with its subgraphs as definitions.</summary>
internal sealed class UiExport(WorkflowDocument document, NodeCatalog catalog, WorkflowLimits limits)
{
    /// <summary>The number of the node that gives a definition's inputs.</summary>
    public const int InputNode = -10;

    /// <summary>The number of the node that takes a definition's outputs.</summary>
    public const int OutputNode = -20;

    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 4_096 };

    private readonly List<WorkflowProblem> _problems = [];

    public ComfyExport Write()
    {
        DocumentShapes shapes = new(document, catalog);
        if (!IsExportable(shapes))
        {
            return new ComfyExport("{}"u8.ToArray(), [.. _problems]);
        }

        Dictionary<string, string> ids = document.Subgraphs.Keys.ToDictionary(id => id, GraphId, StringComparer.Ordinal);
        Dictionary<string, Dictionary<string, JsonElement>> widgets = Widgets(shapes);
        UiNodeWriter writer = new(shapes, ids, widgets);
        UiGraphWriter top = new(writer, Warn);
        top.Write(document.Nodes, document.Edges, document.Ui, null, Given());
        JsonObject root = new()
        {
            ["id"] = GraphId(document.Meta.Name),
            ["revision"] = 0,
            ["last_node_id"] = top.LastNode,
            ["last_link_id"] = top.LastLink,
            ["nodes"] = top.Nodes,
            ["links"] = top.Links,
            ["groups"] = top.Groups,
            ["config"] = new JsonObject(),
            ["extra"] = new JsonObject { ["info"] = Info() },
            ["version"] = 0.4,
        };
        if (document.Subgraphs.Count > 0)
        {
            root["definitions"] = new JsonObject { ["subgraphs"] = new JsonArray([.. document.Subgraphs.Select(pair => Definition(ids[pair.Key], pair.Value, writer))]) };
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(root, s_options);
        if (json.Length > limits.MaxBytes)
        {
            Problem(ComfyExporter.TooLarge, $"Written out, the workflow has more than {limits.MaxBytes} bytes.", null, ProblemSeverity.Error);
            json = "{}"u8.ToArray();
        }

        return new ComfyExport(json, [.. _problems]);
    }

    private bool IsExportable(DocumentShapes shapes)
    {
        if (shapes.Recursions.Count > 0)
        {
            Problem(ComfyExporter.TooLarge, "A subgraph contains itself.", null, ProblemSeverity.Error);
        }

        foreach (WorkflowNode node in document.Nodes.Concat(document.Subgraphs.Values.SelectMany(subgraph => subgraph.Nodes)))
        {
            if (node.Repeat is not null)
            {
                Problem(ComfyExporter.Loop, $"'{node.Id}' runs several times. ComfyUI's editor has no loops: export the API format, which writes every pass out.", node.Id, ProblemSeverity.Error);
            }
            else if (node.SubgraphId is { } id && !document.Subgraphs.ContainsKey(id))
            {
                Problem(ComfyExporter.MissingSubgraph, $"The subgraph '{id}' is not in the document.", node.Id, ProblemSeverity.Error);
            }
        }

        if (!document.Inputs.IsEmpty)
        {
            Warn(ComfyExporter.InputsDropped, "ComfyUI's editor knows no inputs of a workflow: their values stay with the nodes, their names are left out.", null);
        }

        return _problems.TrueForAll(problem => problem.Severity != ProblemSeverity.Error);
    }

    /// <summary>What workflow inputs set when nobody gives a value.</summary>
    private Dictionary<(NodeId, string), JsonElement> Given()
    {
        Dictionary<(NodeId, string), JsonElement> given = [];
        foreach (WorkflowInput input in document.Inputs)
        {
            foreach (PortRef target in input.Default is null ? [] : input.Targets)
            {
                given[(target.Node, target.Port)] = input.Default!.Value;
            }
        }

        return given;
    }

    /// <summary>The inputs of each definition that feed a field inside, with the value they fall back to; those contained come first.</summary>
    private static Dictionary<string, Dictionary<string, JsonElement>> Widgets(DocumentShapes shapes)
    {
        Dictionary<string, Dictionary<string, JsonElement>> all = new(StringComparer.Ordinal);
        foreach (int index in shapes.Components.SelectMany(component => component))
        {
            WorkflowSubgraph definition = shapes.Definitions[index];
            Dictionary<NodeId, WorkflowNode> nodes = [];
            foreach (WorkflowNode node in definition.Nodes)
            {
                nodes.TryAdd(node.Id, node);
            }

            Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);
            foreach (SubgraphPort port in definition.Inputs)
            {
                foreach (WorkflowEdge edge in definition.Edges.Where(edge => edge.From.Node == NodeId.SubgraphInput && edge.From.Port == port.Name))
                {
                    if (nodes.TryGetValue(edge.To.Node, out WorkflowNode? node) && Fallback(node, edge.To.Port, shapes, all) is { } value)
                    {
                        fields.TryAdd(port.Name, value);
                    }
                }
            }

            all[shapes.Ids[index]] = fields;
        }

        return all;
    }

    private static JsonElement? Fallback(WorkflowNode node, string port, DocumentShapes shapes, Dictionary<string, Dictionary<string, JsonElement>> known)
    {
        if (node.SubgraphId is { } inner)
        {
            return known.GetValueOrDefault(inner) is { } fields && fields.TryGetValue(port, out JsonElement below)
                ? node.Inputs.TryGetValue(port, out JsonElement own) ? own : below
                : null;
        }

        return shapes.Of(node)?.FindInput(port) is { IsWidget: true } input
            ? node.Inputs.TryGetValue(port, out JsonElement value) ? value : input.Default ?? WidgetMatcher.Shown(input)
            : null;
    }

    private JsonObject Definition(string id, WorkflowSubgraph subgraph, UiNodeWriter writer)
    {
        UiGraphWriter graph = new(writer, Warn);
        graph.Write(subgraph.Nodes, subgraph.Edges, subgraph.Ui, subgraph, ImmutableDictionary<(NodeId, string), JsonElement>.Empty);
        double left = subgraph.Nodes.Select(node => node.Ui.X).DefaultIfEmpty(0).Min();
        double right = subgraph.Nodes.Select(node => node.Ui.X + (node.Ui.Width ?? 270)).DefaultIfEmpty(0).Max();
        double top = subgraph.Nodes.Select(node => node.Ui.Y).DefaultIfEmpty(0).Min();
        return new JsonObject
        {
            ["id"] = id,
            ["version"] = 1,
            ["state"] = new JsonObject { ["lastGroupId"] = graph.Groups.Count, ["lastNodeId"] = graph.LastNode, ["lastLinkId"] = graph.LastLink, ["lastRerouteId"] = 0 },
            ["revision"] = 0,
            ["config"] = new JsonObject(),
            ["name"] = subgraph.Name,
            ["inputNode"] = new JsonObject { ["id"] = InputNode, ["bounding"] = new JsonArray(left - 200, top, 120, 60) },
            ["outputNode"] = new JsonObject { ["id"] = OutputNode, ["bounding"] = new JsonArray(right + 80, top, 120, 60) },
            ["inputs"] = Ports(id + "/in/", subgraph.Inputs, graph.FromInput),
            ["outputs"] = Ports(id + "/out/", subgraph.Outputs, graph.ToOutput),
            ["widgets"] = new JsonArray(),
            ["nodes"] = graph.Nodes,
            ["groups"] = graph.Groups,
            ["links"] = graph.Links,
            ["extra"] = new JsonObject(),
        };
    }

    private static JsonArray Ports(string prefix, ImmutableArray<SubgraphPort> ports, Dictionary<int, List<long>> links)
    {
        JsonArray list = [];
        foreach ((int place, SubgraphPort port) in ports.Index())
        {
            list.Add((JsonNode)new JsonObject
            {
                ["id"] = GraphId(prefix + port.Name),
                ["name"] = port.Name,
                ["type"] = UiNodeWriter.TypeName(port.Type),
                ["linkIds"] = new JsonArray([.. (links.GetValueOrDefault(place) ?? []).Select(link => (JsonNode)link)]),
            });
        }

        return list;
    }

    private JsonObject Info()
    {
        JsonObject info = new() { ["name"] = document.Meta.Name };
        if (document.Meta.Author is { } author)
        {
            info["author"] = author;
        }

        if (document.Meta.Description is { } description)
        {
            info["description"] = description;
        }

        return info;
    }

    /// <summary>An id as the editor wants it: a UUID. Others become one that is the same every time.</summary>
    private static string GraphId(string id) =>
        Guid.TryParseExact(id, "D", out _) ? id : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16)).ToString("D");

    private void Warn(string code, string message, NodeId? node) => Problem(code, message, node, ProblemSeverity.Warning);

    private void Problem(string code, string message, NodeId? node, ProblemSeverity severity)
    {
        if (_problems.Count < limits.MaxProblems)
        {
            _problems.Add(new WorkflowProblem(code, message) { Node = node, Severity = severity });
        }
    }
}
