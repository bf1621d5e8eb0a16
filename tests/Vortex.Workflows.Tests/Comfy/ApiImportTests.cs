namespace Vortex.Workflows.Tests.Comfy;

/// <summary>The API format, and everything that wraps a workflow.</summary>
public sealed class ApiImportTests
{
    private const string Prompt = """
        {"1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0}, "_meta": {"title": "Start"}},
         "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}, "is_changed": [NaN]}}
        """;

    private const string Graph = """
        {"nodes": [{"id": 1, "type": "EmptyImage", "widgets_values": [8, 8, 1, 0]}], "links": [], "version": 0.4}
        """;

    [Fact]
    public void Nodes_inputs_links_and_titles_come_over()
    {
        ComfyImport import = Imported.From(Prompt);
        Assert.Equal("comfyui-api", import.Report.Format);
        Assert.Equal("batch_size: 1, color: 0, height: 8, width: 8", import.Node("1").Values());
        Assert.Equal("Start", import.Node("1").Ui.Title);
        Assert.Equal(["1.IMAGE > 2.images"], import.Edges());
    }

    [Theory]
    [InlineData("{\"prompt\": P, \"client_id\": \"x\"}", "comfyui-api")]
    [InlineData("{\"prompt\": P, \"extra_data\": {\"extra_pnginfo\": {\"workflow\": W}}}", "comfyui-ui 0.4")]
    [InlineData("{\"workflow\": W, \"output\": P}", "comfyui-ui 0.4")]
    [InlineData("{\"output\": P}", "comfyui-api")]
    [InlineData("{\"6a1c\": {\"prompt\": [3, \"6a1c\", P, {\"extra_pnginfo\": {\"workflow\": W}}, [\"2\"]], \"outputs\": {}, \"status\": {}}}", "comfyui-ui 0.4")]
    [InlineData("{\"6a1c\": {\"prompt\": [3, \"6a1c\", P, {}, [\"2\"]], \"outputs\": {}}}", "comfyui-api")]
    [InlineData("[3, \"6a1c\", P]", "comfyui-api")]
    [InlineData("{\"prompt\": T}", "comfyui-api")]
    public void Wrapped_workflow_is_found(string wrapper, string format)
    {
        string text = System.Text.Json.JsonSerializer.Serialize(Prompt);
        string json = wrapper
            .Replace(": W", ": " + Graph, StringComparison.Ordinal)
            .Replace(": T", ": " + text, StringComparison.Ordinal)
            .Replace(": P", ": " + Prompt, StringComparison.Ordinal)
            .Replace(", P", ", " + Prompt, StringComparison.Ordinal);
        ComfyImport import = Imported.From(json);
        Assert.Equal(format, import.Report.Format);
        Assert.NotEmpty(import.Document.Nodes);
    }

    [Fact]
    public void Text_wrapped_in_text_ends()
    {
        string json = Prompt;
        for (int i = 0; i < 12; i++)
        {
            json = $$"""{"prompt": {{System.Text.Json.JsonSerializer.Serialize(json)}}}""";
            if (json.Length > 200_000)
            {
                break;
            }
        }

        Assert.Empty(Imported.From(json).Document.Nodes);
    }

    [Fact]
    public void Inputs_a_known_type_does_not_have_are_kept_for_export()
    {
        ComfyImport import = Imported.From("""{"1": {"class_type": "LoadImage", "inputs": {"image": "a.png", "upload": "image", "odd": ["x", 1]}}}""");
        Assert.Equal("image: \"a.png\"", import.Node("1").Values());
        Assert.Equal("odd", Assert.Single(import.Report.Of(ImportCodes.UnknownInput)).Port);
        Assert.Equal("image", import.Api().GetProperty("1").GetProperty("inputs").GetProperty("upload").GetString());
        Assert.Equal(2, import.Api().GetProperty("1").GetProperty("inputs").GetProperty("odd").GetArrayLength());
    }

    [Theory]
    [InlineData("[\"9\", 0]")]
    [InlineData("[\"1\", 7]")]
    [InlineData("[\"1\", -1]")]
    public void Link_to_nothing_is_reported_and_comes_back_on_export(string link)
    {
        ComfyImport import = Imported.From(
            $$"""{"1": {"class_type": "EmptyImage", "inputs": {} }, "2": {"class_type": "PreviewImage", "inputs": {"images": {{link}} } } }""");
        Assert.Empty(import.Document.Edges);
        Assert.Equal(("2", "images"), (Assert.Single(import.Report.Of(ImportCodes.LinkNowhere)).Node!.Value.Value, import.Report.Of(ImportCodes.LinkNowhere).Single().Port));
        Assert.Equal(2, import.Api().GetProperty("2").GetProperty("inputs").GetProperty("images").GetArrayLength());
    }

    [Fact]
    public void Lists_that_are_values_are_unwrapped_and_wrapped_again()
    {
        ComfyImport import = Imported.From("""{"1": {"class_type": "Sparkle", "inputs": {"points": {"__value__": [1, 2]}, "list": [1, 2, 3], "pair": [4, 5]}}}""");
        Assert.Equal("list: [1, 2, 3], pair: [4, 5], points: [1, 2]", import.Node("1").Values());
        Assert.Equal("{\"__value__\":[1,2]}", Compact(import.Api().GetProperty("1").GetProperty("inputs").GetProperty("points")));
    }

    [Fact]
    public void Entries_without_a_class_are_left_out_and_reported()
    {
        ComfyImport import = Imported.From("""{"1": {"class_type": "ImageInvert"}, "2": {"inputs": {}}, "3": 4}""");
        Assert.Single(import.Document.Nodes);
        Assert.Equal(2, import.Report.Of(ImportCodes.MissingType).Count());
    }

    [Fact]
    public void Node_that_is_there_twice_counts_as_written_last()
    {
        ComfyImport import = Imported.From("""{"1": {"class_type": "EmptyImage", "inputs": {}}, "1": {"class_type": "ImageBlur", "inputs": {"sigma": "0.5"}}}""");
        Assert.Equal(("ImageBlur", "sigma: 0.5"), (Assert.Single(import.Document.Nodes).Type, import.Node("1").Values()));
        Assert.Single(import.Report.Of(ImportCodes.DuplicateName));
    }

    [Fact]
    public void Ids_of_expanded_subgraphs_stay()
    {
        ComfyImport import = Imported.From("""{"57:3": {"class_type": "EmptyImage", "inputs": {}}, "9": {"class_type": "PreviewImage", "inputs": {"images": ["57:3", 0]}}}""");
        Assert.Equal(["57:3.IMAGE > 9.images"], import.Edges());
    }

    private static string Compact(System.Text.Json.JsonElement value) => System.Text.Json.JsonSerializer.Serialize(value);
}
