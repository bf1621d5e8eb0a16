using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Vortex.Testing.Workflows;
using static Vortex.Testing.Workflows.SomeWorkflow;

namespace Vortex.Workflows.Tests;

public sealed class WorkflowExpanderTests
{
    [Fact]
    public void Expanded_graph_computes_what_the_document_says()
    {
        int compared = 0;
        for (int seed = 0; seed < 3000; seed++)
        {
            WorkflowDocument document = new RandomDocuments(seed).Valid(4 + (seed % 20));
            ExpansionResult result = WorkflowExpander.Expand(document, TestCatalog.Catalog);
            // A loop's number may be too big a share of a blend; following the document does not check ranges.
            if (result.Problems.Any(problem => problem.Code == WorkflowProblemCodes.ValueTooBig))
            {
                continue;
            }

            ImmutableArray<string>? expected = DirectEvaluation.Of(document, TestCatalog.Catalog);
            Assert.True(expected is null == result.Graph is null, $"seed {seed}: {string.Join("; ", result.Problems)}");
            if (result.Graph is { } graph)
            {
                Assert.Equal(expected!.Value.AsEnumerable(), DirectEvaluation.Of(graph, TestCatalog.Catalog));
                compared++;
            }
        }

        Assert.InRange(compared, 1000, 3000);
    }

    [Fact]
    public void Every_link_points_to_an_earlier_node_and_twice_gives_the_same()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            WorkflowDocument document = new RandomDocuments(seed).Valid(25);
            if (WorkflowExpander.Expand(document, TestCatalog.Catalog).Graph is not { } graph)
            {
                continue;
            }

