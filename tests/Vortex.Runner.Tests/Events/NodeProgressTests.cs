using Vortex.Nodes;

namespace Vortex.Runner.Tests;

public sealed class NodeProgressTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<(long, long)> _told = [];
    private readonly List<PreviewPicture?> _shown = [];

    [Fact]
    public void First_report_is_told_at_once_and_the_newest_once_per_interval()
    {
        using NodeProgress progress = New();
        progress.Report(1, 10);
        progress.Report(2, 10);
        progress.Report(3, 10);
        Assert.Equal([(1, 10)], _told);
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal([(1, 10), (3, 10)], _told);
        progress.Report(4, 10);
        Assert.Equal(2, _told.Count);
        _clock.Advance(TimeSpan.FromMilliseconds(1000));
        progress.Report(5, 10);
        Assert.Equal([(1, 10), (3, 10), (4, 10), (5, 10)], _told);
    }

    [Fact]
    public void Nothing_is_told_once_the_node_has_ended()
    {
        NodeProgress progress = New();
        progress.Report(1, 2);
        progress.Report(2, 2);
        progress.Dispose();
        progress.Report(2, 2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(_told);
    }

    [Theory]
    [InlineData(-5, 10, 0, 10)]
    [InlineData(20, 10, 10, 10)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(3, -1, 1, 1)]
    public void Impossible_figures_become_possible_ones(long value, long max, long toldValue, long toldMax)
    {
        using NodeProgress progress = New();
        progress.Report(value, max);
        Assert.Equal([(toldValue, toldMax)], _told);
    }

    [Fact]
    public async Task Progress_of_a_run_comes_between_start_and_end()
    {
        Bench bench = new();
        await bench.RunAsync(new NodeSpec("p", "Progress").With("steps", 1000).Output());
        Assert.Equal(["node.started p", "node.progress p", "node.completed p"], await bench.LogAsync());
    }

    [Fact]
    public void Picture_is_made_only_where_the_report_is_told_at_once()
    {
        using NodeProgress progress = New();
        int made = 0;
        PreviewPicture Make() => new("image/png", 1, 1, new[] { (byte)++made });
        progress.Report(1, 3, Make);
        progress.Report(2, 3, Make);
        _clock.Advance(TimeSpan.FromSeconds(1));
        progress.Report(3, 3, Make);
        Assert.Equal(2, made);
        Assert.Equal([1, null, 2], _shown.Select(picture => picture is null ? null : (int?)picture.Content.Span[0]));
    }

    private void Tell(long value, long max, PreviewPicture? preview)
    {
        _told.Add((value, max));
        _shown.Add(preview);
    }

    private NodeProgress New() => new((value, max, preview) => Tell(value, max, preview), _clock, TimeSpan.FromMilliseconds(250));
}
