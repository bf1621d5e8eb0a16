using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>What a run will execute: the nodes without an earlier result, in batches. Stored as JSON in the artifact store.</summary>
public sealed record RunPlan
{
    /// <summary>Gets the nodes to execute, in topological order.</summary>
    public ImmutableArray<PlannedNode> Nodes { get; init; } = [];

    /// <summary>Gets the batches. Each is convex: no path leaves it and comes back.</summary>
    public ImmutableArray<PlannedBatch> Batches { get; init; } = [];

    /// <summary>Gets the nodes whose earlier results are taken, with their keys.</summary>
    public ImmutableArray<CachedNode> Cached { get; init; } = [];

    /// <summary>Gets text chunks for pictures: <c>prompt</c>, <c>workflow</c> (ComfyUI's) and <c>vtxw</c>.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A node to execute.</summary>
public sealed record PlannedNode
{
    /// <summary>Gets the node.</summary>
    public required NodeId Id { get; init; }

    /// <summary>Gets the type's name.</summary>
    public required string Type { get; init; }

    /// <summary>Gets what it will compute.</summary>
    public required CacheKey Key { get; init; }

    /// <summary>Gets constant inputs.</summary>
    public ImmutableSortedDictionary<string, JsonElement> Constants { get; init; } = ImmutableSortedDictionary<string, JsonElement>.Empty;

    /// <summary>Gets linked inputs; a link may point to a node of the same batch, of another, or to a cached one.</summary>
    public ImmutableSortedDictionary<string, NodeLink> Links { get; init; } = ImmutableSortedDictionary<string, NodeLink>.Empty;

    /// <summary>Gets the files that <see cref="PortType.File"/> and <see cref="PortType.ModelRef"/> constants mean, by input.</summary>
    public ImmutableSortedDictionary<string, FileRef> Files { get; init; } = ImmutableSortedDictionary<string, FileRef>.Empty;

    /// <summary>Gets the files that its prompts may mean beside their words; null where nobody looked for them.</summary>
    public ImmutableArray<FileRef>? PromptFiles { get; init; }

    /// <summary>Gets whether its outputs are stored: they leave the batch, are asked for, or are dear.</summary>
    public bool Keep { get; init; }

    /// <summary>Gets whether it is computed anew though an earlier result may be at hand.</summary>
    public bool IsFresh { get; init; }

    /// <summary>Gets whether a later run may take the result.</summary>
    public bool MayCache { get; init; }

    /// <summary>Gets whether the run was asked for this node.</summary>
    public bool IsOutput { get; init; }

    /// <summary>Gets how often it is tried; null follows the run's policy.</summary>
    public RetryPolicy? Retry { get; init; }
}

/// <summary>A file frozen into a snapshot: the name somebody wrote and the content it meant then.</summary>
public sealed record FileRef(string Name, Digest Digest, long Size, string? MediaType = null)
{
    /// <summary>The folder of the tokenizer's vocabulary: what <see cref="ModelFolder"/> says of its files, which no node names.</summary>
    public const string VocabularyFolder = "vocabulary";

    /// <summary>Gets the model folder of a model. A runner finds its content by digest: among its own models, or in the model store of its deployment. Null for other files.</summary>
    public string? ModelFolder { get; init; }
}

/// <summary>A node whose earlier result is taken.</summary>
public sealed record CachedNode(NodeId Id, string Type, CacheKey Key);

/// <summary>A connected group of nodes that one runner executes together.</summary>
/// <remarks>
/// It is sent when all batches it depends on have ended, also after a failure as long as something in it can run: a runner skips the nodes whose
/// inputs are missing.
/// </remarks>
/// <param name="Id">The batch.</param>
/// <param name="Nodes">Positions in <see cref="RunPlan.Nodes"/>, ascending.</param>
/// <param name="DependsOn">Positions of batches that must be done first.</param>
/// <param name="Requires">What a runner must offer.</param>
public sealed record PlannedBatch(BatchId Id, ImmutableArray<int> Nodes, ImmutableArray<int> DependsOn, BatchRequirements Requires);
