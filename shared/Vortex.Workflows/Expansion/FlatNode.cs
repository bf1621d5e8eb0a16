using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>What a flat node does with values.</summary>
internal enum FlatKind
{
    /// <summary>It is executed.</summary>
    Real,

    /// <summary>A switch; the resolver makes it <see cref="Real"/> or <see cref="Chosen"/>.</summary>
    Switch,

    /// <summary>A switch with a constant selector: passes on <see cref="FlatNode.PassedInput"/>.</summary>
    Chosen,

    /// <summary>It does not run, nor does what needs it.</summary>
    Muted,

    /// <summary>Its outputs pass on inputs of their types.</summary>
    Bypassed,

    /// <summary>Its output passes on its input.</summary>
    Reroute,

    /// <summary>What an instance is given from outside.</summary>
    Entry,

    /// <summary>What one pass of an instance is given.</summary>
    Inlet,

    /// <summary>What one pass of an instance gives.</summary>
    Outlet,
}

/// <summary>A node of the flat graph: a node of some graph of the document, or a border of a subgraph instance.</summary>
internal sealed class FlatNode
{
    public required string Id { get; init; }

    public required FlatKind Kind { get; set; }

    /// <summary>Gets the ports; null for borders and for bypassed nodes of unknown types.</summary>
    public NodeShape? Shape { get; init; }

    /// <summary>Gets the edges that lead here, by input, in document order.</summary>
    public List<(string Input, FlatPort From)> Links { get; } = [];

    /// <summary>Gets the constants, by input.</summary>
    public Dictionary<string, JsonElement>? Constants { get; init; }

    /// <summary>Gets or sets the input that a <see cref="FlatKind.Chosen"/> switch passes on; null when the selector names none.</summary>
    public string? PassedInput { get; set; }

    /// <summary>Gets the entry of the instance; for <see cref="FlatKind.Inlet"/> only.</summary>
    public int Entry { get; init; }

    /// <summary>Gets the outlet of the pass before, -1 in the first pass; for <see cref="FlatKind.Inlet"/> only.</summary>
    public int PreviousOutlet { get; init; } = -1;

    /// <summary>Gets the number of the pass; for <see cref="FlatKind.Inlet"/> only.</summary>
    public int Pass { get; init; }

    /// <summary>Gets the loop; for <see cref="FlatKind.Inlet"/> only.</summary>
    public NodeRepeat? Repeat { get; init; }

    /// <summary>Finds the edge that leads to an input.</summary>
    public FlatPort? LinkTo(string input)
    {
        if (Links.Count > LinearUpTo)
        {
            _byInput ??= Links.ToDictionary(link => link.Input, link => link.From, StringComparer.Ordinal);
            return _byInput.TryGetValue(input, out FlatPort found) ? found : null;
        }

        foreach ((string name, FlatPort from) in Links)
        {
            if (name == input)
            {
                return from;
            }
        }

        return null;
    }

    private const int LinearUpTo = 16;

    private Dictionary<string, FlatPort>? _byInput;
}

/// <summary>An output of a flat node, as the edge names it.</summary>
internal readonly record struct FlatPort(int Node, string Port);

/// <summary>What arrives at an input in the end.</summary>
internal readonly record struct FlatValue(FlatValueKind Kind, int Node = -1, int Slot = 0, JsonElement Constant = default)
{
    public static FlatValue Nothing { get; } = new(FlatValueKind.Nothing);

    public static FlatValue Dead { get; } = new(FlatValueKind.Dead);
}

/// <summary>The kinds of values that arrive.</summary>
internal enum FlatValueKind
{
    /// <summary>The edge ends at a port that nothing feeds: as if it were not there.</summary>
    Nothing,

    /// <summary>The output of a node that is executed.</summary>
    Output,

    /// <summary>A constant.</summary>
    Constant,

    /// <summary>The output of a muted node.</summary>
    Dead,
}
