using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Imports the API format: what ComfyUI's server runs, nodes by id with their inputs.</summary>
internal static class ApiImport
{
    /// <summary>Says whether a JSON value is of the API format: an object some of whose members name a node class.</summary>
    public static bool Recognizes(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.EnumerateObject().Any(IsNode);

    public static WorkflowDocument Read(JsonElement root, NodeCatalog catalog, WorkflowLimits limits, ReportBuilder report)
    {
        report.Format = "comfyui-api";
        Dictionary<string, JsonElement> raw = new(StringComparer.Ordinal);
        List<string> order = [];
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (!IsNode(member))
            {
                report.Warn(ImportCodes.MissingType, $"The entry '{ReportBuilder.Short(member.Name)}' names no node class and was left out.");
                continue;
            }

            if (raw.Count >= limits.MaxNodes)
            {
                report.Error(ImportCodes.TooLarge, $"The workflow has more than {limits.MaxNodes} nodes.");
                return new WorkflowDocument();
            }

            if (!raw.ContainsKey(member.Name))
            {
                order.Add(member.Name);
            }
            else
            {
                report.Warn(ImportCodes.DuplicateName, $"The node '{ReportBuilder.Short(member.Name)}' is there twice; the later counts.");
            }

            raw[member.Name] = member.Value;
        }

        return Compose(raw, order, catalog, limits, report);
    }

    private static bool IsNode(JsonProperty member) => member.Value.Text("class_type") is { Length: > 0 };

    private static WorkflowDocument Compose(
        Dictionary<string, JsonElement> raw, List<string> order, NodeCatalog catalog, WorkflowLimits limits, ReportBuilder report)
    {
        GraphDraft graph = new();
        Dictionary<string, NodeDraft> drafts = new(StringComparer.Ordinal);
        NodeIds ids = new();
        for (int index = 0; index < order.Count; index++)
        {
            NodeId id = ids.Take(order[index], index, out string? change);
            if (change is not null)
            {
                report.Warn(ImportCodes.ChangedId, change, id);
            }

            string type = raw[order[index]].Text("class_type")!;
            NodeDraft draft = new(id, id, type, catalog.Find(type));
            string? title = raw[order[index]].Object("_meta")?.Text("title");
            draft.Ui = new NodeUi(index % 8 * 340, index / 8 * 400) { Title = string.IsNullOrEmpty(title) ? null : title };
            NodeFacts.ReportType(draft, null, report);
            drafts[order[index]] = draft;
            graph.Add(draft);
        }

        int links = 0;
        foreach (string key in order)
        {
            foreach (JsonProperty input in raw[key].Object("inputs")?.EnumerateObject() ?? default)
            {
                if (++links > limits.MaxEdges * 4L)
                {
                    report.Error(ImportCodes.TooLarge, $"The nodes have more than {limits.MaxEdges * 4L} inputs.");
                    return new WorkflowDocument();
                }

                ReadInput(input, drafts[key], drafts, graph, report, limits);
            }
        }

        foreach (NodeDraft node in graph.Nodes)
        {
            NodeFacts.ReportFiles(node, report);
        }

        return new WorkflowDocument { Nodes = [.. graph.Nodes.Select(node => node.Build())], Edges = graph.Edges };
    }

    private static void ReadInput(
        JsonProperty input,
        NodeDraft node,
        Dictionary<string, NodeDraft> drafts,
        GraphDraft graph,
        ReportBuilder report,
        WorkflowLimits limits)
    {
        if (node.Type is not null && node.Type.FindInput(input.Name) is null)
        {
            // The mark of an upload button is in half of all files; nobody needs to hear of it.
            if (input.Name is not "upload" and not "choose file to upload")
            {
                report.Inform(
                    ImportCodes.UnknownInput,
                    $"'{node.TypeName}' has no input '{ReportBuilder.Short(input.Name)}'; it is kept in the node's meta.",
                    node.Place,
                    input.Name);
            }

            node.Meta.ExtraInputs[input.Name] = input.Value;
            return;
        }

        if (!IsLink(input.Value, out string origin, out int slot))
        {
            JsonElement value = input.Value.Object(ValueMember) is null && input.Value.Member(ValueMember) is { } wrapped ? wrapped : input.Value;
            node.Set(input.Name, value, report, limits);
            return;
        }

        if (!drafts.TryGetValue(origin, out NodeDraft? source) || slot < 0 || (source.Type is { } type && slot >= type.Outputs.Length))
        {
            report.Error(
                ImportCodes.LinkNowhere,
                $"The link to output {slot} of node '{ReportBuilder.Short(origin)}' leads to nothing; it is kept in the node's meta.",
                node.Place,
                input.Name);
            node.Meta.ExtraInputs[input.Name] = input.Value;
            return;
        }

        string port = source.Type is null ? "#" + slot.ToString(System.Globalization.CultureInfo.InvariantCulture) : source.Type.Outputs[slot].Name;
        graph.Connect(new PortRef(source.Id, port), new PortRef(node.Id, input.Name));
    }

    /// <summary>Lists that are no links are written inside an object of this one member.</summary>
    public const string ValueMember = "__value__";

    private static bool IsLink(JsonElement value, out string origin, out int slot)
    {
        origin = "";
        slot = -1;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 2
            || value[0].ValueKind is not (JsonValueKind.String or JsonValueKind.Number)
            || value[1].ValueKind != JsonValueKind.Number || value[1].Whole() is not { } number)
        {
            return false;
        }

        // A pair of numbers is a value; old files wrote ids as numbers only in the editor's format.
        if (value[0].ValueKind == JsonValueKind.Number)
        {
            return false;
        }

        origin = value[0].GetString()!;
        slot = number;
        return true;
    }
}
