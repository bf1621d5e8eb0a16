using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Benchmarks;

/// <summary>Graphs of nodes that do nothing, to measure what the engine itself costs.</summary>
internal static class Graphs
{
    /// <summary>Makes chains of no-op nodes; the last one of each chain shows its value.</summary>
    /// <param name="chains">How many chains.</param>
    /// <param name="length">Nodes per chain, the output node included.</param>
    /// <param name="salt">A text at the head of each chain, so that nothing of an earlier run fits.</param>
    public static WorkflowDocument Chains(int chains, int length, string salt)
    {
        ImmutableArray<WorkflowNode>.Builder nodes = ImmutableArray.CreateBuilder<WorkflowNode>(chains * length);
        ImmutableArray<WorkflowEdge>.Builder edges = ImmutableArray.CreateBuilder<WorkflowEdge>(chains * length);
        for (int chain = 0; chain < chains; chain++)
        {
            for (int i = 0; i < length; i++)
            {
                bool first = i == 0;
                bool last = i == length - 1;
                WorkflowNode node = new() { Id = Id(chain, i), Type = first ? "PrimitiveString" : last ? "PreviewAny" : "vortex.NoOp" };
                nodes.Add(first ? node with { Inputs = node.Inputs.Add("value", JsonSerializer.SerializeToElement($"{salt} {chain}")) } : node);
                if (!first)
                {
                    edges.Add(new WorkflowEdge(new PortRef(Id(chain, i - 1), "#0"), new PortRef(Id(chain, i), last ? "source" : "value")));
                }
            }
        }

        return new WorkflowDocument { Nodes = nodes.MoveToImmutable(), Edges = edges.ToImmutable(), Meta = new WorkflowMeta("bench") };
    }

    private static NodeId Id(int chain, int i) => new(string.Create(CultureInfo.InvariantCulture, $"{chain}-{i}"));
}
