namespace Vortex.Workflows.Tests.Comfy;

/// <summary>Links of the editor's format, and what stands between their ends.</summary>
public sealed class UiLinkTests
{
    private const string Source = """{"id": 1, "type": "EmptyImage", "widgets_values": [8, 8, 1, 0]}""";

    private static string Target(string link, int id = 2) =>
        $$"""{"id": {{id}}, "type": "PreviewImage", "inputs": [{"name": "images", "type": "IMAGE", "link": {{link}}}]}""";

    [Theory]
    [InlineData("""[7, 1, 0, 2, 0, "IMAGE"]""")]
    [InlineData("""[7, "1", 0, "2", 0, "IMAGE"]""")]
    [InlineData("""{"id": 7, "origin_id": 1, "origin_slot": 0, "target_id": 2, "target_slot": 0, "type": "IMAGE", "parentId": 3}""")]
    [InlineData("""null, [7, 1, "0", 2, 0, ["a", "b"]]""")]
    public void Links_may_be_lists_or_objects(string link)
    {
        Assert.Equal(["1.IMAGE > 2.images"], Imported.Graph($"{Source}, {Target("7")}", link).Edges());
    }

    [Fact]
    public void Reroutes_become_direct_edges()
    {
        ComfyImport import = Imported.Graph(
            $$"""
            {{Source}},
            {"id": 3, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": 5}], "outputs": [{"name": "", "links": [6]}]},
            {"id": 4, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": 6}], "outputs": [{"name": "", "links": [7]}]},
            {{Target("7")}}
            """,
            """[5, 1, 0, 3, 0, "*"], [6, 3, 0, 4, 0, "*"], [7, 4, 0, 2, 0, "IMAGE"]""");
        Assert.Equal(["1.IMAGE > 2.images"], import.Edges());
        Assert.Equal([ImportCodes.ReroutesResolved], import.Codes());
        Assert.Equal(2, import.Document.Nodes.Length);
    }

    [Fact]
    public void Reroutes_in_a_ring_are_reported_and_end()
    {
        ComfyImport import = Imported.Graph(
            $$"""
            {"id": 3, "type": "Reroute", "inputs": [{"name": "", "link": 6}]}, {"id": 4, "type": "Reroute", "inputs": [{"name": "", "link": 5}]}, {{Target("7")}}
            """,
            """[5, 3, 0, 4, 0, "*"], [6, 4, 0, 3, 0, "*"], [7, 4, 0, 2, 0, "*"]""");
        Assert.Empty(import.Edges());
        Assert.Contains(ImportCodes.LinkCycle, import.Codes());
    }

    [Fact]
    public void Bends_and_loose_ends_of_links_are_left_out_and_reported()
    {
        ComfyImport import = Imported.Graph(
            $"{Source}, {Target("7")}",
            """[7, 1, 0, 2, 0, "IMAGE"]""",
            """ "floatingLinks": [{"id": 8, "origin_id": 1}], "extra": {"linkExtensions": [{"id": 7, "parentId": 1}], "reroutes": [{"id": 1, "pos": [0, 0], "linkIds": [7]}]} """);
        Assert.Equal(["1.IMAGE > 2.images"], import.Edges());
        Assert.Equal([ImportCodes.FloatingLinksDropped, ImportCodes.LinkShapesDropped], import.Codes());
    }

    [Fact]
    public void Primitive_gives_its_value_to_what_it_feeds_also_through_a_reroute()
    {
        ComfyImport import = Imported.Graph(
            """
            {"id": 9, "type": "PrimitiveNode", "widgets_values": [333, "fixed"], "outputs": [{"name": "INT", "type": "INT", "widget": {"name": "width"}, "links": [1, 2]}]},
            {"id": 3, "type": "Reroute", "inputs": [{"name": "", "link": 2}]},
            {"id": 1, "type": "EmptyImage", "widgets_values": [8, 8, 1, 0], "inputs": [
              {"name": "width", "type": "INT", "link": 1, "widget": {"name": "width"}}, {"name": "height", "type": "INT", "link": 4, "widget": {"name": "height"}}]}
            """,
            """[1, 9, 0, 1, 0, "INT"], [2, 9, 0, 3, 0, "INT"], [4, 3, 0, 1, 1, "INT"]""");
        Assert.Equal("batch_size: 1, color: 0, height: 333, width: 333", import.Node("1").Values());
        Assert.Empty(import.Edges());
        Assert.Contains(ImportCodes.PrimitiveInlined, import.Codes());
    }

    [Fact]
    public void Primitive_that_feeds_nothing_is_left_out_and_reported()
    {
        Assert.Equal([ImportCodes.PrimitiveDropped], Imported.Graph("""{"id": 9, "type": "PrimitiveNode", "widgets_values": [3]}""").Codes());
    }

