using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests.CacheKeys;

public sealed class CacheKeyCalculatorTests
{
    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("100", "1e2")]
    [InlineData("0.5", "5E-1")]
    [InlineData("0.5", "0.50000")]
    [InlineData("18446744073709551615", "18446744073709551615.0")]
    [InlineData("\"\\u00e9\"", "\"é\"")]
    [InlineData("{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1}")]
    public void How_a_value_is_spelled_does_not_matter(string one, string other) =>
        Assert.Equal(Snapshots.Of($"1 Source value:={one}").KeyOf("1"), Snapshots.Of($"1 Source value:={other}").KeyOf("1"));

    [Theory]
    [InlineData("1", "1.0000001")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("1", "\"1\"")]
    [InlineData("1", "true")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("[12]", "[1,2]")]
    public void Another_value_is_another_key(string one, string other) =>
        Assert.NotEqual(Snapshots.Of($"1 Source value:={one}").KeyOf("1"), Snapshots.Of($"1 Source value:={other}").KeyOf("1"));

    [Fact]
    public void Names_of_nodes_order_and_what_stands_beside_do_not_matter()
    {
        RunSnapshot one = Snapshots.Of("1 Source value:=3", "2 Tiny a=1", "3 Op a=1 b=2 amount:=2");
        RunSnapshot other = Snapshots.Of("x Dice", "s Source value:=3", "m:t Tiny a=s", "end Op amount:=2 b=m:t a=s");
        Assert.Equal(one.KeyOf("3"), other.KeyOf("end"));
    }

    [Fact]
    public void Inputs_that_the_type_does_not_declare_do_not_matter() =>
        Assert.Equal(
            Snapshots.Of("1 Source value:=3").KeyOf("1"),
            Snapshots.Of("1 Source value:=3 control_after_generate:=\"fixed\" prompt:={}").KeyOf("1"));

    [Fact]
    public void Change_reaches_what_depends_on_it_and_nothing_else()
    {
        string[] lines = ["1 Source value:=1", "2 Source value:=2", "3 Op a=1", "4 Op a=2", "5 Save a=3", "6 Save a=4"];
        RunSnapshot before = Snapshots.Of(lines);
        lines[1] = "2 Source value:=9";
        RunSnapshot after = Snapshots.Of(lines);
        Assert.Equal(
            ["2", "4", "6"],
            before.Graph.Nodes.Select(node => node.Id.Value).Where(node => before.KeyOf(node) != after.KeyOf(node)));
    }

    [Fact]
    public void Which_input_and_which_slot_a_link_has_matters()
    {
        CacheKey first = Snapshots.Of("1 Two", "2 Op a=1#0").KeyOf("2");
        Assert.NotEqual(first, Snapshots.Of("1 Two", "2 Op a=1#1").KeyOf("2"));
        Assert.NotEqual(first, Snapshots.Of("1 Two", "2 Op b=1#0").KeyOf("2"));
        Assert.NotEqual(first, Snapshots.Of("1 Two", "2 Gpu a=1#0").KeyOf("2"));
    }

    [Fact]
    public void File_counts_by_its_content_and_not_by_its_name()
    {
        RunSnapshot one = Snapshots.Of("1 Load file:=@photo");
        static RunSnapshot With(RunSnapshot snapshot, FileRef file) => snapshot with
        {
            Graph = new ExecutableGraph([snapshot.Graph.Nodes[0] with { Constants = snapshot.Graph.Nodes[0].Constants.SetItem("file", JsonSerializer.SerializeToElement(file.Name)) }]),
            Files = ImmutableSortedDictionary<NodeId, ImmutableSortedDictionary<string, FileRef>>.Empty.Add(new NodeId("1"), ImmutableSortedDictionary<string, FileRef>.Empty.Add("file", file)),
        };
        Assert.Equal(one.KeyOf("1"), With(one, new FileRef("renamed", Some.Digest("@photo"), 1)).KeyOf("1"));
        Assert.NotEqual(one.KeyOf("1"), With(one, new FileRef("@photo", Some.Digest("changed"), 1)).KeyOf("1"));
    }

    [Fact]
    public void Type_version_and_arithmetic_matter()
    {
        RunSnapshot snapshot = Snapshots.Of("1 Source value:=1");
        Assert.NotEqual(snapshot.KeyOf("1"), (snapshot with { Environment = snapshot.Environment with { NumericBackend = "cuda" } }).KeyOf("1"));
        RunEnvironment newer = snapshot.Environment with { Types = snapshot.Environment.Types.SetItem("Source", snapshot.Environment.Types["Source"] with { Version = "2" }) };
        Assert.NotEqual(snapshot.KeyOf("1"), (snapshot with { Environment = newer }).KeyOf("1"));
    }

    [Fact]
    public void Chance_is_its_own_in_each_run_and_node_and_so_is_what_comes_of_it()
    {
        RunSnapshot one = Snapshots.Of("0 Source value:=1", "1 Dice a=0", "2 Dice a=0", "3 Op a=1");
        RunSnapshot other = one with { Nonce = "another run" };
        Assert.Equal(one.KeyOf("0"), other.KeyOf("0"));
        Assert.NotEqual(one.KeyOf("1"), other.KeyOf("1"));
        Assert.NotEqual(one.KeyOf("3"), other.KeyOf("3"));
        Assert.NotEqual(one.KeyOf("1"), one.KeyOf("2"));
    }

    [Fact]
    public void Keys_stay_what_they_were_since_the_first_version()
    {
        RunSnapshot snapshot = Snapshots.Of("1 Load file:=@photo", "2 Source value:=1.50", "3 Op a=1 b=2#1 amount:={\"x\":[1,\"é\",null,true]}");
        Assert.Equal(ReadPublished(), snapshot.Keys().Select(key => key.Value));
    }

    [Fact]
    public void A_hundred_thousand_nodes_have_a_hundred_thousand_keys()
    {
        string[] lines = [.. Enumerable.Range(0, 100_000).Select(i => i == 0 ? "0 Source value:=0" : string.Create(CultureInfo.InvariantCulture, $"{i} Op a={i - 1} amount:={i}"))];
        Assert.Equal(100_000, Snapshots.Of(lines).Keys().Distinct().Count());
    }

    private static string[] ReadPublished() =>
        File.ReadAllLines(Path.Combine(ReferenceData.RepositoryRoot(), "tests", "Vortex.Runs.Tests", "CacheKeys", "published-keys.txt"));
}
