using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests;

public sealed class RunLineageTests
{
    [Fact]
    public void Nodes_that_took_part_come_nearest_first_and_others_not_at_all()
    {
        RunLineage lineage = RunLineage.Of(Snapshots.Of("1 Source value:=1", "2 Source value:=2", "3 Op a=1 b=2", "4 Op a=3 b=1", "5 Save a=4", "6 Save a=2"), new NodeId("5"));
        Assert.Equal(["5", "4", "1", "3", "2"], lineage.Nodes.Select(node => node.Id.Value));
        Assert.Equal(["4-5", "3-4", "1-4", "1-3", "2-3"], lineage.Links.Select(link => $"{link.From}-{link.To}").ToArray());
        Assert.False(lineage.Truncated);
    }

    [Fact]
    public void Only_the_nearest_are_kept_and_it_says_so()
    {
        RunLineage lineage = RunLineage.Of(Snapshots.Of("1 Source value:=1", "2 Op a=1", "3 Op a=2", "4 Save a=3"), new NodeId("4"), most: 3);
        Assert.Equal(["4", "3", "2"], lineage.Nodes.Select(node => node.Id.Value));
        Assert.True(lineage.Truncated);
        Assert.DoesNotContain(lineage.Links, link => link.From == new NodeId("1"));
    }

    [Fact]
    public void Node_that_is_not_in_the_graph_has_none() =>
        Assert.Empty(RunLineage.Of(Snapshots.Of("1 Source value:=1"), new NodeId("9")).Nodes);

    [Fact]
    public void Long_texts_are_cut_and_large_lists_left_out()
    {
        RunSnapshot snapshot = Snapshots.Of("1 Source value:=1");
        ExecutableNode node = snapshot.Graph.Nodes[0] with
        {
            Constants = ImmutableSortedDictionary<string, JsonElement>.Empty
                .Add("text", JsonSerializer.SerializeToElement(new string('x', 5_000)))
                .Add("list", JsonSerializer.SerializeToElement(new int[5_000]))
                .Add("small", JsonSerializer.SerializeToElement(new[] { 1 })),
        };
        LineageNode only = Assert.Single(RunLineage.Of(snapshot with { Graph = new ExecutableGraph([node]) }, node.Id).Nodes);
        Assert.Equal(["small", "text"], only.Values.Keys);
        Assert.Equal(4_001, only.Values["text"].GetString()!.Length);
    }

    [Fact]
    public void Files_and_what_prompts_brought_along_are_named_with_their_digests()
    {
        RunSnapshot snapshot = Snapshots.Of("1 Source value:=@photo");
        NodeId node = new("1");
        snapshot = snapshot with { PromptFiles = snapshot.PromptFiles.Add(node, [new FileRef("style.pt", Some.Digest("style"), 7) { ModelFolder = "embeddings" }]) };
        LineageNode only = Assert.Single(RunLineage.Of(snapshot, node).Nodes);
        Assert.Equal([("value", "@photo", null), (null, "style.pt", "embeddings")], only.Files.Select(file => (file.Input, file.File.Name, file.File.ModelFolder)));
        Assert.Equal(Some.Digest("@photo"), only.Files[0].File.Digest);
    }
}
