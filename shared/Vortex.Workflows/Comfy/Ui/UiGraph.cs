using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>What a node of an editor file is to the importer.</summary>
internal enum UiNodeKind
{
    Ordinary,
    Instance,
    Note,
    Reroute,
    Primitive,
    Setter,
    Getter,

    /// <summary>Connects others without links.</summary>
    Everywhere,

    /// <summary>Only works in ComfyUI's editor and carries no value.</summary>
    EditorOnly,
}

/// <summary>An input or output of a node as the file lists it.</summary>
/// <param name="Name">The name; may repeat within a node.</param>
/// <param name="Type">ComfyUI's type name.</param>
/// <param name="Widget">The widget an input stands for; null for a plain input.</param>
/// <param name="Link">The key of the link that feeds an input; null for none.</param>
/// <param name="Label">What the editor shows in place of the name.</param>
internal sealed record UiSlot(string Name, string Type, string? Widget = null, string? Link = null, string? Label = null);

/// <summary>A link of an editor file, its ends by node key.</summary>
internal readonly record struct UiLink(string Origin, int OriginSlot, string Target, int TargetSlot, string Type);

/// <summary>A node of an editor file.</summary>
internal sealed class UiNode
{
    private readonly Lazy<IReadOnlyList<(string Node, string Widget)>?> _shown;

    public UiNode() => _shown = new(() => PromotedWidgets.ReadShown(Raw));

    /// <summary>The id in the file.</summary>
    public required string Key { get; init; }

    /// <summary>The id in the document: the same unless it was unusable there.</summary>
    public required NodeId Id { get; init; }

    public required string Type { get; init; }

    public required UiNodeKind Kind { get; init; }

    public required JsonElement Raw { get; init; }

    public int Mode { get; init; }

    public List<UiSlot> Inputs { get; init; } = [];

    public List<UiSlot> Outputs { get; init; } = [];

    /// <summary>The definition, for an instance.</summary>
    public UiDefinition? Definition { get; init; }

    public JsonElement? Values => Raw.Member("widgets_values");

    /// <summary>
    /// The widgets an instance shows: inner node key (<c>-1</c> for a port of the definition) and widget name, in the order of its
    /// values. Null when the file does not say.
    /// </summary>
    public IReadOnlyList<(string Node, string Widget)>? Shown => _shown.Value;

    public string? Title => Raw.Text("title");
}

/// <summary>One graph of an editor file: the top one or the inside of a definition.</summary>
internal sealed class UiGraph
{
    /// <summary>The key that stands for the inputs of the definition in links; null at the top.</summary>
    public string? InputKey { get; init; }

    /// <summary>The key that stands for its outputs.</summary>
    public string? OutputKey { get; init; }

    public required JsonElement Raw { get; init; }

    public List<UiNode> Nodes { get; } = [];

    public Dictionary<string, UiNode> ByKey { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, UiLink> Links { get; } = new(StringComparer.Ordinal);

    /// <summary>What leads from the top to the first occurrence of this graph, with a colon at the end; empty at the top.</summary>
    public string Path { get; set; } = "";

    /// <summary>The name reports use for a node of this graph.</summary>
    public NodeId Place(UiNode node) => new(Path + node.Id.Value);
}

/// <summary>A subgraph or group node definition.</summary>
internal sealed class UiDefinition
{
    private readonly List<UiPort> _inputs = [];
    private readonly Dictionary<string, UiPort> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UiPort> _byFileName = new(StringComparer.Ordinal);

    /// <summary>The id subgraphs have in the document.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required JsonElement Raw { get; init; }

    /// <summary>Whether it is a group node of before subgraphs existed.</summary>
    public bool IsGroupNode { get; init; }

    /// <summary>The inside; set once, right after all definitions are known.</summary>
    public UiGraph Graph { get; set; } = null!;

    public IReadOnlyList<UiPort> Inputs => _inputs;

    public UniqueNames InputNames { get; } = new();

    public List<UiPort> Outputs { get; } = [];

    /// <summary>The port that carries a widget of an inner node, by inner node key and widget name.</summary>
    public Dictionary<(string Node, string Widget), string> PortOfWidget { get; } = [];

    /// <summary>Ports that exist only because an instance shows an inner widget: what they feed.</summary>
    public List<(string Port, UiNode Node, string Widget)> Promoted { get; } = [];

    public void AddInput(UiPort port)
    {
        _inputs.Add(port);
        _byName.Add(port.Name, port);
        _byFileName.TryAdd(port.FileName, port);
    }

    public UiPort? FindInput(string name) => _byName.GetValueOrDefault(name) ?? _byFileName.GetValueOrDefault(name);
}

/// <summary>A port of a definition.</summary>
/// <param name="Name">The name in the document, unique.</param>
/// <param name="FileName">The name in the file.</param>
/// <param name="Type">ComfyUI's type name.</param>
/// <param name="Link">For an output, the key of the link that feeds it.</param>
internal sealed record UiPort(string Name, string FileName, string Type, string? Link = null)
{
    /// <summary>Gets the links the file lists with an input; empty when it lists none.</summary>
    public IReadOnlySet<string> Links { get; init; } = System.Collections.Frozen.FrozenSet<string>.Empty;

    /// <summary>Whether a link that names this port by position is a leftover: the port does not know it, and it is of another type.</summary>
    public bool Disowns(string key, string type) =>
        Links.Count > 0 && !Links.Contains(key) && Type != type && Type != "*" && type != "*";
}
