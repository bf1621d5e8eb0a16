namespace Vortex.Runner.Tests;

public sealed class ListTests
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task Node_after_a_list_runs_once_per_entry_and_gives_a_list_again()
    {
        await _bench.RunAsync(
            new NodeSpec("list", "Numbers").With("count", 3),
            new NodeSpec("plus", "Add").From("a", "list").With("b", 10),
            new NodeSpec("again", "Add").From("a", "plus").From("b", "list").Output());
        Assert.Equal([12L, 14L, 16L], await _bench.ListAsync("again"));
    }

    [Fact]
    public async Task Shorter_list_repeats_its_last_entry()
    {
        await _bench.RunAsync(
            new NodeSpec("long", "Numbers").With("count", 4),
            new NodeSpec("short", "Numbers").With("count", 2),
            new NodeSpec("sum", "Add").From("a", "long").From("b", "short").Output());
        Assert.Equal([2L, 4L, 5L, 6L], await _bench.ListAsync("sum"));
    }

    [Fact]
    public async Task Node_that_takes_lists_gets_all_entries_at_once()
    {
        await _bench.RunAsync(
            new NodeSpec("list", "Numbers").With("count", 4),
            new NodeSpec("sum", "Sum").From("numbers", "list").Output());
        Assert.Equal(10L, await _bench.OutputAsync("sum"));
    }

    [Fact]
    public async Task Empty_list_runs_its_dependents_not_at_all()
    {
        BatchOutcome outcome = await _bench.RunAsync(
            new NodeSpec("list", "Numbers").With("count", 0),
            new NodeSpec("plus", "Add").From("a", "list").With("b", 1).Output());
        Assert.Equal(BatchStatus.Succeeded, outcome.Status);
        Assert.Empty(await _bench.ListAsync("plus"));
    }

    [Fact]
    public async Task Files_of_all_entries_are_numbered_on_and_what_is_shown_becomes_an_array()
    {
        await _bench.RunAsync(
            new NodeSpec("list", "Numbers").With("count", 2),
            new NodeSpec("save", "File").With("name", "n").From("text", "list").Output(),
            new NodeSpec("show", "Show").From("value", "list").Output());
        Assert.Equal(["n_1.txt", "n_2.txt"], (await _bench.ArtifactsAsync()).Select(artifact => artifact.File.Name));
        Assert.Equal("[1,2]", (await _bench.EventsAsync())[^1].Payload.GetProperty("shown").GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task Warnings_of_all_calls_show_once_each_and_again_when_the_result_is_served_from_memory()
    {
        NodeSpec[] nodes =
        [
            new NodeSpec("list", "Numbers").With("count", 3),
            new NodeSpec("warn", "Warn").From("value", "list").Output().Cacheable(),
        ];
        await _bench.RunAsync(nodes);
        const string Expected = """["Something was left out.","1 as well.","0 as well."]""";
        RunEvent computed = (await _bench.EventsAsync())[^1];
        Assert.Equal((RunEventTypes.NodeCompleted, Expected), (computed.Type, computed.Payload.GetProperty("shown").GetProperty("warnings").GetRawText()));
        await _bench.RunAsync(nodes);
        RunEvent served = Assert.Single(await _bench.EventsAsync(), one => one is { Type: RunEventTypes.NodeCached, NodeId.Value: "warn" });
        Assert.Equal(Expected, served.Payload.GetProperty("shown").GetProperty("warnings").GetRawText());
    }

    [Fact]
    public async Task Lists_that_would_make_too_many_calls_are_a_problem()
    {
        _bench.Options.MaxCallsPerNode = 5;
        BatchOutcome outcome = await _bench.RunAsync(
            new NodeSpec("list", "Numbers").With("count", 6),
            new NodeSpec("plus", "Add").From("a", "list").With("b", 1).Output());
        Assert.Equal("node.too_many_calls", Assert.Single(outcome.Problems).Code);
    }

    [Fact]
    public async Task Switch_over_a_list_runs_the_branches_its_entries_choose()
    {
        string probe = Probe.NewName();
        await _bench.RunAsync(
            new NodeSpec("list", "Numbers").With("count", 2),
            new NodeSpec("minus", "Add").From("a", "list").With("b", -1),
            new NodeSpec("yes", "Probed").With("probe", probe).With("value", "yes"),
            new NodeSpec("no", "Probed").With("probe", probe).With("value", "no"),
            new NodeSpec("s", "Switch").From("switch", "minus").From("on_true", "yes").From("on_false", "no").Output());
        Assert.Equal(["no", "yes"], await _bench.ListAsync("s"));
        Assert.Equal(2, Probe.Of(probe).Entries);
    }
}
