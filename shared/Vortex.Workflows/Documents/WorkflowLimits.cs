namespace Vortex.Workflows;

/// <summary>Bounds on a document, checked before anything of its size is allocated.</summary>
public sealed record WorkflowLimits
{
    /// <summary>Gets the limits used where nothing else is said.</summary>
    public static WorkflowLimits Default { get; } = new();

    /// <summary>Gets the largest file in bytes.</summary>
    /// <value>The default is 32 MiB.</value>
    public int MaxBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Gets the deepest JSON nesting.</summary>
    /// <value>The default is 64.</value>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Gets the most nodes, counted over all graphs of a document and again after subgraphs are expanded.</summary>
    /// <value>The default is 100,000.</value>
    public int MaxNodes { get; init; } = 100_000;

    /// <summary>Gets the most edges, counted like the nodes.</summary>
    /// <value>The default is 400,000.</value>
    public int MaxEdges { get; init; } = 400_000;

    /// <summary>Gets the longest text value in characters.</summary>
    /// <value>The default is one million.</value>
    public int MaxTextLength { get; init; } = 1_000_000;

    /// <summary>Gets the deepest nesting of subgraph instances.</summary>
    /// <value>The default is 32.</value>
    public int MaxSubgraphDepth { get; init; } = 32;

    /// <summary>Gets the most passes of one loop.</summary>
    /// <value>The default is 1,000.</value>
    public int MaxRepeat { get; init; } = 1_000;

    /// <summary>Gets the most problems reported for one document; a last one says that there are more.</summary>
    /// <value>The default is 200.</value>
    public int MaxProblems { get; init; } = 200;
}
