using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>What kind of change one is.</summary>
public enum WorkflowChangeKind
{
    /// <summary>A node is new.</summary>
    NodeAdded,

    /// <summary>A node is gone.</summary>
    NodeRemoved,

    /// <summary>A node has another type.</summary>
    NodeRetyped,

    /// <summary>A node has another mode.</summary>
    ModeChanged,

    /// <summary>A node is repeated otherwise.</summary>
    RepeatChanged,

    /// <summary>A constant is another, new or gone.</summary>
    InputChanged,

    /// <summary>An edge is new.</summary>
    EdgeAdded,

    /// <summary>An edge is gone.</summary>
    EdgeRemoved,

    /// <summary>A subgraph definition is new.</summary>
    SubgraphAdded,

    /// <summary>A subgraph definition is gone.</summary>
    SubgraphRemoved,

    /// <summary>The inputs or outputs of a subgraph are others.</summary>
    SubgraphPortsChanged,

    /// <summary>A workflow input is new, gone or another.</summary>
    WorkflowInputChanged,

    /// <summary>A node is elsewhere or looks different. Changes no result.</summary>
    NodeMoved,

    /// <summary>Names, descriptions, frames, notes or facts that tools keep. Changes no result.</summary>
    Described,
}

/// <summary>One difference between two documents.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Text">A line for a person.</param>
public sealed record WorkflowChange(WorkflowChangeKind Kind, string Text)
{
    /// <summary>Gets the id of the subgraph the change is in; null for the top graph.</summary>
    public string? Subgraph { get; init; }

    /// <summary>Gets the node; null when it is about none.</summary>
    public NodeId? Node { get; init; }

    /// <summary>Gets the port of the node; null when it is about none.</summary>
    public string? Port { get; init; }

    /// <summary>Gets where an edge comes from; null for other changes.</summary>
    public PortRef? Source { get; init; }

    /// <summary>Gets what was there, as JSON or a name; null when nothing was.</summary>
    public string? Before { get; init; }

    /// <summary>Gets what is there now; null when nothing is.</summary>
    public string? After { get; init; }

    /// <summary>Gets whether it can change a result.</summary>
    public bool IsSemantic => Kind is not (WorkflowChangeKind.NodeMoved or WorkflowChangeKind.Described);

    /// <inheritdoc />
    public override string ToString() => Text;
}

/// <summary>The differences between two documents.</summary>
/// <param name="Changes">The changes: the top graph first, then subgraphs by id; nodes by id, then edges.</param>
public sealed record WorkflowDifference(ImmutableArray<WorkflowChange> Changes)
{
    /// <summary>Gets whether the documents differ, but in nothing that can change a result.</summary>
    public bool IsMovedOnly => !Changes.IsEmpty && Changes.All(change => !change.IsSemantic);
}
