using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows.Tests.Comfy;

/// <summary>What stays of a workflow in the API format.</summary>
public sealed class ExportTests
{
    private const string Chain = """
        {"id": 1, "type": "EmptyImage", "widgets_values": [8, 8, 1, 0], "mode": M1},
        {"id": 2, "type": "ImageInvert", "mode": M2, "inputs": [{"name": "image", "type": "IMAGE", "link": 1}]},
        {"id": 3, "type": "PreviewImage", "title": "Look", "inputs": [{"name": "images", "type": "IMAGE", "link": 2}]}
        """;

    private static JsonElement Export(int first, int second) => Imported.Graph(
        Chain.Replace("M1", $"{first}", StringComparison.Ordinal).Replace("M2", $"{second}", StringComparison.Ordinal),
        """[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]""").Api();

    private static string Inputs(JsonElement api, string node) => JsonSerializer.Serialize(api.GetProperty(node).GetProperty("inputs"));

    [Fact]
    public void Nodes_have_class_inputs_and_title()
    {
        JsonElement api = Export(0, 0);
        Assert.Equal("""{"width":8,"height":8,"batch_size":1,"color":0}""", Inputs(api, "1"));
        Assert.Equal("""{"images":["2",0]}""", Inputs(api, "3"));
        Assert.Equal("Look", api.GetProperty("3").GetProperty("_meta").GetProperty("title").GetString());
        Assert.Equal("ImageInvert", api.GetProperty("2").GetProperty("class_type").GetString());
    }

    [Fact]
    public void Muted_node_is_gone_and_so_is_the_input_it_fed()
    {
        JsonElement api = Export(0, 2);
        Assert.Equal(["1", "3"], api.EnumerateObject().Select(node => node.Name));
        Assert.Equal("{}", Inputs(api, "3"));
    }

    [Fact]
    public void Bypassed_node_passes_on_the_input_of_its_type()
    {
        JsonElement api = Export(0, 4);
        Assert.Equal(["1", "3"], api.EnumerateObject().Select(node => node.Name));
        Assert.Equal("""{"images":["1",0]}""", Inputs(api, "3"));
    }

    [Fact]
    public void Bypassed_node_without_such_an_input_feeds_nothing()
    {
        Assert.Equal("{}", Inputs(Export(4, 0), "2"));
    }

    [Fact]
    public void Bypassed_node_prefers_the_input_at_the_place_of_its_output()
    {
        ComfyImport import = Imported.Graph(
            """
            {"id": 1, "type": "Pair"}, {"id": 2, "type": "Swap", "mode": 4,
             "inputs": [{"name": "a", "type": "CAT", "link": 1}, {"name": "b", "type": "CAT", "link": 2}], "outputs": [{"name": "x", "type": "CAT"}, {"name": "y", "type": "CAT"}]},
            {"id": 3, "type": "Show", "inputs": [{"name": "first", "type": "CAT", "link": 3}, {"name": "second", "type": "CAT", "link": 4}]}
            """,
            """[1, 1, 0, 2, 0, "CAT"], [2, 1, 1, 2, 1, "CAT"], [3, 2, 0, 3, 0, "CAT"], [4, 2, 1, 3, 1, "CAT"]""");
        Assert.Equal("""{"first":["1",0],"second":["1",1]}""", Inputs(import.Api(), "3"));
    }

