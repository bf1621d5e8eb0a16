using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>A plan with what every batch of it asks: where nodes are, and whose values leave their batch.</summary>
internal sealed class LoadedPlan
{
    private readonly Dictionary<NodeId, CachedNode> _cached;

    public LoadedPlan(RunPlan plan)
    {
        Plan = plan;
        Index = new Dictionary<NodeId, int>(plan.Nodes.Length);
        for (int i = 0; i < plan.Nodes.Length; i++)
        {
            Index.Add(plan.Nodes[i].Id, i);
        }

        BatchOf = new int[plan.Nodes.Length];
        Array.Fill(BatchOf, -1);
        for (int batch = 0; batch < plan.Batches.Length; batch++)
        {
            foreach (int node in plan.Batches[batch].Nodes)
            {
                BatchOf[node] = batch;
            }
        }

        IsNeededElsewhere = new bool[plan.Nodes.Length];
        for (int i = 0; i < plan.Nodes.Length; i++)
        {
            foreach (NodeLink link in plan.Nodes[i].Links.Values)
            {
                if (Index.TryGetValue(link.Node, out int from) && BatchOf[from] != BatchOf[i])
                {
                    IsNeededElsewhere[from] = true;
                }
            }
        }

        _cached = plan.Cached.ToDictionary(node => node.Id);
    }

    public RunPlan Plan { get; }

    /// <summary>Gets positions in the plan by node.</summary>
    public Dictionary<NodeId, int> Index { get; }

    /// <summary>Gets the batch of each node by position.</summary>
    public int[] BatchOf { get; }

    /// <summary>Gets, by position, whether a node of another batch takes one of the values.</summary>
    public bool[] IsNeededElsewhere { get; }

    public CachedNode? FindCached(NodeId node) => _cached.GetValueOrDefault(node);
}
