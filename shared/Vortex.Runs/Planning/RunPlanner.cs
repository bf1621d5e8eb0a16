using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Decides what a run executes, and in which batches. A pure function of the snapshot, its keys and the earlier results.</summary>
/// <remarks>
/// It walks back from the outputs asked for and stops where an earlier result has the values that are needed. Takes time in
/// proportion to the snapshot.
/// </remarks>
public static class RunPlanner
{
    /// <summary>Returns the positions of all nodes that the outputs asked for need, earlier results left aside, ascending.</summary>
    public static ImmutableArray<int> Needed(RunSnapshot snapshot)
    {
        bool[] needed = new bool[snapshot.Graph.Nodes.Length];
        Dictionary<NodeId, int> index = snapshot.Graph.IndexById();
        MarkOutputs(snapshot, needed, index);
        for (int i = needed.Length - 1; i >= 0; i--)
        {
            if (needed[i])
            {
                foreach (NodeLink link in snapshot.Graph.Nodes[i].Links.Values)
                {
                    needed[index[link.Node]] = true;
                }
            }
        }

        return [.. Enumerable.Range(0, needed.Length).Where(i => needed[i])];
    }

    /// <summary>Plans a run.</summary>
    /// <param name="run">The run; batches are named after it.</param>
    /// <param name="snapshot">What it runs.</param>
    /// <param name="keys">The keys of its nodes, by position.</param>
    /// <param name="found">Earlier results by key; only those the run may take.</param>
    /// <param name="options">How to cut batches.</param>
    public static RunPlan Plan(
        RunId run, RunSnapshot snapshot, ImmutableArray<CacheKey> keys, IReadOnlyDictionary<CacheKey, NodeOutputs> found, PlannerOptions options)
    {
        ImmutableArray<ExecutableNode> nodes = snapshot.Graph.Nodes;
        Dictionary<NodeId, int> index = snapshot.Graph.IndexById();
        bool[] asked = new bool[nodes.Length];
        MarkOutputs(snapshot, asked, index);
        bool[] fresh = MarkFresh(snapshot, index);
        NodeFate[] fates = DecideFates(snapshot, keys, found, asked, fresh, index);

        List<int> toRun = [];
        ImmutableArray<CachedNode>.Builder cached = ImmutableArray.CreateBuilder<CachedNode>();
        for (int i = 0; i < nodes.Length; i++)
        {
            if (fates[i] == NodeFate.Run)
            {
                toRun.Add(i);
            }
            else if (fates[i] == NodeFate.Cached)
            {
                cached.Add(new CachedNode(nodes[i].Id, nodes[i].Type, keys[i]));
            }
        }

        BatchCut cut = BatchCutter.Cut(snapshot, toRun, index, options);
        bool[] leaves = LeavesItsBatch(nodes, toRun, cut.BatchOf, index);
        return new RunPlan
        {
            Nodes = [.. toRun.Select((node, position) => PlanNode(snapshot, node, keys[node], asked[node], leaves[position]) with { IsFresh = fresh[node] })],
            Batches = [.. cut.Batches.Select((batch, number) => new PlannedBatch(new BatchId($"{run}.{number}"), batch.Nodes, batch.DependsOn, batch.Requires))],
            Cached = cached.ToImmutable(),
            Metadata = snapshot.Metadata,
        };
    }

    private static void MarkOutputs(RunSnapshot snapshot, bool[] marked, Dictionary<NodeId, int> index)
    {
        if (!snapshot.Options.Outputs.IsDefaultOrEmpty)
        {
            foreach (NodeId output in snapshot.Options.Outputs)
            {
                marked[index[output]] = true;
            }

            return;
        }

        for (int i = 0; i < marked.Length; i++)
        {
            marked[i] = snapshot.Environment.Types[snapshot.Graph.Nodes[i].Type].IsOutput;
        }
    }

