using System.Text;

namespace Vortex.Workflows.Tests.Comfy;

/// <summary>Files that are no workflow, or not quite JSON, or too much.</summary>
public sealed class BrokenFileTests
{
    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("{\"nodes\": [\n  {\"id\": }]}", 2, 10)]
    [InlineData("hello", 1, 1)]
    [InlineData("{} {}", 1, 4)]
    public void Text_that_is_no_JSON_is_reported_with_its_place(string text, int line, int column)
    {
        ComfyImport import = Imported.From(text);
        ReportItem item = Assert.Single(import.Report.Items);
        Assert.Equal((ImportCodes.NotJson, ReportSeverity.Error), (item.Code, item.Severity));
        Assert.Equal((line, column), (item.Position!.Line, item.Position.Column));
        Assert.Empty(import.Document.Nodes);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"nodes\": 4}")]
    [InlineData("{\"a\": {\"b\": 1}}")]
    public void JSON_that_is_no_workflow_is_reported(string text)
    {
        ComfyImport import = Imported.From(text);
        Assert.Contains(import.Report.Items, item => item.Code is ImportCodes.NotAWorkflow or ImportCodes.NotJson);
        Assert.Null(import.Report.Format);
    }

    [Fact]
    public void Bare_NaN_and_halves_of_characters_and_broken_UTF8_are_mended()
    {
        byte[] json =
        [
            0xEF, 0xBB, 0xBF,
            .. """{"nodes": [{"id": 1, "type": "CLIPTextEncode", "widgets_values": ["NaN \"NaN\" \ud83d\ude00 \ud83d!"], "x": NaN, "y": -Infinity, "z": "A"""u8,
            0xFF,
            .. "\"}]}\0\n"u8,
        ];
        ComfyImport import = ComfyImporter.Import(json, Imported.Catalog);
        Assert.Equal("NaN \"NaN\" \U0001F600 \uFFFD!", import.Node("1").Inputs["text"].GetString());
    }

    [Fact]
    public void Limits_are_checked_and_named()
    {
        WorkflowLimits limits = new() { MaxBytes = 2_000, MaxDepth = 10, MaxNodes = 3, MaxTextLength = 50 };
        Assert.Equal([ImportCodes.TooLarge], Codes(new string(' ', 3_000)));
        Assert.Equal([ImportCodes.TooDeep], Codes($"{{\"nodes\": {new string('[', 20)}{new string(']', 20)}}}"));
        Assert.Equal([ImportCodes.TooLarge], Codes("""{"nodes": [{"id":1,"type":"A"},{"id":2,"type":"A"},{"id":3,"type":"A"},{"id":4,"type":"A"}]}"""));
        Assert.Equal([ImportCodes.TooLarge], Codes("""{"1":{"class_type":"A"},"2":{"class_type":"A"},"3":{"class_type":"A"},"4":{"class_type":"A"}}""", ImportCodes.TooLarge));
        Assert.Equal(
            [ImportCodes.TextTooLong],
            Codes($$"""{"1":{"class_type":"CLIPTextEncode","inputs":{"text":"{{new string('x', 60)}}"} } }""", ImportCodes.TextTooLong));

        string[] Codes(string json, string? only = null) =>
            [.. Imported.From(json, limits).Report.Items.Select(item => item.Code).Where(code => only is null || code == only)];
    }

    [Fact]
    public void Malformed_parts_are_left_out_and_the_rest_comes_in()
    {
        ComfyImport import = Imported.From("""
            {"nodes": [3, null, "x", {"id": 1, "type": "ImageInvert", "inputs": 7, "outputs": "no", "pos": "here", "size": {}, "properties": 3, "widgets_values": "v", "flags": []},
              {"id": 2}], "links": [1, [2], {"id": 3}, "l"], "groups": [1, {"title": 5}], "extra": 9, "definitions": [], "version": "new"}
            """);
        Assert.Equal(["1", "2"], import.Document.Nodes.Select(node => node.Id.Value));
        Assert.Equal(7, import.Report.Of(ImportCodes.MalformedPart).Count());
        Assert.Single(import.Report.Of(ImportCodes.MissingType));
    }

    [Fact]
    public void Newer_version_is_read_and_reported()
    {
        Assert.Contains(ImportCodes.NewerVersion, Imported.From("""{"nodes": [], "links": [], "version": 2}""").Codes());
        Assert.Empty(Imported.From("""{"nodes": [], "links": [], "version": 1, "state": {}}""").Codes());
    }

    [Fact]
    public void Report_of_very_many_items_is_cut_and_says_so()
    {
        string nodes = string.Join(',', Enumerable.Range(0, 6_000).Select(i => $$"""{"id":{{i}},"type":"Sparkle"}"""));
        CompatibilityReport report = Imported.Graph(nodes).Report;
        Assert.Equal(CompatibilityReport.MaxItems, report.Items.Length);
        Assert.Contains("1001 more", report.Items[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_says_which_things_are_errors_and_document_keeps_what_matters()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "Sparkle"}, {"id": 2, "type": "ImageInvert"}, {"id": 3, "type": "PrimitiveNode"}""");
        Assert.True(import.Report.HasErrors);
        WorkflowCompatibility kept = import.Document.Compatibility!;
        Assert.Equal("comfyui-ui 0.4", kept.ImportedFrom);
        Assert.Equal([new CompatibilityItem(ImportCodes.UnknownType, import.Report.Items[0].Message, new NodeId("1"))], kept.Warnings);
    }

    [Fact]
    public void Imported_document_is_written_and_read_back_as_the_same()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "Sparkle", "widgets_values": [1, [2, {"a": 3}]]}, {"id": "x:1", "type": "EmptyImage", "widgets_values": [1, 2, 3, 4]}""");
        byte[] written = VtxwWriter.Write(import.Document);
        WorkflowReading reading = VtxwReader.Read(written);
        Assert.DoesNotContain(reading.Problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(VtxwWriter.Write(reading.Document!)));
    }
}
