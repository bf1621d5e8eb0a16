using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Testing;

namespace Vortex.Workflows.Tests.Comfy;

/// <summary>What stays of a workflow in the format of ComfyUI's editor.</summary>
public sealed class UiExportTests
{
    private static ComfyExport Export(WorkflowDocument document) => ComfyExporter.ToUi(document, Imported.Catalog);

    private static ComfyImport Again(WorkflowDocument document) => ComfyImporter.Import(Export(document).Json, Imported.Catalog);

    private static string Api(WorkflowDocument document) => Encoding.UTF8.GetString(ComfyExporter.ToApi(document, Imported.Catalog).Json);

    private static WorkflowDocument Read(string vtxw) => VtxwReader.Read(Encoding.UTF8.GetBytes(vtxw)).Document!;

    /// <summary>A picture goes through a subgraph in a subgraph; the innermost radius is set from the top.</summary>
    private static readonly WorkflowDocument s_nested = Read(
        """
        {"vtxw_version":"1.0","meta":{"name":"Nested","author":"Ada","description":"Two levels."},
         "nodes":[
          {"id":"1","type":"EmptyImage","inputs":{"width":8,"height":8,"batch_size":1,"color":255},"ui":{"x":10,"y":20,"title":"Start","color":"#335577","collapsed":true}},
          {"id":"2","type":"subgraph:outer","inputs":{"radius":9},"ui":{"x":300,"y":20}},
          {"id":"save","type":"SaveImage","inputs":{"filename_prefix":"n"},"mode":"muted","ui":{"x":600,"y":20}},
          {"id":"4","type":"PreviewImage","ui":{"x":600,"y":200}}],
         "edges":[
          {"from":{"node":"1","port":"#0"},"to":{"node":"2","port":"image"}},
          {"from":{"node":"2","port":"out"},"to":{"node":"save","port":"images"}},
          {"from":{"node":"2","port":"out"},"to":{"node":"4","port":"images"}}],
         "subgraphs":{
          "outer":{"name":"Outer","inputs":[{"name":"image","type":"Image"},{"name":"radius","type":"Integer"}],"outputs":[{"name":"out","type":"Image"}],
           "nodes":[{"id":"5","type":"subgraph:inner","ui":{"x":0,"y":0}}],
           "edges":[
            {"from":{"node":"$in","port":"image"},"to":{"node":"5","port":"image"}},
            {"from":{"node":"$in","port":"radius"},"to":{"node":"5","port":"radius"}},
            {"from":{"node":"5","port":"out"},"to":{"node":"$out","port":"out"}}]},
          "inner":{"name":"Inner","inputs":[{"name":"image","type":"Image"},{"name":"radius","type":"Integer"}],"outputs":[{"name":"out","type":"Image"}],
           "nodes":[{"id":"7","type":"ImageBlur","inputs":{"blur_radius":3,"sigma":1.5},"ui":{"x":0,"y":0}}],
           "edges":[
            {"from":{"node":"$in","port":"image"},"to":{"node":"7","port":"image"}},
            {"from":{"node":"$in","port":"radius"},"to":{"node":"7","port":"blur_radius"}},
            {"from":{"node":"7","port":"IMAGE"},"to":{"node":"$out","port":"out"}}],
           "ui":{"groups":[{"title":"Inside","x":1,"y":2,"width":3,"height":4}]}}},
         "ui":{"groups":[{"title":"All","x":0,"y":0,"width":900,"height":400,"color":"#203040"}],"notes":[{"text":"Try *it*.","x":1,"y":2,"width":200,"height":60,"markdown":true}]}}
        """);

