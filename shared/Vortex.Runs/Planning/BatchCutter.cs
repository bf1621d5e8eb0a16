using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Cuts the nodes to run into batches.</summary>
/// <remarks>
/// <para>
/// Each node gets a level that never falls along a link and rises wherever one batch may not hold both ends: first before, on or after the GPU,
/// then by how often the pack changes. Nodes that are connected within a level form a component. A path that leaves a component has risen a
/// level and cannot come back, so every component is convex, any components of one level may share a batch, and batches depend on each
/// other without a cycle.
/// </para>
/// <para>A component that is too long is cut in topological order, which keeps its parts convex as well.</para>
/// </remarks>
internal static class BatchCutter
{
    private const int BeforeGpu = 0;
    private const int OnGpu = 1;
    private const int AfterGpu = 2;
    private const int MostBatches = 800;

    /// <param name="snapshot">What is run.</param>
    /// <param name="toRun">Positions in the graph, ascending and so in topological order.</param>
    /// <param name="index">Positions by id.</param>
    /// <param name="options">How to cut.</param>
    public static BatchCut Cut(RunSnapshot snapshot, List<int> toRun, Dictionary<NodeId, int> index, PlannerOptions options)
    {
        NodeTypeFacts[] types = [.. toRun.Select(node => snapshot.Environment.Types[snapshot.Graph.Nodes[node].Type])];
        int[][] sources = Sources(snapshot, toRun, index);
        bool splitsByGpu = options.GpuBackend is not null && snapshot.Options.TargetBackend is null;
        int[] phases = splitsByGpu ? Phases(types, sources) : new int[toRun.Count];
        BatchCut cut = Cut(snapshot, types, sources, phases, options, splitsByPack: true);
        if (cut.Batches.Length > options.MaxBatches && cut.SeesPacks)
        {
            // Packs that alternate along a chain would make a batch of every node; then one runner has to bring them all.
            cut = Cut(snapshot, types, sources, phases, options, splitsByPack: false);
        }

        return cut;
    }

    private static BatchCut Cut(RunSnapshot snapshot, NodeTypeFacts[] types, int[][] sources, int[] phases, PlannerOptions options, bool splitsByPack)
    {
        string[] packs = [.. types.Select(type => splitsByPack ? PackGroup(type.Pack, options) : "")];
        (int Phase, int Change)[] levels = Levels(sources, phases, packs);
        int[] components = Components(sources, levels);
        List<List<int>> groups = Group(types, packs, levels, components, options);
        return Describe(snapshot, types, sources, phases, groups, options, packs.Distinct(StringComparer.Ordinal).Count() > 1);
    }

    private static int[][] Sources(RunSnapshot snapshot, List<int> toRun, Dictionary<NodeId, int> index)
    {
        int[] position = new int[snapshot.Graph.Nodes.Length];
        Array.Fill(position, -1);
        for (int i = 0; i < toRun.Count; i++)
        {
            position[toRun[i]] = i;
        }

        return [.. toRun.Select(node => snapshot.Graph.Nodes[node].Links.Values
            .Select(link => position[index[link.Node]]).Where(source => source >= 0).ToArray())];
    }

    /// <summary>Puts everything between two GPU nodes on the GPU runner too, so that models are loaded once and nothing goes back and forth.</summary>
    private static int[] Phases(NodeTypeFacts[] types, int[][] sources)
    {
        bool[] leadsToGpu = new bool[types.Length];
        for (int i = types.Length - 1; i >= 0; i--)
        {
            if (types[i].NeedsGpu || leadsToGpu[i])
            {
                foreach (int source in sources[i])
                {
                    leadsToGpu[source] = true;
                }
            }
        }

        bool[] comesFromGpu = new bool[types.Length];
        int[] phases = new int[types.Length];
        for (int i = 0; i < types.Length; i++)
        {
            comesFromGpu[i] = Array.Exists(sources[i], source => types[source].NeedsGpu || comesFromGpu[source]);
            phases[i] = types[i].NeedsGpu || (comesFromGpu[i] && leadsToGpu[i]) ? OnGpu : comesFromGpu[i] ? AfterGpu : BeforeGpu;
        }

        return phases;
    }

    private static string PackGroup(string pack, PlannerOptions options)
    {
        int dot = pack.IndexOf('.', StringComparison.Ordinal);
        string head = dot < 0 ? pack : pack[..dot];
        return options.CommonPacks.Contains(head) ? "" : pack;
    }

    private static (int Phase, int Change)[] Levels(int[][] sources, int[] phases, string[] packs)
    {
        (int Phase, int Change)[] levels = new (int, int)[sources.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            int change = 0;
            foreach (int source in sources[i])
            {
                if (phases[source] == phases[i])
                {
                    change = Math.Max(change, levels[source].Change + (packs[source] == packs[i] ? 0 : 1));
                }
            }

            levels[i] = (phases[i], change);
        }

        return levels;
    }

