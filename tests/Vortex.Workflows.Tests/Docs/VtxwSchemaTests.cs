using System.Text;
using System.Text.Json;
using Vortex.Testing;
using Vortex.Testing.Workflows;

namespace Vortex.Workflows.Tests;

public sealed class VtxwSchemaTests
{
    private static readonly SmallSchema Schema = new(JsonElement.Parse(File.ReadAllBytes(Path.Combine(ReferenceData.RepositoryRoot(), "docs", "schemas", "vtxw-1.0.schema.json"))));

    [Fact]
    public void Everything_that_is_written_conforms()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Assert.Empty(Schema.Check(JsonElement.Parse(VtxwWriter.Write(new RandomDocuments(seed).Arbitrary()))));
            Assert.Empty(Schema.Check(JsonElement.Parse(WorkflowCanonical.Write(new RandomDocuments(seed).Valid()))));
        }
    }

    [Fact]
    public void Example_of_the_documentation_conforms_and_is_read_without_a_problem()
    {
        string page = File.ReadAllText(Path.Combine(ReferenceData.RepositoryRoot(), "docs", "vtxw.md"));
        int start = page.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;
        byte[] example = Encoding.UTF8.GetBytes(page[start..page.IndexOf("```", start, StringComparison.Ordinal)]);
        Assert.Empty(Schema.Check(JsonElement.Parse(example)));
        WorkflowReading reading = VtxwReader.Read(example);
        Assert.Empty(reading.Problems);
        Assert.Equal("Sharpen thrice", reading.Document!.Meta.Name);
        Assert.Equal(3, reading.Document.Nodes[1].Repeat!.Count);
        Assert.NotNull(reading.Document.Compatibility);

        NodeCatalog catalog = new(
        [
            TestCatalog.Type("LoadImage", [TestCatalog.Input("image", PortType.File)], [new("IMAGE", PortType.Image), new("MASK", PortType.Mask)]),
            TestCatalog.Type("ImageInvert", [TestCatalog.Input("image", PortType.Image)], [new("IMAGE", PortType.Image)]),
            TestCatalog.Type(
                "ImageSharpen",
                [TestCatalog.Input("image", PortType.Image), TestCatalog.Input("sharpen_radius", PortType.Integer), TestCatalog.Input("sigma", PortType.Number), TestCatalog.Input("alpha", PortType.Number)],
                [new("IMAGE", PortType.Image)]),
            TestCatalog.Type("SaveImage", [TestCatalog.Input("images", PortType.Image), TestCatalog.Input("filename_prefix", PortType.Text)], []) with { IsOutput = true },
        ]);
        ExpansionResult expansion = WorkflowExpander.Expand(reading.Document, catalog);
        Assert.Empty(expansion.Problems);
        Assert.Equal(["load", "loop[0]:sharpen", "loop[1]:sharpen", "loop[2]:sharpen", "save"], expansion.Graph!.Nodes.Select(node => node.Id.Value));
        Assert.Equal("sharp", expansion.Graph.Nodes[^1].Constants["filename_prefix"].GetString());
    }

    [Theory]
    [InlineData("""{"nodes": []}""")]
    [InlineData("""{"vtxw_version": "1.0"}""")]
    [InlineData("""{"vtxw_version": "2.0", "nodes": []}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": {}}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": [{"id": "a"}]}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": [{"id": 1, "type": "T"}]}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": [{"id": "a", "type": "T", "mode": "off"}]}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": [{"id": "a", "type": "T", "ui": {"x": "1"}}]}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": [{"id": "a", "type": "T", "repeat": {"count": 1.5}}]}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": [], "edges": [["a", "b", "c", "d"]]}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": [], "edges": [{"from": {"node": "a", "port": "b"}}]}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": [], "meta": {"name": "n", "created_at": "today"}}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": [], "subgraphs": {"s": {"name": "s"}}}""")]
    [InlineData("""{"vtxw_version": "1.0", "nodes": [], "inputs": [{"name": "n", "type": "Text"}]}""")]
    public void What_the_schema_refuses_the_reader_refuses_too(string text)
    {
        Assert.NotEmpty(Schema.Check(JsonElement.Parse(text)));
        Assert.Null(VtxwReader.Read(Encoding.UTF8.GetBytes(text)).Document);
    }

    [Fact]
    public void Unknown_member_breaks_the_schema_but_is_read_with_a_warning()
    {
        string text = """{"vtxw_version": "1.0", "nodes": [], "extra": 1}""";
        Assert.NotEmpty(Schema.Check(JsonElement.Parse(text)));
        Assert.NotNull(VtxwReader.Read(Encoding.UTF8.GetBytes(text)).Document);
    }
}
