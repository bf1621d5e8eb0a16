using Vortex.Embedded.CrashHost;
using Vortex.Runs;

namespace Vortex.Embedded.Tests;

/// <summary>The run orchestrator and the real ports, with a runner that only tells.</summary>
public sealed class WholeRunTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_succeeds_with_every_event_and_a_second_one_is_served_from_the_cache()
    {
        EmbeddedStore store = await _folder.OpenAsync(TimeProvider.System);
        await using NoOpRuns runs = await NoOpRuns.StartAsync(store);
        (RunRecord first, int firstEvents) = await runs.RunAsync(chains: 5, length: 20, "a");
        Assert.Equal(RunStatus.Succeeded, first.Status);
        Assert.Equal((100, 0), (first.Summary!.Succeeded, first.Summary.Cached));
        Assert.Equal(3 + 200, firstEvents);
        (RunRecord second, _) = await runs.RunAsync(chains: 5, length: 20, "a");
        Assert.Equal(RunStatus.Succeeded, second.Status);
        Assert.Equal((0, 100), (second.Summary!.Succeeded, second.Summary.Cached));
    }

    [Fact]
    public async Task Many_runs_side_by_side_all_succeed()
    {
        EmbeddedStore store = await _folder.OpenAsync(TimeProvider.System);
        await using NoOpRuns runs = await NoOpRuns.StartAsync(store);
        (RunRecord Run, int Events)[] ended = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => runs.RunAsync(2, 5, $"s{i}")));
        Assert.All(ended, one => Assert.Equal((RunStatus.Succeeded, 23), (one.Run.Status, one.Events)));
    }
}