    [Fact]
    public void Nested_subgraphs_come_back_with_their_values_and_run_the_same()
    {
        ComfyImport again = Again(s_nested);
        Assert.Empty(again.Codes());
        Assert.Equal(Api(s_nested), Api(again.Document));
        Assert.Equal("radius: 9", again.Node("2").Values());
        Assert.Equal(["Inner", "Outer"], again.Document.Subgraphs.Values.Select(subgraph => subgraph.Name).Order());
        Assert.Equal(s_nested.Subgraphs["outer"].Inputs, again.Document.Subgraphs.Values.Single(subgraph => subgraph.Name == "Outer").Inputs);
        Assert.All(again.Document.Subgraphs.Keys, id => Assert.True(Guid.TryParseExact(id, "D", out _), id));
    }

    [Fact]
    public void Places_titles_colours_modes_frames_and_notes_stay()
    {
        WorkflowDocument again = Again(s_nested).Document;
        WorkflowNode start = again.Nodes.Single(node => node.Id.Value == "1");
        Assert.Equal((10, 20, "Start", "#335577", true), (start.Ui.X, start.Ui.Y, start.Ui.Title, start.Ui.Color, start.Ui.Collapsed));
        Assert.Equal(NodeMode.Muted, again.Nodes.Single(node => node.Type == "SaveImage").Mode);
        Assert.Equal(("Nested", "Ada", "Two levels."), (again.Meta.Name, again.Meta.Author, again.Meta.Description));
        Assert.Equal(s_nested.Ui!.Groups.AsEnumerable(), again.Ui!.Groups);
        Assert.Equal(s_nested.Ui!.Notes.AsEnumerable(), again.Ui!.Notes);
        Assert.Equal("Inside", Assert.Single(again.Subgraphs.Values.Single(subgraph => subgraph.Name == "Inner").Ui!.Groups).Title);
    }

