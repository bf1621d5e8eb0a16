namespace Vortex.Workflows.Tests.Comfy;

/// <summary>Subgraph definitions, their instances, and the group nodes that came before them.</summary>
public sealed class SubgraphImportTests
{
    /// <summary>A subgraph that blurs: one picture in, one out, the radius as an input, sigma inside.</summary>
    private const string Blur = """
        {"id": "blur", "name": "Blur", "inputNode": {"id": -10}, "outputNode": {"id": -20},
         "inputs": [{"name": "image", "type": "IMAGE", "linkIds": [1]}, {"name": "radius", "type": "INT", "linkIds": [2]}],
         "outputs": [{"name": "out", "type": "IMAGE", "linkIds": [3]}],
         "nodes": [{"id": 7, "type": "ImageBlur", "widgets_values": [5, 1.5], "inputs": [
            {"name": "image", "type": "IMAGE", "link": 1},
            {"name": "blur_radius", "type": "INT", "widget": {"name": "blur_radius"}, "link": 2},
            {"name": "sigma", "type": "FLOAT", "widget": {"name": "sigma"}, "link": null}]}],
         "links": [
            {"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 7, "target_slot": 0, "type": "IMAGE"},
            {"id": 2, "origin_id": -10, "origin_slot": 1, "target_id": 7, "target_slot": 1, "type": "INT"},
            {"id": 3, "origin_id": 7, "origin_slot": 0, "target_id": -20, "target_slot": 0, "type": "IMAGE"}]}
        """;

    private static ComfyImport Instance(string properties, string values, string definitions = Blur) => Imported.Graph(
        $$"""
        {"id": 1, "type": "EmptyImage", "widgets_values": [8, 8, 1, 0]},
        {"id": 2, "type": "blur", "properties": {{properties}}, "widgets_values": {{values}}, "inputs": [{"name": "image", "type": "IMAGE", "link": 11}], "outputs": [{"name": "out", "type": "IMAGE"}]},
        {"id": 3, "type": "PreviewImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 12}]}
        """,
        """[11, 1, 0, 2, 0, "IMAGE"], [12, 2, 0, 3, 0, "IMAGE"]""",
        $$""" "definitions": {"subgraphs": [{{definitions}}]} """);

    [Fact]
    public void Definition_becomes_a_subgraph_and_its_instance_a_node_of_that_type()
    {
        ComfyImport import = Instance("{}", "[]");
        WorkflowSubgraph blur = import.Document.Subgraphs["blur"];
        Assert.Equal("subgraph:blur", import.Node("2").Type);
        Assert.Equal(["1.IMAGE > 2.image", "2.out > 3.images"], import.Edges());
        Assert.Equal([new SubgraphPort("image", PortType.Image), new SubgraphPort("radius", PortType.Integer)], blur.Inputs);
        Assert.Equal(["$in.image > 7.image", "$in.radius > 7.blur_radius", "7.IMAGE > $out.out"], blur.Edges());
        Assert.Empty(import.Codes());
    }

    [Fact]
    public void Instance_without_values_of_its_own_takes_those_inside()
    {
        Assert.Equal("radius: 5", Instance("{}", "[]").Node("2").Values());
    }

    [Theory]
    [InlineData("""{"proxyWidgets": [["-1", "radius"]]}""", "[9]")]
    [InlineData("""{"proxyWidgets": [["7", "blur_radius"]]}""", "[9]")]
    [InlineData("{}", "[9]")]
    [InlineData("{}", """{"radius": 9}""")]
    public void Value_of_an_instance_wins_over_the_one_inside(string properties, string values)
    {
        ComfyImport import = Instance(properties, values);
        Assert.Equal("radius: 9", import.Node("2").Values());
        Assert.Equal("9", import.Api().GetProperty("2:7").GetProperty("inputs").GetProperty("blur_radius").GetRawText());
    }

    [Fact]
    public void Widget_shown_without_an_input_of_the_subgraph_gives_it_one()
    {
        ComfyImport import = Instance("""{"proxyWidgets": [["7", "sigma"], ["7", "control_after_generate"]]}""", "[0.25, \"fixed\"]");
        WorkflowSubgraph blur = import.Document.Subgraphs["blur"];
        Assert.Equal(new SubgraphPort("sigma", PortType.Number), blur.Inputs[2]);
        Assert.Contains("$in.sigma > 7.sigma", blur.Edges());
        Assert.Equal("radius: 5, sigma: 0.25", import.Node("2").Values());
        Assert.Equal("0.25", import.Api().GetProperty("2:7").GetProperty("inputs").GetProperty("sigma").GetRawText());
    }

