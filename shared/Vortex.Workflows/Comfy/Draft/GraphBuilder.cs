using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Turns one graph of an editor file into nodes and edges of the document.</summary>
internal sealed class GraphBuilder(NodeCatalog catalog, WorkflowLimits limits, ReportBuilder report, WidgetMatcher matcher)
{
    /// <summary>Builds the graph. What instances of definitions take as constants comes later: it depends on their inside.</summary>
    public GraphDraft Build(UiGraph graph, UiDefinition? definition, SourceResolver sources)
    {
        GraphDraft draft = new() { Ui = UiParts.Read(graph) };
        foreach (UiNode node in graph.Nodes.Where(node => node.Kind is UiNodeKind.Ordinary or UiNodeKind.Instance))
        {
            draft.Add(Draft(graph, node));
        }

        foreach (UiNode node in graph.Nodes.Where(node => node.Kind is UiNodeKind.Ordinary or UiNodeKind.Instance))
        {
            Connect(graph, node, draft, sources);
        }

        foreach ((string port, UiNode node, string widget) in definition?.Promoted ?? [])
        {
            draft.Connect(new PortRef(NodeId.SubgraphInput, port), new PortRef(node.Id, widget));
        }

        foreach (UiPort output in definition?.Outputs ?? [])
        {
            ConnectOutput(graph, output, draft, sources);
        }

        ImplicitLinks.Resolve(graph, draft, this, report);
        ReportDropped(graph, sources);
        foreach (NodeDraft node in draft.Nodes)
        {
            NodeFacts.ReportFiles(node, report);
        }

        return draft;
    }

