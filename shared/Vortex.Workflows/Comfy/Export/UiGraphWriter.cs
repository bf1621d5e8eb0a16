using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vortex.Workflows.Comfy;

/// <summary>Writes one graph as ComfyUI's editor saves it: nodes with positional values, links by slot, frames and notes.</summary>
/// <param name="writer">Writes the nodes.</param>
/// <param name="warn">Takes what could not be carried over: code, message and node.</param>
internal sealed class UiGraphWriter(UiNodeWriter writer, Action<string, string, NodeId?> warn)
{
    private readonly Dictionary<NodeId, long> _ids = [];
    private readonly Dictionary<NodeId, JsonObject> _written = [];
    private readonly Dictionary<(NodeId Node, string Port), int> _inputSlots = [];
    private readonly Dictionary<NodeId, List<string>> _outputs = [];

    /// <summary>Gets the largest id in use, of nodes and notes.</summary>
    public long LastNode { get; private set; }

    /// <summary>Gets the number of links.</summary>
    public long LastLink { get; private set; }

    public JsonArray Nodes { get; } = [];

    public JsonArray Links { get; } = [];

    public JsonArray Groups { get; } = [];

    /// <summary>Gets the links that leave a port of the definition, by the port's place.</summary>
    public Dictionary<int, List<long>> FromInput { get; } = [];

    /// <summary>Gets the links that reach a port of the definition, by the port's place.</summary>
    public Dictionary<int, List<long>> ToOutput { get; } = [];

    /// <param name="nodes">The nodes, in any order.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="ui">Frames and notes.</param>
    /// <param name="border">The definition this is; null for the top graph, whose links are lists instead of objects.</param>
    /// <param name="given">Values that count instead of constants, by node and input.</param>
    public void Write(
        ImmutableArray<WorkflowNode> nodes, ImmutableArray<WorkflowEdge> edges, WorkflowUi? ui, WorkflowSubgraph? border,
        IReadOnlyDictionary<(NodeId, string), JsonElement> given)
    {
        NumberNodes(nodes);
        ILookup<NodeId, WorkflowEdge> into = edges.ToLookup(edge => edge.To.Node);
        foreach ((int order, WorkflowNode node) in nodes.Index())
        {
            JsonObject written = writer.Write(node, _ids[node.Id], order, [.. into[node.Id].Select(edge => edge.To.Port)], given);
            _written[node.Id] = written;
            foreach ((int slot, JsonNode? input) in written["inputs"]!.AsArray().Index())
            {
                _inputSlots.TryAdd((node.Id, input!["name"]!.GetValue<string>()), slot);
            }

            _outputs[node.Id] = [.. written["outputs"]!.AsArray().Select(output => output!["name"]!.GetValue<string>())];
            Nodes.Add((JsonNode)written);
        }

        foreach (WorkflowEdge edge in edges)
        {
            WriteLink(edge, border);
        }

        foreach (WorkflowFrame frame in ui?.Groups ?? [])
        {
            JsonObject group = new() { ["id"] = Groups.Count + 1, ["title"] = frame.Title, ["bounding"] = UiNodeWriter.Numbers(frame.X, frame.Y, frame.Width, frame.Height), ["font_size"] = 24, ["flags"] = new JsonObject() };
            if (frame.Color is { } color)
            {
                group["color"] = color;
            }

            Groups.Add((JsonNode)group);
        }

        foreach (WorkflowNote note in ui?.Notes ?? [])
        {
            Nodes.Add((JsonNode)WriteNote(note));
        }
    }

