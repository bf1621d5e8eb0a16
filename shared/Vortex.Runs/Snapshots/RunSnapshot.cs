using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Everything a run needs to be repeated: frozen when it was accepted, stored as JSON in the artifact store, never changed.</summary>
/// <remarks>Plans and cache keys are pure functions of it; a catalog that changes later changes nothing about a run that was accepted.</remarks>
public sealed record RunSnapshot
{
    /// <summary>Gets the version of this shape.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Gets the graph, subgraphs written out and inputs put in.</summary>
    public required ExecutableGraph Graph { get; init; }

    /// <summary>Gets the values the caller gave.</summary>
    public ImmutableSortedDictionary<string, JsonElement> Inputs { get; init; } = ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>Gets the files that constants mean, by node and input.</summary>
    public ImmutableSortedDictionary<NodeId, ImmutableSortedDictionary<string, FileRef>> Files { get; init; } =
        ImmutableSortedDictionary<NodeId, ImmutableSortedDictionary<string, FileRef>>.Empty;

    /// <summary>Gets the files that decide what prompts mean beside their words, by node: textual inversions and the tokenizer's vocabulary.</summary>
    public ImmutableSortedDictionary<NodeId, ImmutableArray<FileRef>> PromptFiles { get; init; } = ImmutableSortedDictionary<NodeId, ImmutableArray<FileRef>>.Empty;

    /// <summary>Gets how nodes with a policy of their own are tried again.</summary>
    public ImmutableSortedDictionary<NodeId, RetryPolicy> Retries { get; init; } = ImmutableSortedDictionary<NodeId, RetryPolicy>.Empty;

    /// <summary>Gets how it was asked to run.</summary>
    public RunOptions Options { get; init; } = new();

    /// <summary>Gets what the node types meant then.</summary>
    public required RunEnvironment Environment { get; init; }

    /// <summary>Gets a text of this run alone; it takes part in the keys of nodes that are not deterministic.</summary>
    public required string Nonce { get; init; }

    /// <summary>Gets text chunks for pictures: <c>prompt</c>, <c>workflow</c> (ComfyUI's) and <c>vtxw</c>.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}

/// <summary>The part of the surroundings that can change a result or where it is computed.</summary>
/// <param name="NumericBackend">The class of arithmetic, such as <c>cpu</c>: equal classes give equal numbers.</param>
/// <param name="Types">The node types of the graph, by name.</param>
public sealed record RunEnvironment(string NumericBackend, ImmutableSortedDictionary<string, NodeTypeFacts> Types);

/// <summary>What planning needs to know of a node type.</summary>
public sealed record NodeTypeFacts
{
    /// <summary>Gets the version of what it computes.</summary>
    public required string Version { get; init; }

    /// <summary>Gets the pack that brings it.</summary>
    public required string Pack { get; init; }

    /// <summary>Gets the declared inputs; constants beside them (hidden ones, an editor's own) never count.</summary>
    public ImmutableArray<string> Inputs { get; init; } = [];

    /// <summary>Gets whether a run walks back from it.</summary>
    public bool IsOutput { get; init; }

    /// <summary>Gets whether the same inputs always give the same outputs.</summary>
    public bool IsDeterministic { get; init; } = true;

    /// <summary>Gets how dear a repetition is.</summary>
    public NodeCost Cost { get; init; } = NodeCost.Light;

    /// <summary>Gets whether a GPU runner is preferred.</summary>
    public bool NeedsGpu { get; init; }

    /// <summary>Takes the facts out of a catalog entry.</summary>
    public static NodeTypeFacts Of(NodeType type) => new()
    {
        Version = type.Version,
        Pack = type.Pack,
        Inputs = [.. type.Inputs.Select(input => input.Name)],
        IsOutput = type.IsOutput,
        IsDeterministic = type.IsDeterministic,
        Cost = type.Resources.Cost,
        NeedsGpu = type.Resources.NeedsGpu,
    };
}
