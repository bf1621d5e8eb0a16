using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>A workflow as VTXW 1.x describes it: immutable, complete, free of anything about a particular run.</summary>
/// <remarks>Built by the VTXW reader, the ComfyUI import or an editor. Being a document does not make it valid: the validator says that.</remarks>
public sealed record WorkflowDocument
{
    /// <summary>Gets the format version, <c>1.0</c> today.</summary>
    public string Version { get; init; } = "1.0";

    /// <summary>Gets the nodes in document order.</summary>
    public ImmutableArray<WorkflowNode> Nodes { get; init; } = [];

    /// <summary>Gets the edges in document order.</summary>
    public ImmutableArray<WorkflowEdge> Edges { get; init; } = [];

    /// <summary>Gets the values a caller may set when starting a run.</summary>
    public ImmutableArray<WorkflowInput> Inputs { get; init; } = [];

    /// <summary>Gets the subgraph definitions by id; instances may nest but not contain themselves.</summary>
    public ImmutableSortedDictionary<string, WorkflowSubgraph> Subgraphs { get; init; } =
        ImmutableSortedDictionary.Create<string, WorkflowSubgraph>(StringComparer.Ordinal);

    /// <summary>Gets name, description and the like.</summary>
    public WorkflowMeta Meta { get; init; } = new("Untitled");

    /// <summary>Gets frames and notes that an editor shows; null when there are none.</summary>
    public WorkflowUi? Ui { get; init; }

    /// <summary>Gets what an import changed; null for a native document.</summary>
    public WorkflowCompatibility? Compatibility { get; init; }
}

/// <summary>A value of a workflow that callers may set by name: it replaces constants of the nodes it feeds.</summary>
/// <param name="Name">Unique in the document; letters, digits, <c>_</c>, <c>-</c> and <c>.</c>.</param>
/// <param name="Type">The port type.</param>
/// <param name="Targets">Node inputs of the top graph that take the value.</param>
public sealed record WorkflowInput(string Name, PortType Type, ImmutableArray<PortRef> Targets)
{
    /// <summary>Gets the value when a caller gives none; null leaves the nodes' own constants.</summary>
    public JsonElement? Default { get; init; }

    /// <summary>Gets what to tell a person who fills the value in.</summary>
    public string? Description { get; init; }
}

/// <summary>A graph used as a node, with named inputs and outputs.</summary>
public sealed record WorkflowSubgraph
{
    /// <summary>Gets the name a person sees.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the inputs: the output ports of <see cref="NodeId.SubgraphInput"/> inside.</summary>
    public ImmutableArray<SubgraphPort> Inputs { get; init; } = [];

    /// <summary>Gets the outputs: the input ports of <see cref="NodeId.SubgraphOutput"/> inside.</summary>
    public ImmutableArray<SubgraphPort> Outputs { get; init; } = [];

    /// <summary>Gets the nodes in document order.</summary>
    public ImmutableArray<WorkflowNode> Nodes { get; init; } = [];

    /// <summary>Gets the edges in document order, including those from <c>$in</c> and to <c>$out</c>.</summary>
    public ImmutableArray<WorkflowEdge> Edges { get; init; } = [];

    /// <summary>Gets frames and notes inside; null when there are none.</summary>
    public WorkflowUi? Ui { get; init; }
}

/// <summary>An input or output of a subgraph. Names are unique on each side.</summary>
public sealed record SubgraphPort(string Name, PortType Type);

/// <summary>What people say about a workflow. Never changes a result.</summary>
public sealed record WorkflowMeta(string Name)
{
    /// <summary>Gets what the workflow is for.</summary>
    public string? Description { get; init; }

    /// <summary>Gets words to find it by.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Gets when it was first written, ISO 8601.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Gets when it was last changed, ISO 8601.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Gets who wrote it.</summary>
    public string? Author { get; init; }
}

/// <summary>What an editor draws beside the nodes.</summary>
public sealed record WorkflowUi(ImmutableArray<WorkflowFrame> Groups, ImmutableArray<WorkflowNote> Notes);

/// <summary>A titled frame around nodes.</summary>
public sealed record WorkflowFrame(string Title, double X, double Y, double Width, double Height, string? Color = null);

/// <summary>Text on the canvas; <paramref name="Markdown"/> says how to show it.</summary>
public sealed record WorkflowNote(string Text, double X, double Y, double Width, double Height, bool Markdown = false);

/// <summary>What an import did to get here. Each entry names its node where there is one.</summary>
public sealed record WorkflowCompatibility(
    string? ImportedFrom,
    ImmutableArray<CompatibilityItem> Warnings,
    ImmutableArray<CompatibilityItem> Substitutions);

/// <summary>One entry of a compatibility report.</summary>
/// <param name="Code">A stable code, such as <c>import.unknown_type</c>.</param>
/// <param name="Message">A sentence for a person.</param>
/// <param name="Node">The node it is about; null for the whole document.</param>
public sealed record CompatibilityItem(string Code, string Message, NodeId? Node = null);