    /// <summary>Gives every node a number: its own where its id is one, else the next that is free.</summary>
    private void NumberNodes(ImmutableArray<WorkflowNode> nodes)
    {
        foreach (WorkflowNode node in nodes)
        {
            if (int.TryParse(node.Id.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number.ToString(CultureInfo.InvariantCulture) == node.Id.Value)
            {
                _ids[node.Id] = number;
                LastNode = Math.Max(LastNode, number);
            }
        }

        foreach (WorkflowNode node in nodes)
        {
            if (!_ids.ContainsKey(node.Id))
            {
                _ids[node.Id] = ++LastNode;
            }
        }
    }

    private void WriteLink(WorkflowEdge edge, WorkflowSubgraph? border)
    {
        if (Origin(edge, border) is not { } from || Target(edge, border) is not { } to)
        {
            warn(ComfyExporter.EdgeNowhere, $"The edge from '{edge.From.Node}' to '{edge.To.Node}' has an end that is not there, and was left out.", edge.To.Node);
            return;
        }

        long id = ++LastLink;
        string type;
        if (_written.TryGetValue(edge.From.Node, out JsonObject? source))
        {
            JsonNode output = source["outputs"]![from.Slot]!;
            type = output["type"]!.GetValue<string>();
            (output["links"] ??= new JsonArray()).AsArray().Add((JsonNode)id);
        }
        else
        {
            type = UiNodeWriter.TypeName(border!.Inputs[from.Slot].Type);
            Put(FromInput, from.Slot, id);
        }

        if (_written.TryGetValue(edge.To.Node, out JsonObject? target))
        {
            target["inputs"]![to.Slot]!["link"] = id;
        }
        else
        {
            Put(ToOutput, to.Slot, id);
        }

        Links.Add(border is null
            ? new JsonArray(id, from.Id, from.Slot, to.Id, to.Slot, type)
            : (JsonNode)new JsonObject { ["id"] = id, ["origin_id"] = from.Id, ["origin_slot"] = from.Slot, ["target_id"] = to.Id, ["target_slot"] = to.Slot, ["type"] = type });
    }

    private (long Id, int Slot)? Origin(WorkflowEdge edge, WorkflowSubgraph? border)
    {
        bool isPlace = int.TryParse(edge.From.Port.StartsWith('#') ? edge.From.Port[1..] : "", NumberStyles.None, CultureInfo.InvariantCulture, out int place);
        if (border is not null && edge.From.Node == NodeId.SubgraphInput)
        {
            int port = isPlace ? place : IndexOf(border.Inputs, edge.From.Port);
            return port >= 0 && port < border.Inputs.Length ? (UiExport.InputNode, port) : null;
        }

        if (!_outputs.TryGetValue(edge.From.Node, out List<string>? names))
        {
            return null;
        }

        int slot = isPlace ? place : names.IndexOf(edge.From.Port);
        if (isPlace || (slot < 0 && _written[edge.From.Node]["outputs"]!.AsArray() is { Count: 0 }))
        {
            // A type nobody knows here: its outputs are those that edges name.
            JsonArray outputs = _written[edge.From.Node]["outputs"]!.AsArray();
            slot = isPlace ? place : 0;
            while (outputs.Count <= slot && outputs.Count < 256)
            {
                names.Add(isPlace ? "" : edge.From.Port);
                outputs.Add((JsonNode)new JsonObject { ["name"] = names[^1], ["type"] = "*", ["links"] = null });
            }

            return slot < outputs.Count ? (_ids[edge.From.Node], slot) : null;
        }

        return slot >= 0 ? (_ids[edge.From.Node], slot) : names.Count == 1 ? (_ids[edge.From.Node], 0) : null;
    }

    private (long Id, int Slot)? Target(WorkflowEdge edge, WorkflowSubgraph? border)
    {
        if (border is not null && edge.To.Node == NodeId.SubgraphOutput)
        {
            int port = IndexOf(border.Outputs, edge.To.Port);
            return port >= 0 ? (UiExport.OutputNode, port) : null;
        }

        return _inputSlots.TryGetValue((edge.To.Node, edge.To.Port), out int slot) ? (_ids[edge.To.Node], slot)
            : _written.TryGetValue(edge.To.Node, out JsonObject? only) && only["inputs"]!.AsArray().Count == 1 ? (_ids[edge.To.Node], 0)
            : null;
    }

    private JsonObject WriteNote(WorkflowNote note) => new()
    {
        ["id"] = ++LastNode,
        ["type"] = note.Markdown ? "MarkdownNote" : "Note",
        ["pos"] = UiNodeWriter.Numbers(note.X, note.Y),
        ["size"] = UiNodeWriter.Numbers(note.Width, note.Height),
        ["flags"] = new JsonObject(),
        ["order"] = Nodes.Count,
        ["mode"] = 0,
        ["inputs"] = new JsonArray(),
        ["outputs"] = new JsonArray(),
        ["properties"] = new JsonObject(),
        ["widgets_values"] = new JsonArray(note.Text),
    };

    private static int IndexOf(ImmutableArray<SubgraphPort> ports, string name)
    {
        for (int i = 0; i < ports.Length; i++)
        {
            if (ports[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Put(Dictionary<int, List<long>> links, int slot, long id)
    {
        if (!links.TryGetValue(slot, out List<long>? list))
        {
            links[slot] = list = [];
        }

        list.Add(id);
    }
}
