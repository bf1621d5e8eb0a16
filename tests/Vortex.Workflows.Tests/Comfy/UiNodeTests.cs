namespace Vortex.Workflows.Tests.Comfy;

/// <summary>Nodes of the editor's format: what they hold and how they look.</summary>
public sealed class UiNodeTests
{
    [Fact]
    public void Widget_values_get_the_names_of_the_catalog()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "EmptyImage", "widgets_values": [640, 480, 2, 255]}""");
        Assert.Equal("batch_size: 2, color: 255, height: 480, width: 640", import.Node("1").Values());
        Assert.Empty(import.Codes());
        Assert.Equal("comfyui-ui 0.4", import.Report.Format);
    }

    [Theory]
    [InlineData("\"randomize\", ")]
    [InlineData("true, ")]
    [InlineData("")]
    public void Value_behind_a_seed_is_not_taken_for_the_next_widget(string control)
    {
        ComfyImport import = Imported.Graph($$"""{"id": 3, "type": "KSampler", "widgets_values": [7, {{control}}20, 8, "euler", "normal", 1]}""");
        Assert.Equal("cfg: 8, denoise: 1, sampler_name: \"euler\", scheduler: \"normal\", seed: 7, steps: 20", import.Node("3").Values());
    }

    [Fact]
    public void What_happens_to_a_seed_after_a_run_stays_in_the_meta()
    {
        ComfyImport import = Imported.Graph("""{"id": 3, "type": "RandomNoise", "widgets_values": [7, "increment"]}""");
        Assert.Equal("increment", import.Node("3").Meta!.Value.GetProperty("comfy").GetProperty("control_after_generate").GetProperty("noise_seed").GetString());
    }

    [Fact]
    public void Mark_of_an_upload_button_is_no_value()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "LoadImageMask", "widgets_values": ["a.png", "red", "image"]}""");
        Assert.Equal("channel: \"red\", image: \"a.png\"", import.Node("1").Values());
        ComfyImport image = Imported.Graph("""{"id": 1, "type": "LoadImage", "widgets_values": ["a.png", "image"]}""");
        Assert.Equal("image: \"a.png\"", image.Node("1").Values());
        Assert.Equal("a.png", Assert.Single(image.Report.Files).Name);
    }

    [Fact]
    public void Widget_values_may_be_an_object()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "ImageBlur", "widgets_values": {"blur_radius": 3, "sigma": 0.5}}""");
        Assert.Equal("blur_radius: 3, sigma: 0.5", import.Node("1").Values());
    }

    [Fact]
    public void Widget_newer_than_the_file_shows_its_first_choice()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "UNETLoader", "widgets_values": ["m.safetensors"]}""");
        Assert.Equal("unet_name: \"m.safetensors\", weight_dtype: \"default\"", import.Node("1").Values());
    }

    [Fact]
    public void Widgets_that_depend_on_another_take_only_their_own_values()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "ResizeImageMaskNode", "widgets_values": ["scale by multiplier", 0.5, "area"]}""");
        Assert.Equal("resize_type: \"scale by multiplier\", resize_type.multiplier: 0.5, scale_method: \"area\"", import.Node("1").Values());
    }

    [Fact]
    public void Whole_numbers_written_as_text_or_fractions_become_whole_numbers_and_the_report_says_so()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "EmptyImage", "widgets_values": ["640", 480.0, 1, 0]}""");
        Assert.Equal("batch_size: 1, color: 0, height: 480, width: 640", import.Node("1").Values());
        ReportItem item = Assert.Single(import.Report.Of(ImportCodes.ValueConverted));
        Assert.Equal("width", item.Port);
        Assert.Single(import.Document.Compatibility!.Substitutions);
    }

    [Fact]
    public void Values_that_fit_no_input_are_kept_and_reported()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "ImageInvert", "widgets_values": [3, "x"]}""");
        Assert.Empty(import.Node("1").Inputs);
        Assert.Equal(2, import.Node("1").Meta!.Value.GetProperty("comfy").GetProperty("widgets_values").GetArrayLength());
        Assert.Equal([ImportCodes.UnmatchedValue], import.Codes());
    }

    [Fact]
    public void Unknown_type_keeps_its_ports_and_values_and_is_reported_with_its_pack()
    {
        ComfyImport import = Imported.Graph("""
            {"id": 5, "type": "Sparkle", "widgets_values": [1, "a"], "properties": {"cnr_id": "sparkle-pack"},
             "inputs": [{"name": "image", "type": "IMAGE", "link": null}], "outputs": [{"name": "out", "type": "IMAGE"}, {"name": "out", "type": "MASK"}]}
            """);
        System.Text.Json.JsonElement comfy = import.Node("5").Meta!.Value.GetProperty("comfy");
        Assert.Equal("""[{"name":"image","type":"IMAGE"}]""", comfy.GetProperty("inputs").GetRawText());
        Assert.Equal("""[{"name":"out","type":"IMAGE"},{"name":"out","type":"MASK"}]""", comfy.GetProperty("outputs").GetRawText());
        Assert.Equal("[1,\"a\"]", comfy.GetProperty("widgets_values").GetRawText());
        ReportItem item = Assert.Single(import.Report.Of(ImportCodes.UnknownType));
        Assert.Contains("sparkle-pack", item.Message, StringComparison.Ordinal);
        Assert.Equal(new NodeId("5"), item.Node);
    }

    [Fact]
    public void Unknown_type_whose_inputs_name_its_widgets_gets_its_values_by_name()
    {
        ComfyImport import = Imported.Graph("""
            {"id": 5, "type": "Sparkle", "widgets_values": [4, "fixed", "much"], "inputs": [
              {"name": "image", "type": "IMAGE", "link": null},
              {"name": "seed", "type": "INT", "widget": {"name": "seed"}, "link": null},
              {"name": "mode", "type": "COMBO", "widget": {"name": "mode"}, "link": null}]}
            """);
        Assert.Equal("mode: \"much\", seed: 4", import.Node("5").Values());
    }

    [Fact]
    public void Modes_of_nodes_come_over_and_an_unknown_one_counts_as_active()
    {
        ComfyImport import = Imported.Graph("""
            {"id": 1, "type": "ImageInvert", "mode": 0}, {"id": 2, "type": "ImageInvert", "mode": 2},
            {"id": 3, "type": "ImageInvert", "mode": 4}, {"id": 4, "type": "ImageInvert", "mode": 9}
            """);
        Assert.Equal([NodeMode.Active, NodeMode.Muted, NodeMode.Bypassed, NodeMode.Active], import.Document.Nodes.Select(node => node.Mode));
        Assert.Equal("4", Assert.Single(import.Report.Of(ImportCodes.UnknownMode)).Node!.Value.Value);
    }

    [Theory]
    [InlineData("[10, 20]", "[300, 40]")]
    [InlineData("""{"0": 10, "1": 20}""", """{"0": 300, "1": 40}""")]
    public void Place_size_title_and_colour_come_over(string place, string size)
    {
        ComfyImport import = Imported.Graph($$"""
            {"id": 1, "type": "ImageInvert", "pos": {{place}}, "size": {{size}}, "title": "Upside", "color": "#232", "bgcolor": "#353", "flags": {"collapsed": true} }
            """);
        Assert.Equal(
            new NodeUi(10, 20) { Width = 300, Height = 40, Title = "Upside", Color = "#335533", Collapsed = true }, import.Node("1").Ui);
    }

    [Fact]
    public void Notes_and_groups_are_drawn_and_no_nodes()
    {
        ComfyImport import = Imported.Graph(
            """{"id": 1, "type": "Note", "pos": [1, 2], "widgets_values": ["plain"]}, {"id": 2, "type": "MarkdownNote", "widgets_values": ["# more"]}""",
            more: """ "groups": [{"title": "Load", "bounding": [1, 2, 3, 4], "color": "#3f789e", "flags": {}}] """);
        Assert.Empty(import.Document.Nodes);
        Assert.Equal([("plain", false), ("# more", true)], import.Document.Ui!.Notes.Select(note => (note.Text, note.Markdown)));
        Assert.Equal(new WorkflowFrame("Load", 1, 2, 3, 4, "#3f789e"), Assert.Single(import.Document.Ui.Groups));
    }

    [Fact]
    public void Ids_may_be_numbers_texts_and_fractions_and_stay_what_they_are()
    {
        ComfyImport import = Imported.Graph("""
            {"id": 1, "type": "ImageInvert"}, {"id": "two", "type": "ImageInvert"}, {"id": 3.5, "type": "ImageInvert"}, {"id": "4:1", "type": "ImageInvert"}, {"id": 5.0, "type": "ImageInvert"}
            """);
        Assert.Equal(["1", "two", "3.5", "4:1", "5"], import.Document.Nodes.Select(node => node.Id.Value));
    }

    [Fact]
    public void Missing_repeated_and_reserved_ids_are_replaced_and_reported()
    {
        ComfyImport import = Imported.Graph("""
            {"id": 1, "type": "ImageInvert"}, {"id": 1, "type": "ImageInvert"}, {"type": "ImageInvert"}, {"id": "$in", "type": "ImageInvert"}
            """);
        Assert.Equal(["1", "1~2", "node-2", "$in~2"], import.Document.Nodes.Select(node => node.Id.Value));
        Assert.Equal(3, import.Report.Of(ImportCodes.ChangedId).Count());
    }

    [Fact]
    public void Needed_models_are_named_with_folder_address_and_digest()
    {
        ComfyImport import = Imported.Graph("""
            {"id": 1, "type": "CheckpointLoaderSimple", "widgets_values": ["sd\\a.safetensors"],
             "properties": {"models": [{"name": "a.safetensors", "url": "https://example.org/a", "hash": "ab12", "hash_type": "SHA256", "directory": "checkpoints"}]}},
            {"id": 2, "type": "CLIPTextEncode", "widgets_values": ["embedding:bad-hands, 1girl"]},
            {"id": 3, "type": "Loader of a pack", "widgets_values": ["x.gguf", 3]},
            {"id": 4, "type": "VAELoader", "widgets_values": ["pixel_space"]}
            """);
        Assert.Equal(
            [
                new NeededModel("sd\\a.safetensors", "checkpoints", new NodeId("1")) { Url = "https://example.org/a", Hash = "SHA256:ab12" },
                new NeededModel("x.gguf", null, new NodeId("3")),
                new NeededModel("bad-hands", "embeddings", new NodeId("2")),
            ],
            import.Report.Models);
        Assert.Equal(3, import.Report.Of(ImportCodes.ModelNeeded).Count());
    }

    [Fact]
    public void Prefix_that_only_the_editor_can_fill_in_is_reported()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "SaveImage", "widgets_values": ["%date:yyyy%/%Prompt.text%"]}""");
        Assert.Equal("filename_prefix", Assert.Single(import.Report.Of(ImportCodes.TextReference)).Port);
    }
}
