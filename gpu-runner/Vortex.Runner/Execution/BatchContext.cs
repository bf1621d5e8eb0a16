using System.Collections.Immutable;
using Vortex.Nodes;
using Vortex.Runner.Models;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>What the nodes of one batch share while they are executed.</summary>
internal sealed class BatchContext
{
    private readonly RunnerParts _parts;
    private readonly Dictionary<NodeId, NodeOutputs> _outputs;

    public BatchContext(RunnerParts parts, BatchLease lease, LoadedPlan plan, Dictionary<NodeId, NodeOutputs> outputs, RunJournal journal, ModelUses models)
    {
        (_parts, Lease, Plan, _outputs, Journal, Models) = (parts, lease, plan, outputs, journal, models);
        Events = new NodeEvents(lease, parts.Options.RunnerId, parts.Time);
        Now = parts.Time.GetLocalNow();
    }

    public BatchLease Lease { get; }

    public LoadedPlan Plan { get; }

    public RunJournal Journal { get; }

    public NodeEvents Events { get; }

    public ValueTable Values { get; } = new();

    /// <summary>Gets the models of the deployment that the batch holds on the disk.</summary>
    public ModelUses Models { get; }

    public DateTimeOffset Now { get; }

    public WorkspaceId Workspace => Lease.Batch.Workspace;

    /// <summary>Gets whether results may be taken from and given to the cache under the run's policy.</summary>
    public (bool Look, bool Add) CacheUse => Lease.Batch.CachePolicy switch
    {
        CachePolicy.Use => (true, true),
        CachePolicy.Refresh => (false, true),
        _ => (false, false),
    };

    /// <summary>Gets a linked value: from a node of the batch, or from what other batches and earlier runs stored.</summary>
    public Task<IReadOnlyList<object?>> ValueAsync(NodeLink link, CancellationToken cancellationToken) =>
        Values.GetAsync(link, LoadAsync).WaitAsync(cancellationToken);

    /// <summary>Returns the input files behind the stored outputs of a node.</summary>
    public ImmutableArray<Digest> StoredMadeFrom(NodeId node) => _outputs.TryGetValue(node, out NodeOutputs? outputs) ? outputs.MadeFrom : [];

    /// <summary>Says that a node takes no more values. A second time changes nothing.</summary>
    public void Release(BatchNode node)
    {
        // A node that was served from memory never announced that it needs any.
        if (node.IsReleased || node.Hit is not null)
        {
            return;
        }

        node.IsReleased = true;
        foreach ((_, NodeLink link) in node.Needed)
        {
            Values.Release(link);
        }
    }

    private async Task<IReadOnlyList<object?>> LoadAsync(NodeLink link)
    {
        if (!_outputs.TryGetValue(link.Node, out NodeOutputs? outputs) || link.Slot >= outputs.Slots.Length || outputs.Slots[link.Slot] is not { } value)
        {
            throw new NodeProblemException("node.value_gone", null, $"The result of node '{link.Node}' is not stored. Run again with the cache policy 'refresh'.");
        }

        return await _parts.Codec.LoadAsync(Workspace, value);
    }
}