    /// <summary>Names each node's component by its first node. Joined nodes of one level have one pack, or the level would have risen between them.</summary>
    private static int[] Components(int[][] sources, (int, int)[] levels)
    {
        int[] parent = [.. Enumerable.Range(0, sources.Length)];
        for (int i = 0; i < sources.Length; i++)
        {
            foreach (int source in sources[i])
            {
                if (levels[source] == levels[i])
                {
                    int a = Root(parent, source);
                    int b = Root(parent, i);
                    parent[Math.Max(a, b)] = Math.Min(a, b);
                }
            }
        }

        for (int i = 0; i < parent.Length; i++)
        {
            parent[i] = Root(parent, i);
        }

        return parent;
    }

    private static int Root(int[] parent, int node)
    {
        while (parent[node] != node)
        {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }

        return node;
    }

    /// <summary>Makes groups of components: each its own, but those of nothing but trivial nodes share, and all share where there are too many.</summary>
    /// <returns>Groups in an order in which each comes after those it depends on; nodes in topological order.</returns>
    private static List<List<int>> Group(NodeTypeFacts[] types, string[] packs, (int Phase, int Change)[] levels, int[] components, PlannerOptions options)
    {
        var perLevel = Enumerable.Range(0, types.Length)
            .GroupBy(node => components[node])
            .Select(component => component.ToList())
            .GroupBy(component => (Level: levels[component[0]], Pack: packs[component[0]]))
            .GroupBy(component => component.Key.Level)
            .OrderBy(level => level.Key.Phase).ThenBy(level => level.Key.Change)
            .ToList();
        int most = Math.Max(1, options.MaxBatches / Math.Max(1, perLevel.Sum(level => level.Count())));
        // What an orchestration may carry bounds the number of batches, whatever the options say.
        int mostNodes = Math.Max(options.MaxBatchNodes, types.Length / MostBatches);
        List<List<int>> groups = [];
        foreach (var level in perLevel)
        {
            foreach (var samePack in level)
            {
                List<List<int>> trivial = [.. samePack.Where(component => component.TrueForAll(node => types[node].Cost == NodeCost.Trivial))];
                List<List<int>> dear = [.. samePack.Except(trivial)];
                groups.AddRange(Share([.. trivial], 1).Concat(Share(dear, trivial.Count > 0 ? Math.Max(1, most - 1) : most))
                    .SelectMany(group => group.Chunk(mostNodes).Select(chunk => chunk.ToList())));
            }
        }

        return groups;
    }

    private static List<List<int>> Share(List<List<int>> components, int most)
    {
        if (components.Count <= most)
        {
            return components;
        }

        List<int>[] shared = [.. Enumerable.Range(0, most).Select(_ => new List<int>())];
        PriorityQueue<int, (int Size, int Number)> smallest = new(Enumerable.Range(0, most).Select(i => (i, (0, i))));
        foreach (List<int> component in components)
        {
            int at = smallest.Dequeue();
            shared[at].AddRange(component);
            smallest.Enqueue(at, (shared[at].Count, at));
        }

        // A cut of an overlong group must not fall into a component twice over: topological order keeps the parts convex.
        foreach (List<int> group in shared)
        {
            group.Sort();
        }

        return [.. shared];
    }

    private static BatchCut Describe(
        RunSnapshot snapshot, NodeTypeFacts[] types, int[][] sources, int[] phases, List<List<int>> groups, PlannerOptions options, bool seesPacks)
    {
        int[] batchOf = new int[types.Length];
        for (int batch = 0; batch < groups.Count; batch++)
        {
            foreach (int node in groups[batch])
            {
                batchOf[node] = batch;
            }
        }

        ImmutableArray<CutBatch>.Builder batches = ImmutableArray.CreateBuilder<CutBatch>(groups.Count);
        for (int batch = 0; batch < groups.Count; batch++)
        {
            List<int> group = groups[batch];
            BatchRequirements requires = new()
            {
                Backend = snapshot.Options.TargetBackend ?? (phases[group[0]] == OnGpu ? options.GpuBackend : null),
                Packs = [.. group.Select(node => types[node].Pack).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            };
            ImmutableArray<int> dependsOn = [.. group.SelectMany(node => sources[node]).Select(source => batchOf[source])
                .Where(other => other != batch).Distinct().Order()];
            batches.Add(new CutBatch([.. group], dependsOn, requires));
        }

        return new BatchCut(batches.MoveToImmutable(), batchOf, seesPacks);
    }
}

/// <summary>Nodes to run, cut into batches.</summary>
/// <param name="Batches">The batches; each depends only on earlier ones.</param>
/// <param name="BatchOf">The batch of each node to run.</param>
/// <param name="SeesPacks">Whether packs made cuts.</param>
internal sealed record BatchCut(ImmutableArray<CutBatch> Batches, int[] BatchOf, bool SeesPacks);

/// <summary>A batch before it has a name.</summary>
internal sealed record CutBatch(ImmutableArray<int> Nodes, ImmutableArray<int> DependsOn, BatchRequirements Requires);
