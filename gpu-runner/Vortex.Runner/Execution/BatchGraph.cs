using System.Collections.Immutable;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>What of a batch is to be executed, and when: only what somebody needs, each node after those it takes values from.</summary>
/// <remarks>
/// Not safe for several threads; the execution holds a lock. Of the nodes that can be executed the newest comes first: a chain goes on to its
/// end before another one begins, so that values go soon.
/// </remarks>
internal sealed class BatchGraph
{
    private readonly Stack<BatchNode> _ready = new();
    private List<BatchNode> _dropped = [];

    public BatchGraph(LoadedPlan plan, int batch, NodeLibrary library)
    {
        ImmutableArray<int> positions = plan.Plan.Batches[batch].Nodes;
        HashSet<NodeId> linked = [];
        foreach (int at in positions)
        {
            linked.UnionWith(plan.Plan.Nodes[at].Links.Values.Select(link => link.Node));
        }

        Dictionary<NodeId, BatchNode> byId = new(positions.Length);
        ImmutableArray<BatchNode>.Builder nodes = ImmutableArray.CreateBuilder<BatchNode>(positions.Length);
        foreach (int at in positions)
        {
            PlannedNode planned = plan.Plan.Nodes[at];
            bool isRoot = planned.IsOutput || plan.IsNeededElsewhere[at] || !linked.Contains(planned.Id);
            BatchNode node = new(nodes.Count, planned, library.Find(planned.Type), isRoot);
            node.Inner = [.. planned.Links.Where(link => byId.ContainsKey(link.Value.Node)).Select(link => (link.Key, byId[link.Value.Node]))];
            byId.Add(planned.Id, node);
            nodes.Add(node);
        }

        Nodes = nodes.MoveToImmutable();
    }

    /// <summary>Gets the nodes in topological order.</summary>
    public ImmutableArray<BatchNode> Nodes { get; }

    /// <summary>Gets the node that is next; null when none can be executed now.</summary>
    public BatchNode? Next => _ready.TryPeek(out BatchNode? next) ? next : null;

    /// <summary>Walks back from the roots and lists every node that may be needed; a node with a result ends the walk.</summary>
    /// <param name="hasResult">Says whether a node needs not be executed; asked once per node reached.</param>
    public HashSet<BatchNode> Reach(Func<BatchNode, bool> hasResult)
    {
        HashSet<BatchNode> reached = [];
        Stack<BatchNode> open = new(Nodes.Where(node => node.IsRoot).Reverse());
        while (open.TryPop(out BatchNode? node))
        {
            if (reached.Add(node) && !hasResult(node))
            {
                foreach ((_, BatchNode from) in node.Inner)
                {
                    open.Push(from);
                }
            }
        }

        return reached;
    }

    /// <summary>Asks for the roots, and so for what they need.</summary>
    public void DemandRoots()
    {
        // The first root is demanded last and so is executed first.
        Stack<BatchNode> one = new();
        foreach (BatchNode root in Nodes.Where(node => node.IsRoot).Reverse())
        {
            one.Push(root);
            Demand(one);
        }
    }

    /// <summary>Asks for further inputs of a node that is ready: those that have been chosen.</summary>
    /// <returns>True when the node can go on at once; false when it waits for them, or is skipped because one failed.</returns>
    public bool DemandChosen(BatchNode node, IReadOnlySet<string> inputs)
    {
        node.Chosen = inputs;
        node.State = BatchNodeState.Waiting;
        Stack<BatchNode> open = new();
        if (Require(node, input => node.Method!.DeciderOf(input) is not null && inputs.Contains(input), open))
        {
            Demand(open);
            if (node.State == BatchNodeState.Waiting && node.Waiting == 0)
            {
                node.State = BatchNodeState.Ready;
            }
        }
        else
        {
            Drop(node);
        }

        return node.State == BatchNodeState.Ready;
    }

    /// <summary>Takes the next node to execute; null when none can be executed now.</summary>
    public BatchNode? Take() => _ready.TryPop(out BatchNode? node) ? node : null;

    /// <summary>Notes a node's end, and frees or skips those that wait for it.</summary>
    public void End(BatchNode node, BatchNodeState state)
    {
        node.State = state;
        if (state is BatchNodeState.Failed)
        {
            Drop(node);
            return;
        }

        // The first of them is to be on top.
        foreach (BatchNode dependent in node.Dependents.OrderByDescending(dependent => dependent.Position))
        {
            if (--dependent.Waiting == 0 && dependent.State == BatchNodeState.Waiting)
            {
                MakeReady(dependent);
            }
        }

        node.Dependents.Clear();
    }

    /// <summary>Takes the nodes that have been skipped since the last call.</summary>
    public IReadOnlyList<BatchNode> TakeDropped()
    {
        if (_dropped.Count == 0)
        {
            return [];
        }

        List<BatchNode> dropped = _dropped;
        _dropped = [];
        return dropped;
    }

    // Skips a node, unless it failed itself, and all that wait for it.
    private void Drop(BatchNode first)
    {
        Stack<BatchNode> open = new();
        open.Push(first);
        while (open.TryPop(out BatchNode? node))
        {
            if (node.State == BatchNodeState.Waiting)
            {
                node.State = BatchNodeState.Skipped;
                _dropped.Add(node);
            }
            else if (node.State != BatchNodeState.Failed)
            {
                continue;
            }

            foreach (BatchNode dependent in node.Dependents)
            {
                open.Push(dependent);
            }

            node.Dependents.Clear();
        }
    }

    private void Demand(Stack<BatchNode> open)
    {
        List<BatchNode> unobtainable = [];
        while (open.TryPop(out BatchNode? node))
        {
            if (node.State != BatchNodeState.Idle)
            {
                continue;
            }

            if (node.Stored is not null)
            {
                node.State = BatchNodeState.Succeeded;
                continue;
            }

            node.State = BatchNodeState.Waiting;
            if (node.Hit is null && !Require(node, input => node.Method?.DeciderOf(input) is null, open))
            {
                unobtainable.Add(node);
            }
            else if (node.Waiting == 0)
            {
                MakeReady(node);
            }
        }

        // Only now do all who wait for them stand in their lists.
        unobtainable.ForEach(Drop);
    }

    // Makes a node wait for those of its inputs that are needed and not there. False when one of them has failed.
    private static bool Require(BatchNode node, Func<string, bool> isNeeded, Stack<BatchNode> open)
    {
        foreach ((string input, BatchNode from) in node.Inner)
        {
            if (!isNeeded(input) || from.State is BatchNodeState.Succeeded or BatchNodeState.Cached || from.Stored is not null)
            {
                continue;
            }

            if (from.State is BatchNodeState.Failed or BatchNodeState.Skipped)
            {
                return false;
            }

            node.Waiting++;
            from.Dependents.Add(node);
            open.Push(from);
        }

        return true;
    }

    private void MakeReady(BatchNode node)
    {
        node.State = BatchNodeState.Ready;
        _ready.Push(node);
    }
}
