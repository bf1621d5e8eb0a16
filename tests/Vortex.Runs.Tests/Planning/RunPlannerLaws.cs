using System.Collections.Immutable;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests.Planning;

/// <summary>Laws of plans, on graphs drawn by lot and held against a planner so slow that it is obviously right.</summary>
public sealed class RunPlannerLaws
{
    private static readonly string[] Types = ["Source", "Op", "Two", "Tiny", "Gpu", "Video", "Imaging", "Dice", "Save"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Plan_is_what_the_slow_planner_finds(int seed)
    {
        (RunSnapshot snapshot, Dictionary<CacheKey, NodeOutputs> found, PlannerOptions options) = Draw(new Random(seed));
        RunPlan plan = RunPlanner.Plan(Some.RunId(1), snapshot, snapshot.Keys(), found, options);
        (HashSet<NodeId> run, HashSet<NodeId> cached, HashSet<NodeId> needed) = SlowPlan(snapshot, found);
        Assert.Equal(run.Order(), plan.Nodes.Select(node => node.Id).Order());
        Assert.Equal(cached.Order(), plan.Cached.Select(node => node.Id).Order());
        Assert.Equal(needed.Order(), RunPlanner.Needed(snapshot).Select(node => snapshot.Graph.Nodes[node].Id).Order());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Batches_are_convex_small_enough_and_never_run_a_node_before_its_inputs(int seed)
    {
        (RunSnapshot snapshot, Dictionary<CacheKey, NodeOutputs> found, PlannerOptions options) = Draw(new Random(seed));
        RunPlan plan = RunPlanner.Plan(Some.RunId(1), snapshot, snapshot.Keys(), found, options);
        Dictionary<NodeId, int> position = plan.Nodes.Index().ToDictionary(node => node.Item.Id, node => node.Index);
        HashSet<NodeId> cached = [.. plan.Cached.Select(node => node.Id)];

        // Every node is in one batch, in topological order.
        Assert.Equal(Enumerable.Range(0, plan.Nodes.Length), plan.Batches.SelectMany(batch => batch.Nodes).Order());
        int[] batchOf = new int[plan.Nodes.Length];
        foreach ((int number, PlannedBatch batch) in plan.Batches.Index())
        {
            Assert.Equal($"{Some.RunId(1)}.{number}", batch.Id.Value);
            Assert.InRange(batch.Nodes.Length, 1, options.MaxBatchNodes);
            Assert.Equal(batch.Nodes.Order(), batch.Nodes);
            foreach (int node in batch.Nodes)
            {
                batchOf[node] = number;
            }
        }

        HashSet<(int, int)> between = [];
        for (int i = 0; i < plan.Nodes.Length; i++)
        {
            bool leaves = false;
            foreach (NodeLink link in plan.Nodes[i].Links.Values)
            {
                Assert.True(cached.Contains(link.Node) || position[link.Node] < i, "A node comes after what it needs.");
                if (position.TryGetValue(link.Node, out int source) && batchOf[source] != batchOf[i])
                {
                    between.Add((batchOf[source], batchOf[i]));
                }
            }

            foreach (PlannedNode other in plan.Nodes)
            {
                leaves |= other.Links.Values.Any(link => link.Node == plan.Nodes[i].Id) && batchOf[position[other.Id]] != batchOf[i];
            }

            Assert.True(!leaves || plan.Nodes[i].Keep, "What leaves its batch is kept.");
        }

        // Batches depend on exactly those they take values from, and each of these comes earlier: no cycle, so no path leaves a batch and returns.
        Assert.All(between, pair => Assert.True(pair.Item1 < pair.Item2));
        Assert.Equal(between.Order(), plan.Batches.SelectMany((batch, number) => batch.DependsOn.Select(other => (other, number))).Order());
        AssertConvex(plan, position, batchOf);

        // One backend per batch, and every pack it uses is asked for.
        foreach (PlannedBatch batch in plan.Batches)
        {
            Assert.Equal(batch.Nodes.Select(node => snapshot.Environment.Types[plan.Nodes[node].Type].Pack).Distinct().Order(), batch.Requires.Packs);
            Assert.True(options.GpuBackend is null || batch.Requires.Backend == options.GpuBackend || !batch.Nodes.Any(node => plan.Nodes[node].Type == "Gpu"));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Same_input_gives_the_same_plan(int seed)
    {
        (RunSnapshot snapshot, Dictionary<CacheKey, NodeOutputs> found, PlannerOptions options) = Draw(new Random(seed));
        Some.AssertSame(
            RunPlanner.Plan(Some.RunId(1), snapshot, snapshot.Keys(), found, options),
            RunPlanner.Plan(Some.RunId(1), snapshot, snapshot.Keys(), found, options));
    }

    [Fact]
    public void A_hundred_thousand_nodes_are_planned()
    {
        ExecutableNode[] nodes = [.. Enumerable.Range(0, 100_000).Select(i => new ExecutableNode(
            new NodeId($"n{i}"),
            i % 100 == 99 ? "Save" : i % 7 == 0 ? "Gpu" : "Op",
            ImmutableSortedDictionary<string, System.Text.Json.JsonElement>.Empty,
            i % 100 == 0 ? ImmutableSortedDictionary<string, NodeLink>.Empty : ImmutableSortedDictionary<string, NodeLink>.Empty.Add("a", new NodeLink(new NodeId($"n{i - 1}"), 0))))];
        RunPlan plan = Snapshots.Of(new ExecutableGraph([.. nodes])).Plan(new PlannerOptions { GpuBackend = "cuda" });
        Assert.Equal(100_000, plan.Nodes.Length);
        Assert.InRange(plan.Batches.Length, 200, 600);
    }

    private static (RunSnapshot Snapshot, Dictionary<CacheKey, NodeOutputs> Found, PlannerOptions Options) Draw(Random random)
    {
        int count = random.Next(1, 60);
        List<string> lines = [];
        for (int i = 0; i < count; i++)
        {
            string type = Types[random.Next(Types.Length)];
            string links = string.Concat(TestTypes.Catalog.Find(type)!.Inputs
                .Where(input => input.Type == PortType.Any && i > 0 && random.Next(4) > 0)
                .Select(input =>
                {
                    // Mostly neighbours, so that long rows occur; nodes without outputs feed nobody.
                    int source = random.Next(3) > 0 ? i - 1 : random.Next(i);
                    return lines[source].Contains(" Save", StringComparison.Ordinal) ? "" : $" {input.Name}=n{source}#{(lines[source].Contains(" Two", StringComparison.Ordinal) ? random.Next(2) : 0)}";
                }));
            lines.Add($"n{i} {type}{links}");
        }

        lines.Add($"end Save a=n{random.Next(count)}");
        if (lines[^1].Split('=')[1] is { } fed && lines.Exists(line => line.StartsWith(fed + " Save", StringComparison.Ordinal)))
        {
            lines[^1] = "end Save";
        }

        RunOptions asked = new() { Outputs = random.Next(3) == 0 ? [new NodeId($"n{random.Next(count)}"), new NodeId("end")] : [] };
        RunSnapshot snapshot = Snapshots.Of(asked, [.. lines]);
        Dictionary<CacheKey, NodeOutputs> found = [];
        foreach (CacheKey key in snapshot.Keys().Where(_ => random.Next(4) == 0))
        {
            found[key] = Some.Outputs(1) with { Slots = [Some.Outputs(1).Slots[0], random.Next(2) == 0 ? null : Some.Outputs(2).Slots[0]] };
        }

        PlannerOptions options = new()
        {
            MaxBatchNodes = random.Next(1, 20),
            MaxBatches = random.Next(1, 40),
            GpuBackend = random.Next(2) == 0 ? "cuda" : null,
        };
        return (snapshot, found, options);
    }

    /// <summary>Decides by asking, for each node anew, whether somebody who runs needs it.</summary>
    private static (HashSet<NodeId> Run, HashSet<NodeId> Cached, HashSet<NodeId> Needed) SlowPlan(RunSnapshot snapshot, Dictionary<CacheKey, NodeOutputs> found)
    {
        Dictionary<NodeId, ExecutableNode> nodes = snapshot.Graph.Nodes.ToDictionary(node => node.Id);
        HashSet<NodeId> asked = snapshot.Options.Outputs.IsEmpty
            ? [.. nodes.Values.Where(node => node.Type == "Save").Select(node => node.Id)]
            : [.. snapshot.Options.Outputs];
        bool Reaches(NodeId node) => asked.Contains(node) || nodes.Values.Any(other => other.Links.Values.Any(link => link.Node == node) && Reaches(other.Id));
        Dictionary<NodeId, bool> runs = [];
        bool Wanted(NodeId node, int? slot) => nodes.Values.Any(other => other.Links.Values.Any(link => link.Node == node && (slot is null || link.Slot == slot)) && Runs(other.Id));
        bool IsServed(NodeId node) =>
            found.TryGetValue(snapshot.KeyOf(node.Value), out NodeOutputs? outputs)
            && Enumerable.Range(0, 4).All(slot => !Wanted(node, slot) || outputs.Slots.ElementAtOrDefault(slot) is not null);
        bool Runs(NodeId node)
        {
            if (!runs.TryGetValue(node, out bool result))
            {
                runs[node] = result = (asked.Contains(node) || Wanted(node, null)) && !IsServed(node);
            }

            return result;
        }

        return (
            [.. nodes.Keys.Where(Runs)],
            [.. nodes.Keys.Where(node => (asked.Contains(node) || Wanted(node, null)) && IsServed(node))],
            [.. nodes.Keys.Where(Reaches)]);
    }

    private static void AssertConvex(RunPlan plan, Dictionary<NodeId, int> position, int[] batchOf)
    {
        for (int batch = 0; batch < plan.Batches.Length; batch++)
        {
            // Nodes outside that come after something of the batch.
            bool[] after = new bool[plan.Nodes.Length];
            for (int i = 0; i < plan.Nodes.Length; i++)
            {
                foreach (NodeLink link in plan.Nodes[i].Links.Values)
                {
                    if (position.TryGetValue(link.Node, out int source))
                    {
                        Assert.False(batchOf[i] == batch && batchOf[source] != batch && after[source], "A path leaves a batch and returns.");
                        after[i] |= batchOf[source] == batch || after[source];
                    }
                }
            }
        }
    }
}
