using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>What really stands at the far end of a link.</summary>
internal enum SourceKind
{
    /// <summary>An output of a node.</summary>
    Output,

    /// <summary>An input of the definition the graph is the inside of.</summary>
    Port,

    /// <summary>A value kept by a primitive node.</summary>
    Value,

    /// <summary>Nothing is connected at the far end.</summary>
    Open,

    /// <summary>The link leads to something that does not exist.</summary>
    Missing,

    /// <summary>The way leads back to itself.</summary>
    Cycle,
}

/// <summary>The far end of a link.</summary>
internal readonly record struct UiSource(SourceKind Kind, UiNode? Node = null, int Slot = 0, string? Port = null, JsonElement? Value = null);

/// <summary>Follows links of one graph through reroutes, named values and primitives to what produces the value.</summary>
internal sealed class SourceResolver
{
    private readonly UiGraph _graph;
    private readonly UiDefinition? _definition;
    private readonly Dictionary<string, UiSource> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UiNode> _setters = new(StringComparer.Ordinal);

    public SourceResolver(UiGraph graph, UiDefinition? definition, ReportBuilder report)
    {
        _graph = graph;
        _definition = definition;
        foreach (UiNode node in graph.Nodes.Where(node => node.Kind == UiNodeKind.Setter))
        {
            if (NameOf(node) is { Length: > 0 } name && !_setters.TryAdd(name, node))
            {
                report.Warn(ImportCodes.DuplicateName, $"The name '{ReportBuilder.Short(name)}' is set twice; the first node counts.", graph.Place(node));
            }
        }
    }

    /// <summary>Gets the primitives whose value some input took.</summary>
    public HashSet<UiNode> UsedPrimitives { get; } = [];

    /// <summary>Returns what feeds a link.</summary>
    public UiSource Resolve(string link)
    {
        if (_known.TryGetValue(link, out UiSource known))
        {
            return known;
        }

        HashSet<string> passed = new(StringComparer.Ordinal);
        string at = link;
        UiSource source;
        while (true)
        {
            if (!passed.Add(at))
            {
                source = new UiSource(SourceKind.Cycle);
                break;
            }

            if (_known.TryGetValue(at, out source) || Step(at, out source) is not { } next)
            {
                break;
            }

            at = next;
        }

        foreach (string way in passed)
        {
            _known[way] = source;
        }

        return source;
    }

    /// <summary>Goes one step: returns the next link, or null and the source.</summary>
    private string? Step(string key, out UiSource source)
    {
        source = new UiSource(SourceKind.Missing);
        if (!_graph.Links.TryGetValue(key, out UiLink link))
        {
            return null;
        }

        if (string.Equals(link.Origin, _graph.InputKey, StringComparison.Ordinal))
        {
            if (_definition is not null && link.OriginSlot >= 0 && link.OriginSlot < _definition.Inputs.Count
                && !_definition.Inputs[link.OriginSlot].Disowns(key, link.Type))
            {
                source = new UiSource(SourceKind.Port, Port: _definition.Inputs[link.OriginSlot].Name);
            }

            return null;
        }

        if (!_graph.ByKey.TryGetValue(link.Origin, out UiNode? node) || link.OriginSlot < 0)
        {
            return null;
        }

        switch (node.Kind)
        {
            case UiNodeKind.Ordinary or UiNodeKind.Instance:
                source = new UiSource(SourceKind.Output, node, link.OriginSlot);
                return null;
            case UiNodeKind.Primitive:
                UsedPrimitives.Add(node);
                source = FirstValue(node) is { } value ? new UiSource(SourceKind.Value, node, Value: value) : new UiSource(SourceKind.Open);
                return null;
            case UiNodeKind.Reroute or UiNodeKind.Setter:
                return Onward(node, out source);
            case UiNodeKind.Getter when NameOf(node) is { } name && _setters.TryGetValue(name, out UiNode? setter):
                return Onward(setter, out source);
            default:
                return null;
        }
    }

    private static string? Onward(UiNode node, out UiSource source)
    {
        source = new UiSource(SourceKind.Open);
        return node.Inputs.FirstOrDefault()?.Link;
    }

    private static string? NameOf(UiNode node) =>
        FirstValue(node) is { ValueKind: JsonValueKind.String } name ? name.GetString() : null;

    /// <summary>The first stored value of a node, whichever way they are written.</summary>
    public static JsonElement? FirstValue(UiNode node) => node.Values switch
    {
        { ValueKind: JsonValueKind.Array } values when values.GetArrayLength() > 0 => Some(values[0]),
        { ValueKind: JsonValueKind.Object } values => values.EnumerateObject().Select(value => Some(value.Value)).FirstOrDefault(),
        _ => null,
    };

    private static JsonElement? Some(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value;
}
