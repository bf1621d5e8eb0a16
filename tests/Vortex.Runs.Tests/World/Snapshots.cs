using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests;

/// <summary>Snapshots in a few words.</summary>
internal static class Snapshots
{
    /// <summary>Makes a snapshot of lines such as <c>3 Op a=1 b=2#1 amount=5 file=@photo</c>: links name a node, <c>'</c> or a digit after <c>:=</c> begins a constant.</summary>
    public static RunSnapshot Of(params string[] lines) => Of(new RunOptions(), lines);

    public static RunSnapshot Of(RunOptions options, params string[] lines)
    {
        ImmutableArray<ExecutableNode>.Builder nodes = ImmutableArray.CreateBuilder<ExecutableNode>();
        var files = ImmutableSortedDictionary.CreateBuilder<NodeId, ImmutableSortedDictionary<string, FileRef>>();
        foreach (string line in lines)
        {
            string[] words = line.Split(' ');
            var links = ImmutableSortedDictionary.CreateBuilder<string, NodeLink>(StringComparer.Ordinal);
            var constants = ImmutableSortedDictionary.CreateBuilder<string, JsonElement>(StringComparer.Ordinal);
            foreach (string word in words[2..])
            {
                int at = word.IndexOf('=', StringComparison.Ordinal);
                if (word[at - 1] == ':')
                {
                    string name = word[..(at - 1)];
                    string value = word[(at + 1)..];
                    if (value[0] == '@')
                    {
                        files[new NodeId(words[0])] = ImmutableSortedDictionary<string, FileRef>.Empty.Add(name, new FileRef(value, Some.Digest(value), 1));
                        value = JsonSerializer.Serialize(value);
                    }

                    constants[name] = JsonElement.Parse(value);
                }
                else
                {
                    string[] link = word[(at + 1)..].Split('#');
                    links[word[..at]] = new NodeLink(new NodeId(link[0]), link.Length > 1 ? int.Parse(link[1], CultureInfo.InvariantCulture) : 0);
                }
            }

            nodes.Add(new ExecutableNode(new NodeId(words[0]), words[1], constants.ToImmutable(), links.ToImmutable()));
        }

        return Of(new ExecutableGraph(nodes.ToImmutable()), options) with { Files = files.ToImmutable() };
    }

    public static RunSnapshot Of(ExecutableGraph graph, RunOptions? options = null) => new()
    {
        Graph = graph,
        Options = options ?? new RunOptions(),
        Nonce = "nonce",
        Environment = new RunEnvironment("cpu", graph.Nodes.Select(node => node.Type).Distinct()
            .ToImmutableSortedDictionary(type => type, type => NodeTypeFacts.Of(TestTypes.Catalog.Find(type)!), StringComparer.Ordinal)),
    };

    /// <summary>Plans without looking anything up.</summary>
    public static RunPlan Plan(this RunSnapshot snapshot, PlannerOptions? options = null, params string[] cached) =>
        RunPlanner.Plan(Some.RunId(1), snapshot, snapshot.Keys(), snapshot.Results(cached), options ?? new PlannerOptions());

    public static ImmutableArray<CacheKey> Keys(this RunSnapshot snapshot) => CacheKeyCalculator.Compute(snapshot);

    public static CacheKey KeyOf(this RunSnapshot snapshot, string node) => snapshot.Keys()[snapshot.Graph.IndexById()[new NodeId(node)]];

    /// <summary>Earlier results of nodes, all their slots there.</summary>
    public static Dictionary<CacheKey, NodeOutputs> Results(this RunSnapshot snapshot, IEnumerable<string> nodes) =>
        nodes.Select(snapshot.KeyOf).Distinct().ToDictionary(key => key, _ => Some.Outputs(1) with { Slots = [Some.Outputs(1).Slots[0], Some.Outputs(2).Slots[0]] });
}