    [Fact]
    public void Shown_widget_that_is_not_inside_is_reported()
    {
        ComfyImport import = Instance("""{"proxyWidgets": [["70", "sigma"]]}""", "[0.25]");
        Assert.Equal("2", Assert.Single(import.Report.Of(ImportCodes.MissingPromoted)).Node!.Value.Value);
    }

    [Fact]
    public void Instances_of_one_definition_keep_different_values()
    {
        ComfyImport import = Imported.Graph(
            """{"id": 1, "type": "blur", "properties": {"proxyWidgets": [["7", "sigma"]]}, "widgets_values": [0.25]}, {"id": 2, "type": "blur"}""",
            more: $$""" "definitions": {"subgraphs": [{{Blur}}]} """);
        Assert.Equal("radius: 5, sigma: 0.25", import.Node("1").Values());
        Assert.Equal("radius: 5, sigma: 1.5", import.Node("2").Values());
    }

    [Fact]
    public void Subgraphs_nest_and_widgets_are_shown_through_both()
    {
        const string Outer = """
            {"id": "outer", "name": "Outer", "inputs": [{"name": "picture", "type": "IMAGE", "linkIds": [1]}], "outputs": [{"name": "done", "type": "IMAGE", "linkIds": [2]}],
             "nodes": [{"id": 4, "type": "blur", "properties": {"proxyWidgets": [["7", "sigma"]]}, "widgets_values": [0.5], "inputs": [{"name": "image", "type": "IMAGE", "link": 1}]}],
             "links": [{"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 4, "target_slot": 0, "type": "IMAGE"},
                       {"id": 2, "origin_id": 4, "origin_slot": 0, "target_id": -20, "target_slot": 0, "type": "IMAGE"}]}
            """;
        ComfyImport import = Imported.Graph(
            """{"id": 1, "type": "outer", "properties": {"proxyWidgets": [["4", "sigma"]]}, "widgets_values": [0.75]}, {"id": 2, "type": "outer"}""",
            more: $$""" "definitions": {"subgraphs": [{{Outer}}, {{Blur}}]} """);
        Assert.Equal("sigma: 0.75", import.Node("1").Values());
        Assert.Equal("sigma: 0.5", import.Node("2").Values());
        System.Text.Json.JsonElement api = import.Api();
        Assert.Equal("0.75", api.GetProperty("1:4:7").GetProperty("inputs").GetProperty("sigma").GetRawText());
        Assert.Equal("0.5", api.GetProperty("2:4:7").GetProperty("inputs").GetProperty("sigma").GetRawText());
    }