    [Fact]
    public void Loop_is_written_out_pass_by_pass()
    {
        WorkflowDocument document = new()
        {
            Nodes =
            [
                new WorkflowNode { Id = new NodeId("e"), Type = "EmptyImage" },
                new WorkflowNode
                {
                    Id = new NodeId("l"), Type = "subgraph:s", Repeat = new NodeRepeat(2, [new CarriedPort("out", "in")], "i"),
                },
                new WorkflowNode { Id = new NodeId("p"), Type = "PreviewImage" },
            ],
            Edges =
            [
                new WorkflowEdge(new PortRef(new NodeId("e"), "IMAGE"), new PortRef(new NodeId("l"), "in")),
                new WorkflowEdge(new PortRef(new NodeId("l"), "out"), new PortRef(new NodeId("p"), "images")),
            ],
            Subgraphs = ImmutableSortedDictionary<string, WorkflowSubgraph>.Empty.Add("s", new WorkflowSubgraph
            {
                Name = "s",
                Inputs = [new SubgraphPort("in", PortType.Image), new SubgraphPort("i", PortType.Integer)],
                Outputs = [new SubgraphPort("out", PortType.Image)],
                Nodes = [new WorkflowNode { Id = new NodeId("b"), Type = "ImageBlur" }],
                Edges =
                [
                    new WorkflowEdge(new PortRef(NodeId.SubgraphInput, "in"), new PortRef(new NodeId("b"), "image")),
                    new WorkflowEdge(new PortRef(NodeId.SubgraphInput, "i"), new PortRef(new NodeId("b"), "blur_radius")),
                    new WorkflowEdge(new PortRef(new NodeId("b"), "IMAGE"), new PortRef(NodeId.SubgraphOutput, "out")),
                ],
            }),
        };
        using JsonDocument api = JsonDocument.Parse(ComfyExporter.ToApi(document, Imported.Catalog).Json);
        Assert.Equal("""{"image":["e",0],"blur_radius":0}""", Inputs(api.RootElement, "l[0]:b"));
        Assert.Equal("""{"image":["l[0]:b",0],"blur_radius":1}""", Inputs(api.RootElement, "l[1]:b"));
        Assert.Equal("""{"images":["l[1]:b",0]}""", Inputs(api.RootElement, "p"));
    }

    [Fact]
    public void Values_without_names_cannot_be_exported_and_are_reported()
    {
        ComfyExport export = ComfyExporter.ToApi(Imported.Graph("""{"id": 1, "type": "Sparkle", "widgets_values": [1, 2]}""").Document, Imported.Catalog);
        WorkflowProblem problem = Assert.Single(export.Problems);
        Assert.Equal((ComfyExporter.UnnamedValues, ProblemSeverity.Warning, new NodeId("1")), (problem.Code, problem.Severity, problem.Node));
    }

    [Fact]
    public void Instance_without_a_definition_and_input_without_a_source_are_reported()
    {
        WorkflowDocument document = new()
        {
            Nodes = [new WorkflowNode { Id = new NodeId("a"), Type = "subgraph:none" }, new WorkflowNode { Id = new NodeId("b"), Type = "PreviewImage" }],
            Edges = [new WorkflowEdge(new PortRef(new NodeId("a"), "x"), new PortRef(new NodeId("b"), "images"))],
        };
        Assert.Equal(
            [ComfyExporter.MissingSubgraph, ComfyExporter.EdgeNowhere],
            ComfyExporter.ToApi(document, Imported.Catalog).Problems.Select(problem => problem.Code));
    }

    [Fact]
    public void Small_file_that_would_become_huge_is_refused()
    {
        string levels = string.Join(',', Enumerable.Range(0, 20).Select(level =>
            $$"""{"id": "s{{level}}", "name": "s", "links": [], "nodes": [{{string.Join(',', Enumerable.Range(0, 8).Select(i => $$"""{"id": {{i}}, "type": "s{{level + 1}}"}"""))}}]}"""));
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "s0"}""", more: $$""" "definitions": {"subgraphs": [{{levels}}, {"id": "s20", "name": "s", "nodes": [{"id": 1, "type": "ImageInvert"}], "links": []}]} """);
        ComfyExport export = ComfyExporter.ToApi(import.Document, Imported.Catalog);
        Assert.Equal("{}"u8, export.Json);
        Assert.Equal(ComfyExporter.TooLarge, Assert.Single(export.Problems).Code);
    }

    [Fact]
    public void Export_agrees_with_what_would_be_executed()
    {
        ComfyImport import = Imported.From(Some.PhotoWorkflow);
        NodeCatalog executable = new(Imported.Catalog.Types.Select(type => type with { IsExecutable = true }));
        ExpansionResult expanded = WorkflowExpander.Expand(import.Document, executable, ImmutableDictionary<string, JsonElement>.Empty);
        Assert.NotNull(expanded.Graph);
        JsonElement api = import.Api();
        foreach (ExecutableNode node in expanded.Graph.Nodes)
        {
            JsonElement inputs = api.GetProperty(node.Id.Value).GetProperty("inputs");
            Assert.Equal(node.Type, api.GetProperty(node.Id.Value).GetProperty("class_type").GetString());
            Assert.All(node.Links, link => Assert.Equal($"""["{link.Value.Node}",{link.Value.Slot}]""", JsonSerializer.Serialize(inputs.GetProperty(link.Key))));
        }
    }
}
