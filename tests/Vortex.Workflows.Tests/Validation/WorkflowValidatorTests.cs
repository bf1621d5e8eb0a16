using System.Collections.Immutable;
using System.Globalization;
using Vortex.Testing.Workflows;
using static Vortex.Testing.Workflows.SomeWorkflow;

namespace Vortex.Workflows.Tests;

public sealed class WorkflowValidatorTests
{
    [Fact]
    public void Random_valid_documents_have_no_errors()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Assert.DoesNotContain(Check(new RandomDocuments(seed).Valid(20)), problem => problem.Severity == ProblemSeverity.Error);
        }
    }

    [Fact]
    public void Arbitrary_documents_are_answered()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            WorkflowDocument document = new RandomDocuments(seed).Arbitrary();
            ImmutableArray<WorkflowProblem> problems = Check(document);
            Assert.All(problems, problem => Assert.Contains(problem.Code, WorkflowProblemCodes.All));
            WorkflowExpander.Expand(document, TestCatalog.Catalog);
        }
    }

    [Fact]
    public void Mismatch_names_the_node_that_would_convert()
    {
        WorkflowProblem problem = Only(Document([Node("a", "Source"), Node("b", "Save")], "a.mask -> b.image"));
        Assert.Equal((WorkflowProblemCodes.TypeMismatch, "b", "image"), (problem.Code, problem.Node!.Value.Value, problem.Port));
        Assert.Contains("'MaskToImage'", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Integer", "Number", true)]
    [InlineData("Number", "Integer", false)]
    [InlineData("Integer", "Text", false)]
    [InlineData("Bool", "Integer", false)]
    [InlineData("Text", "Choice", true)]
    [InlineData("Choice", "Text", true)]
    [InlineData("Text", "File", false)]
    [InlineData("Mask", "Tensor", true)]
    [InlineData("Tensor", "Mask", false)]
    [InlineData("Bool", "Json", true)]
    [InlineData("Json", "Text", false)]
    [InlineData("MODEL", "*", true)]
    [InlineData("*", "MODEL", true)]
    [InlineData("MODEL", "CLIP", false)]
    [InlineData("MODEL", "CLIP,MODEL", true)]
    [InlineData("Image,Mask", "Latent,Mask", true)]
    [InlineData("Integer", "Text,Number", true)]
    [InlineData("COMFY_MATCHTYPE_V3", "Image", true)]
    public void Adapters_fit_what_loses_nothing(string from, string to, bool fits) =>
        Assert.Equal(fits, PortAdapters.Fits(new PortType(from), new PortType(to)));

    [Fact]
    public void Cycles_are_named_node_by_node_and_each_region_once()
    {
        WorkflowDocument document = Document(
            [Node("a", "Blend"), Node("b", "Blend"), Node("c", "Blend"), Node("d", "Blend"), Node("e", "Save")],
            "a.image -> b.a", "b.image -> c.a", "c.image -> a.a", "c.image -> a.b", "d.image -> d.a", "d.image -> e.image");
        string[] messages = [.. Check(document).Where(problem => problem.Code == WorkflowProblemCodes.Cycle).Select(problem => problem.Message)];
        Assert.Equal(2, messages.Length);
        Assert.Contains("a -> b -> c -> a.", messages[0], StringComparison.Ordinal);
        Assert.Contains("d -> d.", messages[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Components_agree_with_reachability_on_random_graphs()
    {
        Random random = new(5);
        for (int round = 0; round < 300; round++)
        {
            int count = random.Next(1, 12);
            (int From, int To)[] pairs = [.. Enumerable.Range(0, random.Next(20)).Select(_ => (random.Next(count), random.Next(count)))];
            bool[,] reach = new bool[count, count];
            foreach ((int from, int to) in pairs)
            {
                reach[from, to] = true;
            }

            for (int k = 0; k < count; k++)
            {
                for (int i = 0; i < count; i++)
                {
                    for (int j = 0; j < count; j++)
                    {
                        reach[i, j] |= reach[i, k] && reach[k, j];
                    }
                }
            }

            GraphLinks links = new(count, pairs);
            List<int[]> components = Cycles.Components(links);
            int[] place = new int[count];
            for (int i = 0; i < components.Count; i++)
            {
                foreach (int node in components[i])
                {
                    place[node] = i;
                }
            }

            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < count; j++)
                {
                    Assert.Equal(i == j || (reach[i, j] && reach[j, i]), place[i] == place[j]);
                    Assert.True(!reach[i, j] || place[j] <= place[i], "What a component leads to comes before it.");
                }
            }

            List<int[]> cycles = Cycles.Find(links, components);
            Assert.Equal(Enumerable.Range(0, count).Where(i => reach[i, i]).Select(i => place[i]).Distinct().Count(), cycles.Count);
            Assert.All(cycles, cycle =>
            {
                Assert.Equal(cycle.Length, cycle.Distinct().Count());
                Assert.All(cycle.Zip([.. cycle.Skip(1), cycle[0]]), pair => Assert.Contains(pair, pairs));
            });
        }
    }

    [Fact]
    public void Ring_of_a_hundred_thousand_nodes_is_found_without_running_out_of_stack()
    {
        WorkflowDocument ring = Chain(100_000);
        ring = ring with { Edges = ring.Edges.Add(Edge("n99999.image -> n0.a")) };
        WorkflowProblem problem = Assert.Single(Check(ring), problem => problem.Code == WorkflowProblemCodes.Cycle);
        Assert.Contains("n0 -> n1 ->", problem.Message, StringComparison.Ordinal);
        Assert.InRange(problem.Message.Length, 10, 1000);
    }

    [Fact]
    public void Node_of_a_subgraph_is_placed_by_the_path_of_its_first_instance()
    {
        WorkflowDocument document = Document([Node("i", "subgraph:outer"), Node("s", "Save")], "i.out -> s.image")
            .With("outer", Subgraph([], ["out: Image"], [Node("j", "subgraph:inner"), Node("k", "subgraph:inner")], "j.out -> $out.out"))
            .With("inner", Subgraph([], ["out: Image"], [Node("x", "Whole", ("value", "1.5")), Node("y", "Source")], "y.image -> $out.out"))
            .With("unused", Subgraph([], [], [Node("z", "Nope")]));
        Assert.Equal(
            [("workflow.wrong_constant_type", "i:j:x"), ("workflow.unknown_type", "subgraph:unused:z")],
            Check(document).Select(problem => (problem.Code, problem.Node!.Value.Value)));
    }

    [Fact]
    public void Input_of_an_instance_is_required_where_something_inside_needs_it()
    {
        WorkflowSubgraph needs = Subgraph(["in: Image", "extra: Image", "amount: Number"], ["out: Image"], [Node("b", "Blend")],
            "$in.in -> b.a", "$in.extra -> b.b", "$in.amount -> b.amount", "b.image -> $out.out");
        WorkflowProblem problem = Only(Document([Node("i", "subgraph:s"), Node("save", "Save")], "i.out -> save.image").With("s", needs));
        Assert.Equal((WorkflowProblemCodes.MissingInput, "i", "in"), (problem.Code, problem.Node!.Value.Value, problem.Port));
    }

    [Fact]
    public void What_does_not_run_may_be_incomplete()
    {
        WorkflowDocument document = Document(
            [Node("a", "Nope") with { Mode = NodeMode.Muted }, Node("b", "Blend") with { Mode = NodeMode.Bypassed }, Node("c", "Source"), Node("d", "Save")],
            "c.image -> d.image");
        WorkflowProblem problem = Only(document);
        Assert.Equal((WorkflowProblemCodes.UnknownType, ProblemSeverity.Warning), (problem.Code, problem.Severity));
    }

    [Fact]
    public void Range_and_type_are_exact_at_the_ends_of_64_bits()
    {
        Assert.Empty(Check(Document([Node("a", "Source", ("seed", "18446744073709551615")), Node("s", "Save")], "a.image -> s.image")));
        Assert.Equal(WorkflowProblemCodes.WrongConstantType, Only(Document([Node("a", "Source", ("seed", "18446744073709551616")), Node("s", "Save")], "a.image -> s.image")).Code);
        Assert.Equal(WorkflowProblemCodes.ValueTooSmall, Only(Document([Node("a", "Source", ("seed", "-1")), Node("s", "Save")], "a.image -> s.image")).Code);
    }

    [Fact]
    public void Growing_inputs_of_ComfyUI_take_parts()
    {
        NodeCatalog catalog = TestCatalog.Catalog.With(
        [
            TestCatalog.Type("Grow", [TestCatalog.Input("images", new PortType("COMFY_AUTOGROW_V3"))], [new("image", PortType.Image)]) with { IsOutput = true },
        ]);
        WorkflowDocument none = Document([Node("g", "Grow")]);
        WorkflowDocument two = Document([Node("a", "Source"), Node("g", "Grow")], "a.image -> g.images.image0", "a.image -> g.images.image1");
        two = two with { Edges = [new WorkflowEdge(Port("a.image"), new PortRef(new NodeId("g"), "images.image0")), new WorkflowEdge(Port("a.image"), new PortRef(new NodeId("g"), "images.image1"))] };
        Assert.Equal(WorkflowProblemCodes.MissingInput, Assert.Single(WorkflowValidator.Validate(none, catalog)).Code);
        Assert.Empty(WorkflowValidator.Validate(two, catalog));
        Assert.Equal(2, WorkflowExpander.Expand(two, catalog).Graph!.Nodes[1].Links.Count);
    }

    [Fact]
    public void Work_grows_no_faster_than_the_document()
    {
        // Counted in allocated bytes, which do not depend on the machine: ten times the nodes cost about ten times as much.
        double ratio = (double)AllocatedBy(Chain(20_000)) / AllocatedBy(Chain(2_000));
        Assert.InRange(ratio, 5, 15);
    }

    private static long AllocatedBy(WorkflowDocument document)
    {
        Check(document);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Check(document);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    internal static WorkflowDocument Chain(int count)
    {
        List<WorkflowNode> nodes = [];
        List<WorkflowEdge> edges = [];
        for (int i = 0; i < count; i++)
        {
            string id = "n" + i.ToString(CultureInfo.InvariantCulture);
            nodes.Add(Node(id, i == 0 ? "Source" : i == count - 1 ? "Save" : "Blend"));
            if (i > 0)
            {
                string before = "n" + (i - 1).ToString(CultureInfo.InvariantCulture);
                edges.Add(new WorkflowEdge(new PortRef(new NodeId(before), "image"), new PortRef(new NodeId(id), i == count - 1 ? "image" : "a")));
            }
        }

        return new WorkflowDocument { Nodes = [.. nodes], Edges = [.. edges] };
    }

    private static WorkflowProblem Only(WorkflowDocument document) => Assert.Single(Check(document));

    private static ImmutableArray<WorkflowProblem> Check(WorkflowDocument document) =>
        WorkflowValidator.Validate(document, TestCatalog.Catalog, new WorkflowLimits { MaxNodes = 1_000_000 });
}