    /// <summary>Marks what is to be computed anew: the nodes asked for, and all that take values from what is.</summary>
    private static bool[] MarkFresh(RunSnapshot snapshot, Dictionary<NodeId, int> index)
    {
        bool[] fresh = new bool[snapshot.Graph.Nodes.Length];
        if (snapshot.Options.Refresh.IsDefaultOrEmpty)
        {
            return fresh;
        }

        foreach (NodeId node in snapshot.Options.Refresh)
        {
            fresh[index[node]] = true;
        }

        // Every link points to an earlier node, so that what a node takes from is marked before it.
        for (int i = 0; i < fresh.Length; i++)
        {
            fresh[i] = fresh[i] || snapshot.Graph.Nodes[i].Links.Values.Any(link => fresh[index[link.Node]]);
        }

        return fresh;
    }

    private static NodeFate[] DecideFates(
        RunSnapshot snapshot,
        ImmutableArray<CacheKey> keys,
        IReadOnlyDictionary<CacheKey, NodeOutputs> found,
        bool[] asked,
        bool[] fresh,
        Dictionary<NodeId, int> index)
    {
        ImmutableArray<ExecutableNode> nodes = snapshot.Graph.Nodes;
        NodeFate[] fates = new NodeFate[nodes.Length];
        List<int>?[] slots = new List<int>?[nodes.Length];
        // Every link points to an earlier node, so that all who take a node's values are decided before it.
        for (int i = nodes.Length - 1; i >= 0; i--)
        {
            if (!asked[i] && slots[i] is null)
            {
                continue;
            }

            if (!fresh[i] && found.TryGetValue(keys[i], out NodeOutputs? outputs) && Has(outputs, slots[i]))
            {
                fates[i] = NodeFate.Cached;
                continue;
            }

            fates[i] = NodeFate.Run;
            foreach (NodeLink link in nodes[i].Links.Values)
            {
                List<int> wanted = slots[index[link.Node]] ??= [];
                if (!wanted.Contains(link.Slot))
                {
                    wanted.Add(link.Slot);
                }
            }
        }

        return fates;
    }

    /// <summary>Says whether an earlier result has the values wanted now: slots that did not leave their batch then were not kept.</summary>
    private static bool Has(NodeOutputs outputs, List<int>? slots) =>
        slots is null || slots.TrueForAll(slot => slot < outputs.Slots.Length && outputs.Slots[slot] is not null);

    private static bool[] LeavesItsBatch(ImmutableArray<ExecutableNode> nodes, List<int> toRun, int[] batchOf, Dictionary<NodeId, int> index)
    {
        int[] position = new int[nodes.Length];
        Array.Fill(position, -1);
        for (int i = 0; i < toRun.Count; i++)
        {
            position[toRun[i]] = i;
        }

        bool[] leaves = new bool[toRun.Count];
        for (int i = 0; i < toRun.Count; i++)
        {
            foreach (NodeLink link in nodes[toRun[i]].Links.Values)
            {
                int from = position[index[link.Node]];
                if (from >= 0 && batchOf[from] != batchOf[i])
                {
                    leaves[from] = true;
                }
            }
        }

        return leaves;
    }

    private static PlannedNode PlanNode(RunSnapshot snapshot, int index, CacheKey key, bool isOutput, bool leaves)
    {
        ExecutableNode node = snapshot.Graph.Nodes[index];
        NodeTypeFacts type = snapshot.Environment.Types[node.Type];
        return new PlannedNode
        {
            Id = node.Id,
            Type = node.Type,
            Key = key,
            Constants = node.Constants,
            Links = node.Links,
            Files = snapshot.Files.GetValueOrDefault(node.Id) ?? ImmutableSortedDictionary<string, FileRef>.Empty,
            PromptFiles = snapshot.PromptFiles.TryGetValue(node.Id, out ImmutableArray<FileRef> prompts) ? prompts : null,
            Keep = leaves || isOutput || type.Cost == NodeCost.Heavy,
            // Looking a trivial result up costs more than computing it.
            MayCache = snapshot.Options.CachePolicy != CachePolicy.Bypass && type.IsDeterministic && (type.Cost != NodeCost.Trivial || isOutput),
            IsOutput = isOutput,
            Retry = snapshot.Retries.GetValueOrDefault(node.Id),
        };
    }

    private enum NodeFate
    {
        /// <summary>Nothing that is asked for needs it.</summary>
        NotNeeded,

        /// <summary>An earlier result is taken.</summary>
        Cached,

        /// <summary>It is executed.</summary>
        Run,
    }
}
