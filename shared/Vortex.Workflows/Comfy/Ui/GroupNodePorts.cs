using System.Globalization;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>
/// Gives a group node definition the links and ports a subgraph has. A group node lists its inner links by position and leaves its ports
/// to a rule: every inner input no inner link feeds, every inner output no inner link uses or that is named as external.
/// </summary>
internal static class GroupNodePorts
{
    public static void Read(UiDefinition definition)
    {
        UiGraph graph = definition.Graph;
        HashSet<(int Node, int Slot)> used = ReadLinks(definition.Raw, graph);
        for (int index = 0; index < graph.Nodes.Count; index++)
        {
            AddInputs(definition, graph.Nodes[index], index, definition.InputNames);
        }

        AddOutputs(definition, used);
    }

    /// <summary>Says whether the definition hides a port of an inner node, and the name it gives it otherwise.</summary>
    public static bool IsHidden(UiDefinition definition, int index, string side, string name, out string? rename)
    {
        JsonElement? config = definition.Raw.Object("config")
            ?.Object(index.ToString(CultureInfo.InvariantCulture))?.Object(side)?.Object(name);
        rename = config?.Text("name");
        return config?.Member("visible") is { ValueKind: JsonValueKind.False };
    }

    private static HashSet<(int Node, int Slot)> ReadLinks(JsonElement raw, UiGraph graph)
    {
        HashSet<(int Node, int Slot)> used = [];
        int number = 0;
        foreach (JsonElement link in raw.Items("links"))
        {
            if (link.ValueKind != JsonValueKind.Array || link.GetArrayLength() < 4
                || link[0].Whole() is not { } origin || link[1].Whole() is not { } originSlot
                || link[2].Whole() is not { } target || link[3].Whole() is not { } targetSlot
                || target < 0 || target >= graph.Nodes.Count || origin < 0 || origin >= graph.Nodes.Count
                || targetSlot < 0 || targetSlot >= graph.Nodes[target].Inputs.Count)
            {
                // A link without an origin comes from outside: the input is a port.
                continue;
            }

            string key = "inner-" + number++.ToString(CultureInfo.InvariantCulture);
            List<UiSlot> inputs = graph.Nodes[target].Inputs;
            inputs[targetSlot] = inputs[targetSlot] with { Link = key };
            graph.Links[key] = new UiLink(graph.Nodes[origin].Key, originSlot, graph.Nodes[target].Key, targetSlot, inputs[targetSlot].Type);
            used.Add((origin, originSlot));
        }

        return used;
    }

    private static void AddInputs(UiDefinition definition, UiNode node, int index, UniqueNames names)
    {
        for (int slot = 0; slot < node.Inputs.Count; slot++)
        {
            UiSlot input = node.Inputs[slot];
            if (input.Link is not null && definition.Graph.Links.ContainsKey(input.Link))
            {
                continue;
            }

            if (input.Widget is not null)
            {
                // Widgets get their ports with their values.
                node.Inputs[slot] = input with { Link = null };
                continue;
            }

            if (node.Kind == UiNodeKind.Reroute)
            {
                // A reroute has neither name nor type; it stands for what it feeds.
                input = Target(definition.Graph, node) is { } fed ? input with { Name = fed.Name, Type = fed.Type } : input;
            }

            if (IsHidden(definition, index, "input", input.Name, out string? rename))
            {
                node.Inputs[slot] = input with { Link = null };
                continue;
            }

            string key = $"input-{index.ToString(CultureInfo.InvariantCulture)}-{slot.ToString(CultureInfo.InvariantCulture)}";
            string name = PortName(rename ?? input.Label ?? input.Name, node, names);
            definition.Graph.Links[key] = new UiLink(definition.Graph.InputKey!, definition.Inputs.Count, node.Key, slot, input.Type);
            definition.AddInput(new UiPort(name, name, input.Type));
            node.Inputs[slot] = input with { Link = key };
        }
    }

    private static UiSlot? Target(UiGraph graph, UiNode reroute)
    {
        foreach (UiLink link in graph.Links.Values)
        {
            if (string.Equals(link.Origin, reroute.Key, StringComparison.Ordinal)
                && graph.ByKey.TryGetValue(link.Target, out UiNode? target) && link.TargetSlot < target.Inputs.Count)
            {
                return target.Inputs[link.TargetSlot];
            }
        }

        return null;
    }

    private static void AddOutputs(UiDefinition definition, HashSet<(int Node, int Slot)> used)
    {
        HashSet<(int Node, int Slot)> external = [];
        foreach (JsonElement entry in definition.Raw.Items("external"))
        {
            if (entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() >= 2 && entry[1].Whole() is { } slot)
            {
                // Some versions wrote the whole node in place of its position.
                int? index = entry[0].Whole() ?? entry[0].Member("index")?.Whole();
                external.Add((index ?? -1, slot));
            }
        }

        UniqueNames names = new();
        List<UiNode> nodes = definition.Graph.Nodes;
        for (int index = 0; index < nodes.Count; index++)
        {
            for (int slot = 0; slot < nodes[index].Outputs.Count; slot++)
            {
                UiSlot output = nodes[index].Outputs[slot];
                if ((used.Contains((index, slot)) && !external.Contains((index, slot)))
                    || IsHidden(definition, index, "output", slot.ToString(CultureInfo.InvariantCulture), out string? rename))
                {
                    continue;
                }

                string key = $"output-{index.ToString(CultureInfo.InvariantCulture)}-{slot.ToString(CultureInfo.InvariantCulture)}";
                string name = PortName(rename ?? output.Label ?? output.Name, nodes[index], names);
                definition.Graph.Links[key] =
                    new UiLink(nodes[index].Key, slot, definition.Graph.OutputKey!, definition.Outputs.Count, output.Type);
                definition.Outputs.Add(new UiPort(name, name, output.Type, key));
            }
        }
    }

    /// <summary>The plain name for the first port that has it; the next is named after its node as well.</summary>
    public static string PortName(string name, UiNode node, UniqueNames names)
    {
        string wanted = name.Length == 0 ? "port" : name;
        string taken = names.Take(wanted);
        return string.Equals(taken, wanted, StringComparison.Ordinal) ? taken : names.Take($"{node.Title ?? node.Type} {wanted}");
    }
}