    /// <summary>The name an output of a node has in the document; null and a reported problem when it has no such output.</summary>
    public string? OutputPort(UiNode node, int slot)
    {
        if (node.Definition is { } definition)
        {
            return slot < definition.Outputs.Count ? definition.Outputs[slot].Name : null;
        }

        return catalog.Find(node.Type) is { } type
            ? slot < type.Outputs.Length ? type.Outputs[slot].Name : null
            : "#" + slot.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The name an input of a node has in the document; null when its type has no such input.</summary>
    public string? InputPort(UiNode node, int slot)
    {
        UiSlot input = node.Inputs[slot];
        if (node.Definition is { } definition)
        {
            return (definition.FindInput(input.Name) ?? definition.FindInput(input.Widget ?? "")
                ?? (slot < definition.Inputs.Count && definition.Inputs[slot].Type == input.Type ? definition.Inputs[slot] : null))?.Name;
        }

        if (catalog.Find(node.Type) is not { } type)
        {
            return input.Name.Length > 0 ? input.Name : input.Widget;
        }

        return (type.FindInput(input.Name) ?? type.FindInput(input.Widget ?? ""))?.Name;
    }

    private NodeDraft Draft(UiGraph graph, UiNode node)
    {
        NodeType? type = node.Kind == UiNodeKind.Instance ? null : catalog.Find(node.Type);
        string name = node.Definition is { } definition ? WorkflowNode.SubgraphPrefix + definition.Id : node.Type;
        NodeDraft draft = new(node.Id, graph.Place(node), name, type)
        {
            Definition = node.Definition,
            Ui = UiParts.NodeUi(node),
            Mode = Mode(node, graph),
        };

        if (node.Kind == UiNodeKind.Instance)
        {
            return draft;
        }

        JsonElement? properties = node.Raw.Object("properties");
        NodeFacts.ReportType(draft, properties?.Text("cnr_id") ?? properties?.Text("aux_id"), report);
        ReadValues(node, draft);
        if (type is null)
        {
            KeepUnknown(node, draft, properties);
        }

        if (properties?.Member("models") is { } models)
        {
            draft.Meta.Copied["models"] = models;
            NodeFacts.ReportPublished(models, draft, report);
        }

        return draft;
    }

    private void ReadValues(UiNode node, NodeDraft draft)
    {
        WidgetLayout layout = matcher.Match(node);
        foreach ((string input, JsonElement value) in layout.Values)
        {
            draft.Set(input, value, report, limits);
        }

        FillShown(draft);
        foreach ((string input, JsonElement value) in layout.Controls)
        {
            draft.Meta.Controls[input] = value;
        }

        if (layout.IsComplete)
        {
            return;
        }

        draft.Meta.Copied["widgets_values"] = node.Values!.Value;
        if (draft.Type is not null)
        {
            report.Warn(
                ImportCodes.UnmatchedValue, "Some widget values fit no input; they are kept in the node's meta and the inputs use their defaults.", draft.Place);
            return;
        }

        report.Inform(ImportCodes.UnmatchedValue, "The node's widget values have no names in the file; they are kept in the node's meta in their order.", draft.Place);
        ReportNames(node.Values.Value, draft);
    }

    /// <summary>
    /// An editor shows every widget with some value, also one that is newer than the file: where the catalog names no default, the first choice
    /// or an empty value. So the file means that value.
    /// </summary>
    private void FillShown(NodeDraft draft)
    {
        foreach (NodeInput input in draft.Type?.Inputs ?? [])
        {
            if (input.IsWidget && input.IsRequired && input.Default is null && input.ShownWhen is null && !draft.Constants.ContainsKey(input.Name)
                && WidgetMatcher.Shown(input) is { } value)
            {
                draft.Set(input.Name, value, report, limits);
            }
        }
    }

    private void ReportNames(JsonElement values, NodeDraft draft)
    {
        IEnumerable<JsonElement> all = values.ValueKind == JsonValueKind.Array
            ? values.EnumerateArray()
            : values.EnumerateObject().Select(value => value.Value);
        foreach (JsonElement value in all.Where(value => value.ValueKind == JsonValueKind.String))
        {
            NodeFacts.ReportModelName(value.GetString()!, draft.Place, report);
        }
    }

    private void KeepUnknown(UiNode node, NodeDraft draft, JsonElement? properties)
    {
        draft.Meta.Inputs.AddRange(node.Inputs.Select(slot => (slot.Name, slot.Type)));
        draft.Meta.Outputs.AddRange(node.Outputs.Select(slot => (slot.Name, slot.Type)));
        if (properties is { } kept)
        {
            draft.Meta.Copied["properties"] = kept;
        }

        if (Guid.TryParse(node.Type, out _))
        {
            report.Error(ImportCodes.MissingSubgraph, $"The file holds no definition of the subgraph '{node.Type}'.", draft.Place);
        }

        if (EditorTypes.FeedsWithoutLinks(node.Type))
        {
            report.Warn(ImportCodes.ImplicitLinks, $"'{node.Type}' also feeds other nodes without links; draw those links.", draft.Place);
        }
    }

    private NodeMode Mode(UiNode node, UiGraph graph)
    {
        switch (node.Mode)
        {
            case 2:
                return NodeMode.Muted;
            case 4:
                return NodeMode.Bypassed;
            case 0 or 1 or 3:
                // "On event" and "on trigger" are leftovers of the editor's ancestor; ComfyUI runs such nodes always.
                return NodeMode.Active;
            default:
                report.Warn(ImportCodes.UnknownMode, $"The mode {node.Mode} is unknown; the node counts as active.", graph.Place(node));
                return NodeMode.Active;
        }
    }

    private void Connect(UiGraph graph, UiNode node, GraphDraft draft, SourceResolver sources)
    {
        NodeDraft target = draft.ById[node.Id];
        for (int slot = 0; slot < node.Inputs.Count; slot++)
        {
            if (node.Inputs[slot].Link is not { } link)
            {
                continue;
            }

            string? port = InputPort(node, slot);
            if (port is null)
            {
                report.Warn(
                    ImportCodes.UnknownInput,
                    $"'{ReportBuilder.Short(target.TypeName)}' has no input '{ReportBuilder.Short(node.Inputs[slot].Name)}'; its link was left out.",
                    target.Place,
                    node.Inputs[slot].Name);
                continue;
            }

            UiSource source = sources.Resolve(link);
            PortRef to = new(node.Id, port);
            switch (source.Kind)
            {
                case SourceKind.Output when OutputPort(source.Node!, source.Slot) is { } output:
                    if (!draft.Connect(new PortRef(source.Node!.Id, output), to))
                    {
                        report.Warn(ImportCodes.DuplicateName, $"Two inputs are named '{ReportBuilder.Short(port)}'; the later link counts.", target.Place, port);
                    }

                    break;
                case SourceKind.Port:
                    draft.Connect(new PortRef(NodeId.SubgraphInput, source.Port!), to);
                    break;
                case SourceKind.Value:
                    target.Set(port, source.Value!.Value, report, limits);
                    report.Inform(
                        ImportCodes.PrimitiveInlined, $"'{ReportBuilder.Short(port)}' has the value of a primitive node now.", target.Place, port);
                    break;
                case SourceKind.Cycle:
                    report.Error(ImportCodes.LinkCycle, "The link leads back to itself; it was left out.", target.Place, port);
                    break;
                case SourceKind.Open:
                    report.Inform(ImportCodes.LinkNowhere, "The link ends where nothing is connected; it was left out.", target.Place, port);
                    break;
                default:
                    report.Error(ImportCodes.LinkNowhere, "The link leads to nothing; it was left out.", target.Place, port);
                    break;
            }
        }
    }

    private void ConnectOutput(UiGraph graph, UiPort output, GraphDraft draft, SourceResolver sources)
    {
        if (output.Link is null)
        {
            return;
        }

        UiSource source = sources.Resolve(output.Link);
        PortRef? from = source.Kind switch
        {
            SourceKind.Output when OutputPort(source.Node!, source.Slot) is { } port => new PortRef(source.Node!.Id, port),
            SourceKind.Port => new PortRef(NodeId.SubgraphInput, source.Port!),
            _ => null,
        };
        if (from is not null)
        {
            draft.Connect(from, new PortRef(NodeId.SubgraphOutput, output.Name));
            return;
        }

        report.Warn(
            ImportCodes.LinkNowhere,
            $"Nothing inside feeds the output '{ReportBuilder.Short(output.Name)}' of the subgraph.",
            graph.Path.Length > 0 ? new NodeId(graph.Path.TrimEnd(':')) : null,
            output.Name);
    }

    private void ReportDropped(UiGraph graph, SourceResolver sources)
    {
        int reroutes = graph.Nodes.Count(node => node.Kind == UiNodeKind.Reroute);
        if (reroutes > 0)
        {
            report.Inform(ImportCodes.ReroutesResolved, $"{reroutes} reroute nodes became direct edges.");
        }

        foreach (UiNode node in graph.Nodes)
        {
            NodeId place = graph.Place(node);
            switch (node.Kind)
            {
                case UiNodeKind.Getter or UiNodeKind.Setter:
                    report.Inform(ImportCodes.NamedValuesResolved, $"The node '{node.Type}' became direct edges.", place);
                    break;
                case UiNodeKind.Primitive when !sources.UsedPrimitives.Contains(node):
                    report.Inform(ImportCodes.PrimitiveDropped, "The primitive node feeds nothing and was left out.", place);
                    break;
                case UiNodeKind.EditorOnly:
                    report.Inform(ImportCodes.EditorNodeDropped, $"The node '{node.Type}' only works in ComfyUI's editor and was left out.", place);
                    break;
            }
        }

        UiParts.ReportDropped(graph, report);
    }
}
