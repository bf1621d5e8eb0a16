using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>A step of a workflow: a node type with the values of the inputs that no edge feeds.</summary>
public sealed record WorkflowNode
{
    /// <summary>The prefix of <see cref="Type"/> that makes a node an instance of a subgraph of the same document.</summary>
    public const string SubgraphPrefix = "subgraph:";

    /// <summary>Gets the node's name, unique in its graph.</summary>
    public required NodeId Id { get; init; }

    /// <summary>Gets the node type's name in the catalog, or <c>subgraph:ID</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Gets constant input values by port name. An edge to the same port wins over the constant.</summary>
    public ImmutableSortedDictionary<string, JsonElement> Inputs { get; init; } =
        ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>Gets where and how an editor draws the node. Never changes a result.</summary>
    public NodeUi Ui { get; init; } = new();

    /// <summary>Gets whether the node runs.</summary>
    public NodeMode Mode { get; init; } = NodeMode.Active;

    /// <summary>Gets how often a subgraph instance runs, one pass feeding the next; null for once.</summary>
    public NodeRepeat? Repeat { get; init; }

    /// <summary>Gets further facts that tools keep with the node; an object or null. Never changes a result.</summary>
    public JsonElement? Meta { get; init; }

    /// <summary>Gets the subgraph's id if the node is an instance of one.</summary>
    public string? SubgraphId =>
        Type.StartsWith(SubgraphPrefix, StringComparison.Ordinal) ? Type[SubgraphPrefix.Length..] : null;
}

/// <summary>Position, size and look of a node in an editor, in pixels at 100 % zoom.</summary>
public sealed record NodeUi(double X = 0, double Y = 0)
{
    /// <summary>Gets the width; null leaves it to the editor.</summary>
    public double? Width { get; init; }

    /// <summary>Gets the height; null leaves it to the editor.</summary>
    public double? Height { get; init; }

    /// <summary>Gets the title a person gave the node; null shows the type's name.</summary>
    public string? Title { get; init; }

    /// <summary>Gets the colour as <c>#rrggbb</c>; null is the editor's own.</summary>
    public string? Color { get; init; }

    /// <summary>Gets whether the editor folds the node to its title.</summary>
    public bool Collapsed { get; init; }
}

/// <summary>Whether a node takes part in a run.</summary>
public enum NodeMode
{
    /// <summary>The node runs.</summary>
    Active,

    /// <summary>The node and all that depends on it do not run.</summary>
    Muted,

    /// <summary>The node is left out: each output passes on the first input of its type.</summary>
    Bypassed,
}

/// <summary>Runs a subgraph instance several times in a row: the loop of VTXW, unrolled before a run is planned.</summary>
/// <param name="Count">Passes, 1 to the limit of <see cref="WorkflowLimits.MaxRepeat"/>.</param>
/// <param name="Carry">Outputs of one pass that become inputs of the next. All other inputs stay as they are.</param>
/// <param name="IndexPort">A subgraph input that receives the pass's number, from 0; null for none.</param>
public sealed record NodeRepeat(int Count, ImmutableArray<CarriedPort> Carry, string? IndexPort = null);

/// <summary>One value that goes from a pass of a loop into the next.</summary>
public sealed record CarriedPort(string Output, string Input);