            Dictionary<NodeId, int> index = graph.IndexById();
            Assert.All(graph.Nodes, node => Assert.All(node.Links.Values, link => Assert.True(index[link.Node] < index[node.Id])));
            ExecutableGraph again = WorkflowExpander.Expand(document, TestCatalog.Catalog).Graph!;
            Assert.Equal(graph.Nodes.Select(node => node.Id), again.Nodes.Select(node => node.Id));
        }
    }

    [Fact]
    public void Subgraphs_are_written_out_with_paths_as_ids()
    {
        WorkflowDocument document = Document([Node("i", "subgraph:outer"), Node("s", "Save")], "i.#0 -> s.image")
            .With("outer", Subgraph([], ["out: Image"], [Node("j", "subgraph:inner")], "j.out -> $out.out"))
            .With("inner", Subgraph([], ["out: Image"], [Node("y", "Source")], "y.image -> $out.out"));
        ExecutableGraph graph = Expand(document);
        Assert.Equal(["i:j:y", "s"], graph.Nodes.Select(node => node.Id.Value));
        Assert.Equal(new NodeLink(new NodeId("i:j:y"), 0), graph.Nodes[1].Links["image"]);
    }

    [Fact]
    public void Loop_feeds_each_pass_from_the_one_before_and_counts()
    {
        WorkflowDocument document = Document(
            [
                Node("a", "Source"),
                Node("loop", "subgraph:step") with { Repeat = new NodeRepeat(3, [new CarriedPort("out", "in")], "number") },
                Node("s", "Save"),
            ],
            "a.image -> loop.in", "loop.out -> s.image")
            .With("step", Subgraph(["in: Image", "number: Integer"], ["out: Image"], [Node("n", "Whole"), Node("b", "Blend")],
                "$in.in -> b.a", "$in.#1 -> n.value", "b.image -> $out.out"));
        ExecutableGraph graph = Expand(document);
        Dictionary<string, ExecutableNode> nodes = graph.Nodes.ToDictionary(node => node.Id.Value);
        Assert.Equal("a", nodes["loop[0]:b"].Links["a"].Node.Value);
        Assert.Equal("loop[0]:b", nodes["loop[1]:b"].Links["a"].Node.Value);
        Assert.Equal("loop[1]:b", nodes["loop[2]:b"].Links["a"].Node.Value);
        Assert.Equal("loop[2]:b", nodes["s"].Links["image"].Node.Value);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(i => nodes[$"loop[{i}]:n"].Constants["value"].GetInt32()));
    }

    [Fact]
    public void Muted_node_goes_with_all_that_needs_it_and_optional_inputs_stay_unconnected()
    {
        WorkflowDocument document = Document(
            [
                Node("a", "Source"), Node("m", "Source") with { Mode = NodeMode.Muted },
                Node("needs", "Blend"), Node("after", "Save"), Node("can", "Blend"), Node("s", "Save"),
            ],
            "m.image -> needs.a", "needs.image -> after.image", "a.image -> can.a", "m.image -> can.b", "can.image -> s.image");
        ExecutableGraph graph = Expand(document);
        Assert.Equal(["a", "can", "s"], graph.Nodes.Select(node => node.Id.Value));
        Assert.Equal(["a"], graph.Nodes[1].Links.Keys);
    }

    [Fact]
    public void When_everything_is_muted_there_is_nothing_to_do()
    {
        ExpansionResult result = WorkflowExpander.Expand(
            Document([Node("m", "Source") with { Mode = NodeMode.Muted }, Node("s", "Save")], "m.image -> s.image"), TestCatalog.Catalog);
        Assert.Equal(WorkflowProblemCodes.NoOutputs, Assert.Single(result.Problems).Code);
        Assert.Empty(result.Graph!.Nodes);
        Assert.False(result.CanRun);
    }

    [Fact]
    public void Bypassed_node_passes_the_input_of_its_outputs_position_or_else_the_first_of_its_type()
    {
        WorkflowDocument document = Document(
            [
                Node("a", "Source"), Node("b", "Masked") with { Mode = NodeMode.Bypassed },
                Node("c", "ImageToMask") with { Mode = NodeMode.Bypassed }, Node("d", "Masked"), Node("s", "Save"),
            ],
            // b's second output is a mask, as is its second input; c has no mask to give.
            "a.image -> b.image", "a.mask -> b.mask", "b.image -> d.image", "b.mask -> d.mask", "d.image -> s.image", "a.image -> c.image");
        ExecutableNode node = Expand(document).Nodes.Single(node => node.Id.Value == "d");
        Assert.Equal(new NodeLink(new NodeId("a"), 0), node.Links["image"]);
        Assert.Equal(new NodeLink(new NodeId("a"), 1), node.Links["mask"]);

        WorkflowDocument nothing = Document(
            [Node("a", "Source"), Node("c", "ImageToMask") with { Mode = NodeMode.Bypassed }, Node("d", "MaskToImage"), Node("s", "Save")],
            "a.image -> c.image", "c.mask -> d.mask", "d.image -> s.image");
        WorkflowProblem problem = Assert.Single(WorkflowExpander.Expand(nothing, TestCatalog.Catalog).Problems);
        Assert.Equal((WorkflowProblemCodes.MissingInput, "d", "mask"), (problem.Code, problem.Node!.Value.Value, problem.Port));
    }

    [Fact]
    public void Bypassed_node_with_two_inputs_of_a_type_keeps_their_order_and_does_not_count_widgets()
    {
        NodeCatalog catalog = TestCatalog.Catalog.With(
        [
            TestCatalog.Type(
                "Pair",
                [TestCatalog.Input("strength", PortType.Number), TestCatalog.Input("one", PortType.Image), TestCatalog.Input("two", PortType.Image)],
                [new("one", PortType.Image), new("two", PortType.Image), new("three", PortType.Image)]),
        ]);
        WorkflowDocument document = Document(
            [Node("a", "Source"), Node("b", "Source"), Node("p", "Pair") with { Mode = NodeMode.Bypassed }, Node("s1", "Save"), Node("s2", "Save"), Node("s3", "Save")],
            "a.image -> p.one", "b.image -> p.two", "p.one -> s1.image", "p.two -> s2.image", "p.three -> s3.image");
        Dictionary<string, ExecutableNode> nodes = WorkflowExpander.Expand(document, catalog).Graph!.Nodes.ToDictionary(node => node.Id.Value);
        Assert.Equal(["a", "b", "a"], new[] { "s1", "s2", "s3" }.Select(id => nodes[id].Links["image"].Node.Value));
    }

    [Fact]
    public void Bypassed_node_of_unknown_type_passes_the_edge_of_the_outputs_position()
    {
        WorkflowDocument document = Document(
            [Node("a", "Source"), Node("x", "Foreign") with { Mode = NodeMode.Bypassed }, Node("d", "Masked"), Node("s", "Save")],
            "a.image -> x.p", "a.mask -> x.q", "x.#0 -> d.image", "x.#1 -> d.mask", "d.image -> s.image");
        ExpansionResult result = WorkflowExpander.Expand(document, TestCatalog.Catalog);
        Assert.True(result.CanRun);
        Assert.Equal(1, result.Graph!.Nodes.Single(node => node.Id.Value == "d").Links["mask"].Slot);
    }

    [Fact]
    public void Reroutes_are_passed_through_and_what_arrives_is_checked()
    {
        Assert.Equal(
            "a",
            Expand(Document([Node("a", "Source"), Node("r", "Reroute"), Node("q", "Reroute"), Node("s", "Save")], "a.image -> r.value", "r.#0 -> q.value", "q.value -> s.image"))
                .Nodes[1].Links["image"].Node.Value);
        ExpansionResult wrong = WorkflowExpander.Expand(
            Document([Node("a", "Source"), Node("r", "Reroute"), Node("s", "Save")], "a.mask -> r.value", "r.value -> s.image"), TestCatalog.Catalog);
        Assert.Equal(WorkflowProblemCodes.TypeMismatch, Assert.Single(wrong.Problems).Code);
        Assert.Null(wrong.Graph);
    }

    [Theory]
    [InlineData("0", "a")]
    [InlineData("1.0", "b")]
    public void Switch_with_a_constant_selector_leaves_only_its_case(string select, string expected)
    {
        WorkflowDocument document = Document(
            [Node("a", "Source"), Node("b", "Source"), Node("w", "vortex.Switch", ("select", select)), Node("s", "Save")],
            "a.image -> w.case0", "b.image -> w.case1", "w.value -> s.image");
        ExecutableGraph graph = Expand(document);
        Assert.Equal(expected, graph.Nodes.Single(node => node.Id.Value == "s").Links["image"].Node.Value);
        Assert.DoesNotContain(graph.Nodes, node => node.Type == "vortex.Switch");
    }

    [Fact]
    public void Switch_whose_selector_is_computed_stays_with_all_cases()
    {
        WorkflowDocument document = Document(
            [Node("a", "Source"), Node("b", "Source"), Node("f", "Flag"), Node("w", "ComfySwitchNode"), Node("s", "Save")],
            "f.on -> w.switch", "a.image -> w.on_true", "b.image -> w.on_false", "w.output -> s.image");
        Assert.Equal(3, Expand(document).Nodes.Single(node => node.Id.Value == "w").Links.Count);
    }

    [Fact]
    public void Values_of_callers_replace_constants_and_are_checked()
    {
        WorkflowDocument document = Document([Node("a", "Source", ("seed", "1")), Node("b", "Source"), Node("s", "Save")], "a.image -> s.image") with
        {
            Inputs =
            [
                new WorkflowInput("seed", PortType.Integer, [Port("a.seed"), Port("b.seed")]) { Default = TestCatalog.Json("7") },
                new WorkflowInput("prefix", PortType.Text, [Port("s.prefix")]),
            ],
        };
        ExecutableGraph standard = Expand(document);
        Assert.Equal(["7", "7"], standard.Nodes.Take(2).Select(node => node.Constants["seed"].GetRawText()));
        Assert.Equal("out", standard.Nodes[2].Constants["prefix"].GetString());
        ExecutableGraph given = WorkflowExpander.Expand(document, TestCatalog.Catalog, Values("""{"seed": 18446744073709551615.0, "prefix": "p"}""")).Graph!;
        Assert.Equal(ulong.MaxValue, given.Nodes[0].Constants["seed"].GetUInt64());
        Assert.Equal("p", given.Nodes[2].Constants["prefix"].GetString());

        ExpansionResult wrong = WorkflowExpander.Expand(document, TestCatalog.Catalog, Values("""{"seed": -1, "prefix": 5, "sead": 1}"""));
        Assert.Null(wrong.Graph);
        Assert.Equal(
            [WorkflowProblemCodes.UnknownRunInput, WorkflowProblemCodes.WrongConstantType],
            wrong.Problems.Select(problem => problem.Code));
        ExpansionResult small = WorkflowExpander.Expand(document, TestCatalog.Catalog, Values("""{"seed": -1}"""));
        Assert.All(small.Problems, problem => Assert.Equal(WorkflowProblemCodes.ValueTooSmall, problem.Code));
        Assert.Equal(["a", "b"], small.Problems.Select(problem => problem.Node!.Value.Value));
    }

    [Fact]
    public void Constants_arrive_in_one_form()
    {
        ExecutableGraph graph = Expand(Document(
            [Node("a", "Source", ("seed", "1e1")), Node("b", "Masked", ("mode", "2")), Node("w", "Blend", ("amount", "1")), Node("s", "Save", ("prefix", "null"))],
            "a.image -> b.image", "a.image -> w.a", "b.image -> s.image"));
        Dictionary<string, ExecutableNode> nodes = graph.Nodes.ToDictionary(node => node.Id.Value);
        Assert.Equal("10", nodes["a"].Constants["seed"].GetRawText());
        Assert.Equal("2", nodes["b"].Constants["mode"].GetString());
        Assert.Equal("1", nodes["w"].Constants["amount"].GetRawText());
        Assert.Equal("out", nodes["s"].Constants["prefix"].GetString());
    }

    [Fact]
    public void Constant_that_crosses_a_border_is_checked_where_it_arrives()
    {
        WorkflowDocument document = Document([Node("i", "subgraph:s", ("x", "5")), Node("save", "Save")], "i.out -> save.image")
            .With("s", Subgraph(["x: *"], ["out: Image"], [Node("a", "Source"), Node("b", "Blend")], "$in.x -> b.amount", "a.image -> b.a", "b.image -> $out.out"));
        WorkflowProblem problem = Assert.Single(WorkflowExpander.Expand(document, TestCatalog.Catalog).Problems);
        Assert.Equal((WorkflowProblemCodes.ValueTooBig, "i:b", "amount"), (problem.Code, problem.Node!.Value.Value, problem.Port));
    }

    [Fact]
    public void Nested_loops_are_refused_before_they_are_written_out()
    {
        WorkflowDocument document = Document([Node("i", "subgraph:s0") with { Repeat = new NodeRepeat(1000, []) }, Node("a", "Source"), Node("s", "Save")], "a.image -> s.image");
        for (int level = 0; level < 12; level++)
        {
            WorkflowNode inner = level < 11
                ? Node("i", "subgraph:s" + (level + 1).ToString(CultureInfo.InvariantCulture)) with { Repeat = new NodeRepeat(1000, []) }
                : Node("x", "Source");
            document = document.With("s" + level.ToString(CultureInfo.InvariantCulture), Subgraph([], [], [inner]));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        ExpansionResult result = WorkflowExpander.Expand(document, TestCatalog.Catalog);
        Assert.Equal(WorkflowProblemCodes.TooManyNodes, Assert.Single(result.Problems).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);

        // Empty subgraphs cost passes though they have no nodes.
        WorkflowDocument empty = document.With("s11", Subgraph([], [], []));
        Assert.Equal(WorkflowProblemCodes.TooManyNodes, Assert.Single(WorkflowExpander.Expand(empty, TestCatalog.Catalog).Problems).Code);
    }

    [Fact]
    public void Row_of_fifty_thousand_reroutes_is_followed()
    {
        WorkflowDocument chain = WorkflowValidatorTests.Chain(50_000);
        WorkflowDocument reroutes = chain with
        {
            Nodes = [.. chain.Nodes.Select(node => node.Type == "Blend" ? Node(node.Id.Value, "Reroute") : node)],
            Edges = [.. chain.Edges.Select(edge => new WorkflowEdge(new PortRef(edge.From.Node, "#0"), new PortRef(edge.To.Node, edge.To.Port == "a" ? "value" : "image")))],
        };
        Assert.Equal(["n0", "n49999"], Expand(reroutes).Nodes.Select(node => node.Id.Value));
    }

    [Fact]
    public void Types_that_cannot_be_executed_are_expanded_and_reported()
    {
        ExpansionResult result = WorkflowExpander.Expand(Document([Node("a", "Source"), Node("k", "Known"), Node("s", "Save")], "a.image -> k.image", "k.image -> s.image"), TestCatalog.Catalog);
        Assert.Equal(3, result.Graph!.Nodes.Length);
        Assert.False(result.CanRun);
        Assert.Equal(WorkflowProblemCodes.TypeNotExecutable, Assert.Single(result.Problems).Code);
    }

    [Fact]
    public void Flow_types_need_not_be_in_the_catalog()
    {
        NodeCatalog bare = new(TestCatalog.Catalog.Types.Where(type => FlowTypes.Find(type.Name) is null));
        WorkflowDocument document = Document(
            [Node("a", "Source"), Node("r", "Reroute"), Node("w", "vortex.Switch"), Node("s", "Save")],
            "a.image -> r.value", "r.value -> w.case0", "w.value -> s.image");
        Assert.True(WorkflowExpander.Expand(document, bare).CanRun);
    }

    private static Dictionary<string, JsonElement> Values(string json) =>
        TestCatalog.Json(json).EnumerateObject().ToDictionary(property => property.Name, property => property.Value);

    private static ExecutableGraph Expand(WorkflowDocument document)
    {
        ExpansionResult result = WorkflowExpander.Expand(document, TestCatalog.Catalog);
        Assert.DoesNotContain(result.Problems, problem => problem.Severity == ProblemSeverity.Error);
        return result.Graph!;
    }
}
