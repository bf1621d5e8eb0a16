using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>A document to compare with a stored version, or with another document.</summary>
internal sealed record DiffBody
{
    /// <summary>Gets the document as it is now: VTXW, or ComfyUI's API or UI format.</summary>
    public JsonElement? Definition { get; init; }

    /// <summary>Gets the document it is compared with; exactly one of this and <c>workflow_id</c>.</summary>
    public JsonElement? From { get; init; }

    /// <summary>Gets the stored workflow it is compared with.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>Gets the version of the stored workflow; the newest when absent.</summary>
    public int? Version { get; init; }
}

/// <summary>What changed from one document to another.</summary>
internal sealed record DiffAnswer
{
    /// <summary>Gets the version that was before; absent where that was no stored one.</summary>
    public int? From { get; init; }

    /// <summary>Gets the version that came after; absent where that was no stored one.</summary>
    public int? To { get; init; }

    /// <summary>Gets whether a change can change a result; false where nodes only moved or words changed.</summary>
    public required bool ChangesResults { get; init; }

    /// <summary>Gets the changes: the top graph first, then subgraphs by id; nodes by id, then edges.</summary>
    public required ImmutableArray<ChangeView> Changes { get; init; }

    public required string RequestId { get; init; }
}

/// <summary>One difference between two documents.</summary>
/// <param name="Kind">What kind of change it is.</param>
/// <param name="Text">A line for a person, in English and with ids.</param>
internal sealed record ChangeView(WorkflowChangeKind Kind, string Text)
{
    /// <summary>Gets whether it can change a result.</summary>
    public required bool ChangesResults { get; init; }

    /// <summary>Gets the subgraph it is in; absent for the top graph.</summary>
    public DiffPlace? Subgraph { get; init; }

    /// <summary>Gets the node it is about.</summary>
    public DiffPlace? Node { get; init; }

    /// <summary>Gets the input of the node, or the workflow input.</summary>
    public string? Port { get; init; }

    /// <summary>Gets the node that an edge comes from.</summary>
    public DiffPlace? Source { get; init; }

    /// <summary>Gets the output that an edge comes from.</summary>
    public string? SourcePort { get; init; }

    /// <summary>Gets what was there, as JSON or a name.</summary>
    public string? Before { get; init; }

    /// <summary>Gets what is there now.</summary>
    public string? After { get; init; }
}

/// <summary>A node or a subgraph, and what people call it.</summary>
/// <param name="Id">Its id in its graph.</param>
/// <param name="Name">The title somebody gave it, else what its type is called.</param>
internal sealed record DiffPlace(string Id, string Name);

/// <summary>Gives the changes between two documents the names people know.</summary>
internal sealed class DiffNames(WorkflowDocument before, WorkflowDocument after, NodeCatalog catalog)
{
    public ImmutableArray<ChangeView> Changes() => [.. WorkflowDiff.Compare(before, after).Changes.Select(View)];

    private ChangeView View(WorkflowChange change) => new(change.Kind, change.Text)
    {
        ChangesResults = change.IsSemantic,
        Subgraph = change.Subgraph is { } subgraph ? new DiffPlace(subgraph, SubgraphName(subgraph)) : null,
        Node = Place(change.Subgraph, change.Node),
        Port = change.Port,
        Source = Place(change.Subgraph, change.Source?.Node),
        SourcePort = change.Source?.Port,
        Before = change.Before,
        After = change.After,
    };

    private DiffPlace? Place(string? subgraph, NodeId? id)
    {
        if (id is not { } node)
        {
            return null;
        }

        WorkflowNode? found = Find(after, subgraph, node) ?? Find(before, subgraph, node);
        return new DiffPlace(node.Value, found is null ? node.Value : found.Ui.Title ?? TypeName(found));
    }

    private static WorkflowNode? Find(WorkflowDocument document, string? subgraph, NodeId id)
    {
        ImmutableArray<WorkflowNode> nodes = subgraph is null ? document.Nodes : document.Subgraphs.GetValueOrDefault(subgraph)?.Nodes ?? [];
        return nodes.FirstOrDefault(node => node.Id == id);
    }

    private string TypeName(WorkflowNode node) =>
        node.SubgraphId is { } subgraph ? SubgraphName(subgraph) : catalog.Find(node.Type)?.DisplayName ?? node.Type;

    private string SubgraphName(string id) => (after.Subgraphs.GetValueOrDefault(id) ?? before.Subgraphs.GetValueOrDefault(id))?.Name ?? id;
}