    [Fact]
    public void Subgraph_in_itself_is_reported_and_export_stops()
    {
        const string Ring = """{"id": "ring", "name": "Ring", "nodes": [{"id": 1, "type": "ring"}, {"id": 2, "type": "ring"}], "links": []}""";
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "ring"}""", more: $$""" "definitions": {"subgraphs": [{{Ring}}]} """);
        Assert.Contains(ImportCodes.SubgraphCycle, import.Codes());
        Assert.Contains(ComfyExporter.ToApi(import.Document, Imported.Catalog).Problems, problem => problem.Code == ComfyExporter.TooLarge);
    }

    [Fact]
    public void Instance_without_a_definition_is_reported()
    {
        ComfyImport import = Imported.Graph("""{"id": 1, "type": "1e38d8ea-45e1-48a5-aa20-966584201867"}""");
        Assert.Contains(ImportCodes.MissingSubgraph, import.Codes());
    }

    [Fact]
    public void Leftover_link_the_subgraph_input_does_not_know_is_not_followed()
    {
        string stale = Blur
            .Replace("\"linkIds\": [2]", "\"linkIds\": [99]", StringComparison.Ordinal)
            .Replace("\"target_slot\": 1, \"type\": \"INT\"", "\"target_slot\": 1, \"type\": \"BOOLEAN\"", StringComparison.Ordinal);
        ComfyImport import = Instance("{}", "[]", stale);
        Assert.DoesNotContain(import.Document.Subgraphs["blur"].Edges(), edge => edge.StartsWith("$in.radius", StringComparison.Ordinal));
        Assert.Equal("2:7", Assert.Single(import.Report.Of(ImportCodes.LinkNowhere)).Node!.Value.Value);
    }

    [Fact]
    public void Problems_inside_are_placed_by_the_way_that_leads_there()
    {
        string unknown = Blur.Replace("ImageBlur", "Sparkle", StringComparison.Ordinal);
        Assert.Equal("2:7", Assert.Single(Instance("{}", "[]", unknown).Report.Of(ImportCodes.UnknownType)).Node!.Value.Value);
    }

    [Fact]
    public void Two_ports_of_one_name_get_names_of_their_own()
    {
        string twice = Blur.Replace("\"name\": \"radius\"", "\"name\": \"image\"", StringComparison.Ordinal);
        Assert.Equal(["image", "image_2"], Instance("{}", "[]", twice).Document.Subgraphs["blur"].Inputs.Select(port => port.Name));
    }

    [Theory]
    [InlineData("workflow>Soft")]
    [InlineData("workflow/Soft")]
    public void Group_node_becomes_a_subgraph_with_the_values_of_its_instance(string type)
    {
        ComfyImport import = Imported.Graph(
            $$"""
            {"id": 1, "type": "EmptyImage", "widgets_values": [8, 8, 1, 0]},
            {"id": 2, "type": "{{type}}", "widgets_values": [9, 0.25, 2.5], "inputs": [{"name": "image", "type": "IMAGE", "link": 11}], "outputs": [{"name": "IMAGE", "type": "IMAGE"}]},
            {"id": 3, "type": "PreviewImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 12}]}
            """,
            """[11, 1, 0, 2, 0, "IMAGE"], [12, 2, 0, 3, 0, "IMAGE"]""",
            """
            "extra": {"groupNodes": {"Soft": {
              "nodes": [
                {"type": "ImageBlur", "index": 0, "widgets_values": [1, 1], "inputs": [{"name": "image", "type": "IMAGE", "link": null}], "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": []}]},
                {"type": "Reroute", "index": 1, "inputs": [{"name": "", "type": "*", "link": null}], "outputs": [{"name": "", "type": "*"}]},
                {"type": "ImageScaleBy", "index": 2, "widgets_values": ["area", 1], "inputs": [{"name": "image", "type": "IMAGE", "link": null}], "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": []}]}],
              "links": [[null, 0, 0, 0, 1, "IMAGE"], [0, 0, 1, 0, 5, "IMAGE"], [1, 0, 2, 0, 6, "IMAGE"]],
              "external": [[2, 0, "IMAGE"]],
              "config": {"2": {"input": {"upscale_method": {"visible": false}}}}}}}
            """);
        WorkflowSubgraph soft = import.Document.Subgraphs["group-Soft"];
        Assert.Equal("subgraph:group-Soft", import.Node("2").Type);
        Assert.Equal("blur_radius: 9, scale_by: 2.5, sigma: 0.25", import.Node("2").Values());
        Assert.Equal(["1.IMAGE > 2.image", "2.IMAGE > 3.images"], import.Edges());
        Assert.Contains("0.IMAGE > 2.image", soft.Edges());
        Assert.Contains("2.IMAGE > $out.IMAGE", soft.Edges());
        System.Text.Json.JsonElement scale = import.Api().GetProperty("2:2").GetProperty("inputs");
        Assert.Equal("2.5", scale.GetProperty("scale_by").GetRawText());
        Assert.Equal("area", scale.GetProperty("upscale_method").GetString());
        Assert.Equal("2", Assert.Single(import.Report.Of(ImportCodes.GroupNodeConverted)).Node!.Value.Value);
    }

    [Fact]
    public void Group_node_whose_values_do_not_fit_uses_those_of_its_definition_and_says_so()
    {
        ComfyImport import = Imported.Graph(
            """{"id": 2, "type": "workflow>Soft", "widgets_values": [9]}""",
            more: """ "extra": {"groupNodes": {"Soft": {"nodes": [{"type": "ImageBlur", "widgets_values": [3, 1.5]}], "links": [], "external": []}}} """);
        Assert.Equal("blur_radius: 3, sigma: 1.5", import.Node("2").Values());
        Assert.Contains(ImportCodes.UnmatchedValue, import.Codes());
    }
}
