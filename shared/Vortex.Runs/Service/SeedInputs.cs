using System.Globalization;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Puts a caller's seed into every input that is one.</summary>
internal static class SeedInputs
{
    /// <summary>Replaces the constants of all seed inputs; inputs that are linked, or have no constant, stay as they are.</summary>
    /// <remarks>A seed input is one behind which ComfyUI's editor keeps control-after-generate, or a whole number called <c>seed</c> or <c>noise_seed</c>.</remarks>
    public static ExecutableGraph Replace(ExecutableGraph graph, IReadOnlyDictionary<string, NodeType> types, ulong? seed)
    {
        if (seed is not { } value)
        {
            return graph;
        }

        Dictionary<string, List<NodeInput>> seeds = types.ToDictionary(
            type => type.Key, type => type.Value.Inputs.Where(IsSeed).ToList(), StringComparer.Ordinal);
        return new ExecutableGraph([.. graph.Nodes.Select(node => Replace(node, seeds[node.Type], value))]);
    }

    private static ExecutableNode Replace(ExecutableNode node, List<NodeInput> seeds, ulong value)
    {
        foreach (NodeInput input in seeds)
        {
            if (node.Constants.ContainsKey(input.Name))
            {
                node = node with { Constants = node.Constants.SetItem(input.Name, Within(input, value)) };
            }
        }

        return node;
    }

    private static bool IsSeed(NodeInput input) =>
        input.Type == PortType.Integer && (input.HasControlAfterGenerate || input.Name is "seed" or "noise_seed");

    /// <summary>Brings a seed into an input's range, so that one seed serves nodes whose ranges differ: 32 bits here, 64 there.</summary>
    private static JsonElement Within(NodeInput input, ulong value)
    {
        decimal least = input.Min ?? 0;
        decimal greatest = input.Max ?? ulong.MaxValue;
        decimal fitting = value >= least && value <= greatest ? value : least + (value % (greatest - least + 1));
        return JsonElement.Parse(fitting.ToString("F0", CultureInfo.InvariantCulture));
    }
}
