namespace Vortex.Runner.Tests;

public sealed class MemoryTests
{
    [Fact]
    public async Task Value_goes_with_its_last_use_while_the_batch_works_on()
    {
        Bench bench = new();
        string probe = Probe.NewName();
        await bench.RunAsync(
            new NodeSpec("image", "Image").With("probe", probe),
            new NodeSpec("one", "Size").From("image", "image"),
            new NodeSpec("two", "Size").From("image", "image"),
            new NodeSpec("both", "Add").From("a", "one").From("b", "two"),
            new NodeSpec("alive", "Collect").With("probe", probe).From("after", "both").Output());
        Assert.Equal(0L, await bench.OutputAsync("alive"));
    }

    [Fact]
    public async Task Value_with_a_use_to_come_stays()
    {
        Bench bench = new();
        string probe = Probe.NewName();
        await bench.RunAsync(
            new NodeSpec("image", "Image").With("probe", probe),
            new NodeSpec("one", "Size").From("image", "image"),
            new NodeSpec("alive", "Collect").With("probe", probe).From("after", "one"),
            new NodeSpec("two", "Size").From("image", "image"),
            new NodeSpec("sum", "Add").From("a", "alive").From("b", "two").Output());
        Assert.Equal(4097L, await bench.OutputAsync("sum"));
    }

    [Fact]
    public async Task Value_that_only_failed_and_skipped_nodes_wanted_goes()
    {
        Bench bench = new();
        string probe = Probe.NewName();
        await bench.RunAsync(
            new NodeSpec("image", "Image").With("probe", probe),
            new NodeSpec("bad", "Throw").With("what", "problem").From("value", "image"),
            new NodeSpec("skipped", "Add").From("a", "image").From("b", "bad").Output(),
            new NodeSpec("alive", "Collect").With("probe", probe).With("after", 1).Output());
        Assert.Equal(0L, await bench.OutputAsync("alive"));
    }
}
