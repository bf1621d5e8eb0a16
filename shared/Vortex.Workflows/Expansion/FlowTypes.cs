using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>The node types that direct values instead of computing them. Every catalog knows them, whether it lists them or not.</summary>
/// <remarks>
/// The expander takes all reroutes out, and a switch whose selector is a constant. A switch whose selector comes over an edge stays in
/// the graph and is executed like any node, after all of its cases; the catalog then has to bring a type that can be executed.
/// </remarks>
public static class FlowTypes
{
    /// <summary>How many cases a <see cref="Switch"/> has.</summary>
    public const int SwitchCases = 8;

    /// <summary>Gets the type that passes its one input on: a bend in an edge. As in ComfyUI its ports may also be named by an empty text.</summary>
    public static NodeType Reroute { get; } = new()
    {
        Name = "Reroute",
        Pack = "vortex.flow",
        DisplayName = "Reroute",
        Category = "flow",
        Description = "Passes its input on unchanged.",
        Inputs = [new NodeInput { Name = "value", Type = PortType.Any, IsRequired = false }],
        Outputs = [new NodeOutput("value", PortType.Any)],
        Resources = NodeResources.Trivial,
    };

    /// <summary>Gets the type that gives one of its cases: <c>case0</c> to <c>case7</c>, chosen by <c>select</c>.</summary>
    public static NodeType Switch { get; } = new()
    {
        Name = "vortex.Switch",
        Pack = "vortex.flow",
        DisplayName = "Switch",
        Category = "flow",
        Description = "Gives the case that 'select' names. With a fixed 'select' only that case is computed.",
        Inputs =
        [
            new NodeInput { Name = "select", Type = PortType.Integer, Min = 0, Max = SwitchCases - 1, Step = 1, Default = Zero() },
            .. Enumerable.Range(0, SwitchCases).Select(index => new NodeInput
            {
                Name = "case" + index.ToString(CultureInfo.InvariantCulture),
                Type = PortType.Any,
                IsRequired = false,
            }),
        ],
        Outputs = [new NodeOutput("value", PortType.Any)],
        Resources = NodeResources.Trivial,
    };

    /// <summary>Gets ComfyUI's switch of two cases, chosen by <c>switch</c>.</summary>
    public static NodeType ComfySwitch { get; } = new()
    {
        Name = "ComfySwitchNode",
        Pack = "vortex.flow",
        DisplayName = "If/Else Switch",
        Category = "flow",
        Description = "Gives 'on_true' or 'on_false'. With a fixed 'switch' only that one is computed.",
        Inputs =
        [
            new NodeInput { Name = "switch", Type = PortType.Bool },
            new NodeInput { Name = "on_false", Type = PortType.Any, IsRequired = false },
            new NodeInput { Name = "on_true", Type = PortType.Any, IsRequired = false },
        ],
        Outputs = [new NodeOutput("output", PortType.Any)],
        Resources = NodeResources.Trivial,
    };

    /// <summary>Gets all of them.</summary>
    public static ImmutableArray<NodeType> All { get; } = [Reroute, Switch, ComfySwitch];

    private static readonly FrozenDictionary<string, NodeType> ByName = All.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Finds a flow type; null when the name is none of theirs.</summary>
    public static NodeType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Returns whether the type only bends an edge.</summary>
    internal static bool IsReroute(string type) => type == Reroute.Name;

    /// <summary>Returns the input that chooses a case; null for types that are no switch.</summary>
    internal static string? SelectorOf(string type) =>
        type == Switch.Name ? "select" : type == ComfySwitch.Name ? "switch" : null;

    /// <summary>Returns the input that a constant selector chooses; null when the constant chooses none.</summary>
    internal static string? CaseOf(string type, JsonElement selector)
    {
        if (type == ComfySwitch.Name)
        {
            return selector.ValueKind switch
            {
                JsonValueKind.True => "on_true",
                JsonValueKind.False => "on_false",
                _ => null,
            };
        }

        return selector.ValueKind == JsonValueKind.Number && selector.TryGetDecimal(out decimal index) && index is >= 0 and < SwitchCases && decimal.IsInteger(index)
            ? "case" + ((int)index).ToString(CultureInfo.InvariantCulture)
            : null;
    }

    private static JsonElement Zero() => JsonElement.Parse("0");
}