    [Fact]
    public void Ids_that_are_no_numbers_become_numbers_that_are_free()
    {
        using JsonDocument file = JsonDocument.Parse(Export(s_nested).Json);
        int[] ids = [.. file.RootElement.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetInt32())];
        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal([1, 2, 4], ids.Intersect([1, 2, 4]));
        Assert.Equal(ids.Max(), file.RootElement.GetProperty("last_node_id").GetInt32());
    }

    [Fact]
    public void Links_say_the_same_from_both_ends()
    {
        using JsonDocument file = JsonDocument.Parse(Export(s_nested).Json);
        Dictionary<int, JsonElement> nodes = file.RootElement.GetProperty("nodes").EnumerateArray().ToDictionary(node => node.GetProperty("id").GetInt32());
        JsonElement links = file.RootElement.GetProperty("links");
        Assert.Equal(3, links.GetArrayLength());
        foreach (JsonElement link in links.EnumerateArray())
        {
            Assert.Contains(link[0].GetInt32(), nodes[link[1].GetInt32()].GetProperty("outputs")[link[2].GetInt32()].GetProperty("links").EnumerateArray().Select(id => id.GetInt32()));
            Assert.Equal(link[0].GetInt32(), nodes[link[3].GetInt32()].GetProperty("inputs")[link[4].GetInt32()].GetProperty("link").GetInt32());
            Assert.Equal("IMAGE", link[5].GetString());
        }
    }

    [Fact]
    public void Values_of_workflow_inputs_stay_and_their_names_are_reported_as_lost()
    {
        WorkflowDocument document = Read(
            """
            {"vtxw_version":"1.0","meta":{"name":"I"},"inputs":[{"name":"size","type":"Integer","default":16,"targets":[{"node":"1","port":"width"}]}],
             "nodes":[{"id":"1","type":"EmptyImage","inputs":{"width":8,"height":8,"batch_size":1,"color":0}}],"edges":[]}
            """);
        Assert.Equal([ComfyExporter.InputsDropped], Export(document).Problems.Select(problem => problem.Code));
        Assert.StartsWith("batch_size: 1, color: 0, height: 8, width: 16", Again(document).Node("1").Values(), StringComparison.Ordinal);
    }

    [Fact]
    public void Loops_cannot_be_shown_and_are_errors()
    {
        WorkflowDocument loop = s_nested with
        {
            Nodes = [.. s_nested.Nodes.Select(node => node.SubgraphId is null ? node : node with { Repeat = new NodeRepeat(2, []) })],
        };
        ComfyExport export = Export(loop);
        Assert.Equal((ComfyExporter.Loop, ProblemSeverity.Error, "2"), (export.Problems[0].Code, export.Problems[0].Severity, export.Problems[0].Node?.Value));
        Assert.Equal("{}", Encoding.UTF8.GetString(export.Json));
    }

    [Fact]
    public void Subgraph_that_contains_itself_or_is_missing_is_an_error()
    {
        WorkflowDocument missing = s_nested with { Subgraphs = s_nested.Subgraphs.Remove("outer") };
        Assert.Contains(Export(missing).Problems, problem => problem is { Code: ComfyExporter.MissingSubgraph, Severity: ProblemSeverity.Error });
        WorkflowSubgraph inner = s_nested.Subgraphs["inner"];
        WorkflowDocument ring = s_nested with { Subgraphs = s_nested.Subgraphs.SetItem("inner", inner with { Nodes = inner.Nodes.Add(new WorkflowNode { Id = new("8"), Type = "subgraph:outer" }) }) };
        Assert.Contains(Export(ring).Problems, problem => problem is { Code: ComfyExporter.TooLarge, Severity: ProblemSeverity.Error });
    }

    [Fact]
    [Trait("kind", "golden")]
    public void Published_workflows_run_the_same_after_the_way_there_and_back()
    {
        List<string> wrong = [];
        int same = 0;
        foreach (string path in Directory.GetFiles(Path.Combine(ReferenceData.Workflows(), "ui")))
        {
            WorkflowDocument? document = WorkflowFile.Open(File.ReadAllBytes(path), path, Imported.Catalog).Document;
            // What a type that nobody knows here keeps without names has no second way in.
            if (document is null || document.Nodes.Concat(document.Subgraphs.Values.SelectMany(subgraph => subgraph.Nodes)).Any(node => node.SubgraphId is null && Imported.Catalog.Find(node.Type) is null))
            {
                continue;
            }

            ComfyExport export = Export(document);
            WorkflowDocument again = ComfyImporter.Import(export.Json, Imported.Catalog).Document;
            if (Filled(document) == Filled(again))
            {
                same++;
            }
            else
            {
                wrong.Add($"{Path.GetFileName(path)}: {FirstDifference(Filled(document), Filled(again))}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
        Assert.True(same >= 15, $"{same} workflows");
    }

    /// <summary>The API format with every default written out: the editor's format numbers its values, so what a file of an older version leaves out stands in a newer one as its default.</summary>
    private static string Filled(WorkflowDocument document)
    {
        JsonObject prompt = JsonNode.Parse(Api(document))!.AsObject();
        foreach ((_, JsonNode? node) in prompt)
        {
            JsonObject inputs = node!["inputs"]!.AsObject();
            foreach (NodeInput input in Imported.Catalog.Find(node["class_type"]!.GetValue<string>())!.Inputs.Where(input => !inputs.ContainsKey(input.Name)))
            {
                // Where a list of choices has no default, its first is what the editor shows.
                if ((input.Default is { } value ? JsonSerializer.SerializeToNode(value) : input.Choices is [string first, ..] ? JsonValue.Create(first) : null) is { } shown)
                {
                    inputs.Add(input.Name, shown);
                }
            }

            node["inputs"] = new JsonObject(inputs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        }

        return prompt.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static string FirstDifference(string before, string after)
    {
        int at = 0;
        while (at < Math.Min(before.Length, after.Length) && before[at] == after[at])
        {
            at++;
        }

        int from = Math.Max(0, at - 80);
        return $"…{before[from..Math.Min(before.Length, at + 80)]}… became …{after[from..Math.Min(after.Length, at + 80)]}…";
    }
}
