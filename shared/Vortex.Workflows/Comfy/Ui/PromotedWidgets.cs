using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>
/// Instances show widgets of the nodes inside. Where no port of the definition carries such a widget yet, the definition gets one,
/// so that each instance can hold a value of its own.
/// </summary>
internal sealed class PromotedWidgets(NodeCatalog catalog, WidgetMatcher matcher, WorkflowLimits limits)
{
    private readonly Dictionary<UiDefinition, SourceResolver> _sources = [];

    /// <summary>Reads <see cref="UiNode.Shown"/>.</summary>
    public static ImmutableArray<(string Node, string Widget)>? ReadShown(JsonElement raw)
    {
        if (raw.Object("properties")?.Member("proxyWidgets") is not { ValueKind: JsonValueKind.Array } shown)
        {
            return null;
        }

        ImmutableArray<(string, string)>.Builder widgets = ImmutableArray.CreateBuilder<(string, string)>(shown.GetArrayLength());
        foreach (JsonElement entry in shown.EnumerateArray())
        {
            bool isPair = entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() >= 2;
            widgets.Add(((isPair ? entry[0].Key() : null) ?? "", (isPair ? entry[1].Key() : null) ?? ""));
        }

        return widgets.ToImmutable();
    }

    /// <summary>Tells which resolver knows the inside of a definition.</summary>
    public void Know(UiDefinition definition, SourceResolver sources) => _sources[definition] = sources;

    /// <summary>Gives a definition the ports its instances ask for.</summary>
    public void AddPorts(UiDefinition definition, UiNode instance)
    {
        if (definition.IsGroupNode)
        {
            return;
        }

        foreach ((string node, string widget) in instance.Shown ?? [])
        {
            if (node is not "" and not "-1")
            {
                PortFor(definition, node, widget, 0);
            }
        }
    }

    /// <summary>Gives a group node definition a port per visible widget: its instances keep a value for each.</summary>
    public void AddGroupPorts(UiDefinition definition)
    {
        for (int index = 0; index < definition.Graph.Nodes.Count; index++)
        {
            UiNode node = definition.Graph.Nodes[index];
            foreach (WidgetEntry entry in VisibleEntries(definition, node, index))
            {
                if (entry is { Input: { } widget, IsControl: false } && node.Kind == UiNodeKind.Ordinary
                    && !definition.PortOfWidget.ContainsKey((node.Key, widget)))
                {
                    AddPort(definition, node, widget, TypeOf(node, widget));
                }
            }
        }
    }

    /// <summary>The stored values of an inner node that instances of its group node repeat.</summary>
    public ImmutableArray<WidgetEntry> VisibleEntries(UiDefinition definition, UiNode node, int index)
    {
        HashSet<string> linked = [.. node.Inputs.Where(input => input is { Widget: not null, Link: not null }).Select(input => input.Widget!)];
        return
        [
            .. matcher.Match(node).Entries.Where(entry =>
                entry.Input is null || (!linked.Contains(entry.Input) && !GroupNodePorts.IsHidden(definition, index, "input", entry.Input, out _))),
        ];
    }

    /// <summary>The port of a definition that carries a widget of an inner node; null when there is no such widget.</summary>
    public string? PortFor(UiDefinition definition, string key, string widget, int depth)
    {
        if (definition.PortOfWidget.TryGetValue((key, widget), out string? known))
        {
            return known;
        }

        if (depth > limits.MaxSubgraphDepth || !definition.Graph.ByKey.TryGetValue(key, out UiNode? node))
        {
            return null;
        }

        string? inner = InnerPort(node, widget, depth);
        if (inner is null)
        {
            return null;
        }

        UiSlot? slot = node.Inputs.Find(input => input.Link is not null
            && (string.Equals(input.Widget, widget, StringComparison.Ordinal) || string.Equals(input.Name, inner, StringComparison.Ordinal)));
        if (slot is not null)
        {
            // A widget something else feeds has no value of its own to show.
            UiSource source = _sources[definition].Resolve(slot.Link!);
            return source.Kind == SourceKind.Port ? definition.PortOfWidget[(key, widget)] = source.Port! : null;
        }

        return AddPort(definition, node, inner, TypeOf(node, inner), widget);
    }

    private string? InnerPort(UiNode node, string widget, int depth)
    {
        if (node.Definition is { } nested)
        {
            if (nested.FindInput(widget) is { } port)
            {
                return port.Name;
            }

            foreach ((string key, string shown) in node.Shown ?? [])
            {
                if (string.Equals(shown, widget, StringComparison.Ordinal) && key is not "" and not "-1")
                {
                    return PortFor(nested, key, widget, depth + 1);
                }
            }

            return null;
        }

        if (node.Kind != UiNodeKind.Ordinary)
        {
            return null;
        }

        bool exists = catalog.Find(node.Type) is { } type
            ? type.FindInput(widget) is { IsWidget: true }
            : WidgetMatcher.NamesInFile(node).Contains(widget, StringComparer.Ordinal) || matcher.Match(node).Values.Any(value => value.Input == widget);
        return exists ? widget : null;
    }

    private string TypeOf(UiNode node, string port)
    {
        if (node.Definition is { } nested)
        {
            return nested.FindInput(port)?.Type ?? "*";
        }

        return catalog.Find(node.Type)?.FindInput(port) is { } input
            ? ComfyTypes.ToComfy(input.Type)
            : node.Inputs.Find(slot => slot.Widget == port)?.Type ?? "*";
    }

    private static string AddPort(UiDefinition definition, UiNode node, string inner, string type, string? widget = null)
    {
        string port = definition.IsGroupNode
            ? GroupNodePorts.PortName(inner, node, definition.InputNames)
            : definition.InputNames.Take(inner);
        definition.AddInput(new UiPort(port, port, type));
        definition.Promoted.Add((port, node, inner));
        definition.PortOfWidget[(node.Key, widget ?? inner)] = port;
        return port;
    }
}
