using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Gives instances of definitions the values they hold themselves, and otherwise those of the nodes inside.</summary>
internal sealed class InstanceValues(
    IReadOnlyDictionary<UiDefinition, GraphDraft> insides, PromotedWidgets promoted, ReportBuilder report, WorkflowLimits limits)
{
    private readonly Dictionary<UiDefinition, ILookup<string, PortRef>> _fed = [];
    private readonly Dictionary<(UiDefinition Definition, string Port), JsonElement?> _inner = [];

    /// <summary>Sets the values the file keeps with an instance.</summary>
    public void SetOwn(UiNode instance, NodeDraft draft)
    {
        UiDefinition definition = instance.Definition!;
        if (instance.Values is not { } values)
        {
            return;
        }

        if (values.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty value in values.EnumerateObject())
            {
                Set(draft, definition.FindInput(value.Name)?.Name, value.Name, value.Value);
            }
        }
        else if (values.ValueKind == JsonValueKind.Array)
        {
            ImmutableArray<JsonElement> list = [.. values.EnumerateArray()];
            if (definition.IsGroupNode)
            {
                SetGroup(definition, draft, list);
            }
            else if (instance.Shown is { } shown)
            {
                SetShown(definition, draft, shown, list);
            }
            else
            {
                SetInOrder(definition, draft, list);
            }
        }
    }

    /// <summary>Fills what neither an edge nor the instance gives, from the first node inside that has a value.</summary>
    public void SetInner(UiNode instance, NodeDraft draft)
    {
        foreach (UiPort port in instance.Definition!.Inputs)
        {
            if (!draft.Constants.ContainsKey(port.Name) && !draft.Linked.Contains(port.Name)
                && Inner(instance.Definition, port.Name, 0) is { } value)
            {
                draft.Set(port.Name, value, report, limits);
            }
        }
    }

    /// <summary>The type of a definition's input: what it feeds says more than the file where the file only says it is a choice.</summary>
    public PortType TypeOf(UiDefinition definition, UiPort port, int depth = 0)
    {
        bool isVague = port.Type is "COMBO" or "*" || port.Type.Contains(',', StringComparison.Ordinal)
            || port.Type.StartsWith("COMFY_", StringComparison.Ordinal);
        if (isVague && depth <= limits.MaxSubgraphDepth)
        {
            foreach (PortRef target in Fed(definition)[port.Name])
            {
                if (insides[definition].ById.TryGetValue(target.Node, out NodeDraft? node) && node.Type?.FindInput(target.Port) is { } input)
                {
                    return input.Type;
                }

                if (InnerInstance(definition, target) is { } nested && nested.FindInput(target.Port) is { } inner)
                {
                    return TypeOf(nested, inner, depth + 1);
                }
            }
        }

        return isVague && port.Type != "COMBO" ? PortType.Any : ComfyTypes.FromComfy(port.Type);
    }

    private UiDefinition? InnerInstance(UiDefinition definition, PortRef target) =>
        insides[definition].ById.GetValueOrDefault(target.Node)?.Definition;

    private JsonElement? Inner(UiDefinition definition, string port, int depth)
    {
        if (_inner.TryGetValue((definition, port), out JsonElement? known))
        {
            return known;
        }

        // A definition that contains itself finds nothing on its second turn.
        _inner[(definition, port)] = null;
        return _inner[(definition, port)] = FindInner(definition, port, depth);
    }

    private JsonElement? FindInner(UiDefinition definition, string port, int depth)
    {
        foreach (PortRef target in Fed(definition)[port])
        {
            if (!insides[definition].ById.TryGetValue(target.Node, out NodeDraft? node))
            {
                // It leads straight to an output.
                continue;
            }

            JsonElement? value = node.Constants.TryGetValue(target.Port, out JsonElement own)
                ? own
                : depth < limits.MaxSubgraphDepth && InnerInstance(definition, target) is { } nested
                    ? Inner(nested, target.Port, depth + 1)
                    : node.Type?.FindInput(target.Port)?.Default;
            if (value is not null)
            {
                // Where it feeds several widgets, an instance shows the first.
                return value;
            }
        }

        return null;
    }

    private ILookup<string, PortRef> Fed(UiDefinition definition)
    {
        if (!_fed.TryGetValue(definition, out ILookup<string, PortRef>? fed))
        {
            _fed[definition] = fed = insides[definition].FedByInput();
        }

        return fed;
    }

    private void SetShown(UiDefinition definition, NodeDraft draft, IReadOnlyList<(string Node, string Widget)> shown, ImmutableArray<JsonElement> values)
    {
        for (int i = 0; i < Math.Min(shown.Count, values.Length); i++)
        {
            (string node, string widget) = shown[i];
            if (widget is "control_after_generate" or "control_before_generate")
            {
                continue;
            }

            string? port = node == "-1" ? definition.FindInput(widget)?.Name : promoted.PortFor(definition, node, widget, 0);
            Set(draft, port, widget, values[i]);
        }
    }

    /// <summary>Before instances said what they show, they kept one value per input that feeds a widget inside.</summary>
    private void SetInOrder(UiDefinition definition, NodeDraft draft, ImmutableArray<JsonElement> values)
    {
        ImmutableArray<UiPort> widgets = [.. definition.Inputs.Where(port => TypeOf(definition, port).IsConstant && FeedsWidget(definition, port))];
        int at = 0;
        foreach (UiPort port in widgets)
        {
            if (at < values.Length)
            {
                Set(draft, port.Name, port.FileName, values[at++]);
            }

            if (at < values.Length && port.FileName is "seed" or "noise_seed" && values[at].ValueKind == JsonValueKind.String)
            {
                at++;
            }
        }

        if (at < values.Length)
        {
            report.Warn(ImportCodes.UnmatchedValue, "Some widget values of the subgraph instance fit no input and were left out.", draft.Place);
        }
    }

    private bool FeedsWidget(UiDefinition definition, UiPort port) =>
        Fed(definition)[port.Name].Any(target =>
            insides[definition].ById.TryGetValue(target.Node, out NodeDraft? node)
            && (node.Type?.FindInput(target.Port) is { IsWidget: true } || node.Constants.ContainsKey(target.Port) || InnerInstance(definition, target) is not null));

    private void SetGroup(UiDefinition definition, NodeDraft draft, ImmutableArray<JsonElement> values)
    {
        ImmutableArray<(UiNode Node, WidgetEntry Entry)> places = Places(definition, _ => true);
        if (places.Length != values.Length)
        {
            // Inputs that were widgets before somebody turned them around keep no value with the instance.
            places = Places(definition, place => !place.Node.Inputs.Exists(input => input.Widget is not null && input.Widget == place.Entry.Input));
        }

        if (places.Length != values.Length)
        {
            report.Warn(
                ImportCodes.UnmatchedValue,
                $"The group node keeps {values.Length} values that do not fit its widgets; the values of its definition are used.",
                draft.Place);
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (places[i].Entry is { Input: { } widget, IsControl: false }
                && definition.PortOfWidget.TryGetValue((places[i].Node.Key, widget), out string? port))
            {
                Set(draft, port, widget, values[i]);
            }
        }
    }

    private ImmutableArray<(UiNode Node, WidgetEntry Entry)> Places(UiDefinition definition, Func<(UiNode Node, WidgetEntry Entry), bool> isKept) =>
    [
        .. definition.Graph.Nodes
            .SelectMany((node, index) => promoted.VisibleEntries(definition, node, index).Select(entry => (Node: node, Entry: entry)))
            .Where(isKept),
    ];

    private void Set(NodeDraft draft, string? port, string widget, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (port is null)
        {
            report.Warn(
                ImportCodes.MissingPromoted,
                $"The subgraph instance shows '{ReportBuilder.Short(widget)}', which is not inside or is fed by something else; its value was left out.",
                draft.Place,
                widget);
            return;
        }

        draft.Set(port, value, report, limits);
    }
}