    [Fact]
    public void Widget_turned_into_an_input_is_an_edge_and_keeps_its_old_value_below_it()
    {
        ComfyImport import = Imported.Graph(
            """
            {"id": 9, "type": "PrimitiveInt", "widgets_values": [640, "fixed"]},
            {"id": 1, "type": "EmptyImage", "widgets_values": [8, 9, 1, 0], "inputs": [{"name": "width", "type": "INT", "link": 1, "widget": {"name": "width"}}]}
            """,
            """[1, 9, 0, 1, 0, "INT"]""");
        Assert.Equal(["9.INT > 1.width"], import.Edges());
        Assert.Equal("batch_size: 1, color: 0, height: 9, width: 8", import.Node("1").Values());
        Assert.Equal("""["9",0]""", import.Api().GetProperty("1").GetProperty("inputs").GetProperty("width").GetRawText().Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SetNode", "GetNode")]
    [InlineData("easy setNode", "easy getNode")]
    public void Named_values_become_direct_edges(string setter, string getter)
    {
        ComfyImport import = Imported.Graph(
            $$"""
            {{Source}}, {"id": 3, "type": "{{setter}}", "widgets_values": ["pic"], "inputs": [{"name": "IMAGE", "link": 5}], "outputs": [{"name": "*"}]},
            {"id": 4, "type": "{{getter}}", "widgets_values": ["pic"]}, {{Target("7")}}, {{Target("8", 6)}}
            """,
            """[5, 1, 0, 3, 0, "IMAGE"], [7, 4, 0, 2, 0, "IMAGE"], [8, 3, 0, 6, 0, "IMAGE"]""");
        Assert.Equal(["1.IMAGE > 2.images", "1.IMAGE > 6.images"], import.Edges());
        Assert.Equal(2, import.Report.Of(ImportCodes.NamedValuesResolved).Count());
    }

    [Fact]
    public void Name_nobody_sets_and_name_set_twice_are_reported()
    {
        ComfyImport import = Imported.Graph(
            $$"""
            {"id": 3, "type": "SetNode", "widgets_values": ["a"]}, {"id": 5, "type": "SetNode", "widgets_values": ["a"]},
            {"id": 4, "type": "GetNode", "widgets_values": ["b"]}, {{Target("7")}}
            """,
            """[7, 4, 0, 2, 0, "IMAGE"]""");
        Assert.Equal("5", Assert.Single(import.Report.Of(ImportCodes.DuplicateName)).Node!.Value.Value);
        Assert.Equal("2", Assert.Single(import.Report.Of(ImportCodes.LinkNowhere)).Node!.Value.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[7, 44, 0, 2, 0, \"IMAGE\"]")]
    [InlineData("[7, 1, 5, 2, 0, \"IMAGE\"]")]
    [InlineData("[7, 1, -1, 2, 0, \"IMAGE\"]")]
    public void Links_to_nowhere_are_left_out_and_name_node_and_input(string link)
    {
        ComfyImport import = Imported.Graph($"{Source}, {Target("7")}", link);
        Assert.Empty(import.Edges());
        ReportItem item = Assert.Single(import.Report.Of(ImportCodes.LinkNowhere));
        Assert.Equal(("2", "images", ReportSeverity.Error), (item.Node!.Value.Value, item.Port, item.Severity));
    }

    [Fact]
    public void Outputs_of_unknown_types_are_named_by_position()
    {
        ComfyImport import = Imported.Graph(
            $$"""{"id": 1, "type": "Sparkle", "outputs": [{"name": "a"}, {"name": "a"}]}, {{Target("7")}}""", """[7, 1, 1, 2, 0, "IMAGE"]""");
        Assert.Equal(["1.#1 > 2.images"], import.Edges());
    }

    [Fact]
    public void Everywhere_nodes_are_reported_unless_the_file_says_what_they_feed()
    {
        string nodes = $$"""{{Source}}, {"id": 3, "type": "Anything Everywhere", "inputs": [{"name": "IMAGE", "link": 5}]}, {{Target("null")}}""";
        ComfyImport silent = Imported.Graph(nodes, """[5, 1, 0, 3, 0, "*"]""");
        Assert.Empty(silent.Edges());
        Assert.Equal("3", Assert.Single(silent.Report.Of(ImportCodes.ImplicitLinks)).Node!.Value.Value);

        ComfyImport recorded = Imported.Graph(nodes, """[5, 1, 0, 3, 0, "*"]""", """
            "extra": {"ue_links": [{"downstream": 2, "downstream_slot": 0, "upstream": "1", "upstream_slot": 0, "controller": 3, "type": "IMAGE"}]}
            """);
        Assert.Equal(["1.IMAGE > 2.images"], recorded.Edges());
        Assert.Equal([ImportCodes.ImplicitLinksResolved], recorded.Codes());
    }

    [Fact]
    public void Nodes_that_only_steer_the_editor_are_left_out_and_reported()
    {
        ComfyImport import = Imported.Graph("""{"id": 3, "type": "Fast Groups Bypasser (rgthree)"}""");
        Assert.Empty(import.Document.Nodes);
        Assert.Equal([ImportCodes.EditorNodeDropped], import.Codes());
    }
}
