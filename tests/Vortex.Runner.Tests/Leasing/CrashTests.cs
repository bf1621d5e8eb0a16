namespace Vortex.Runner.Tests;

public sealed class CrashTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Process_that_dies_at_any_step_leaves_a_batch_that_another_one_finishes_visibly_once(bool afterTheCall)
    {
        int step = 1;
        bool died = true;
        for (; died; step++)
        {
            Bench bench = new();
            // One commit per node, so that there is a step between any two of them.
            bench.Options.CommitSize = 1;
            await bench.SendAsync(Nodes());
            Dying first = new(bench, step, afterTheCall);
            await RunAsync(first.Runner());
            died = first.IsDead;
            bench.Clock.Advance(Bench.LeaseTime);
            BatchRunner second = bench.NewRunner();
            while (await Some.SoonAsync(second.RunOneAsync(TimeSpan.Zero)))
            {
            }

            await AssertOnceAsync(bench, step);
        }

        Assert.InRange(step, 15, 200);
    }

    [Fact]
    public async Task Batch_delivered_again_after_everything_changes_nothing()
    {
        Bench bench = new();
        BatchMessage batch = await bench.SendAsync(Nodes());
        await bench.StepAsync();
        string[] log = await bench.LogAsync();
        await bench.Queue.SendAsync(batch);
        bench.Runner = bench.NewRunner();
        BatchOutcome again = await bench.StepAsync();
        Assert.Equal((BatchStatus.Succeeded, 4, 1), (again.Status, again.Succeeded, again.Artifacts));
        Assert.Equal(log, await bench.LogAsync());
        await AssertOnceAsync(bench, 0);
    }

    [Fact]
    public async Task Batch_delivered_again_after_the_run_ended_writes_nothing()
    {
        Bench bench = new();
        BatchMessage batch = await bench.SendAsync(Nodes());
        await bench.Runs.CommitAsync(Some.Here, batch.RunId, Some.End(RunStatus.Canceled));
        int events = (await bench.EventsAsync()).Count;
        await bench.StepAsync();
        Assert.Equal(BatchStatus.Canceled, bench.Reported[^1].Status);
        Assert.Equal(events, (await bench.EventsAsync()).Count);
        Assert.False(await bench.Runner.RunOneAsync(TimeSpan.Zero));
    }

    private static NodeSpec[] Nodes() =>
    [
        new NodeSpec("a", "Value").With("value", 2),
        new NodeSpec("b", "Add").From("a", "a").With("b", 3).Kept().Output().Cacheable(),
        new NodeSpec("c", "Pass").From("value", "b"),
        new NodeSpec("save", "File").With("name", "n").From("text", "c").Output().Cacheable(),
    ];

    private static async Task RunAsync(BatchRunner runner)
    {
        try
        {
            await Some.SoonAsync(runner.RunOneAsync(TimeSpan.Zero));
        }
        // A dead process tells nobody.
        catch (Exception exception) when (exception.GetType().Name == "DeadException")
        {
        }
    }

    private static async Task AssertOnceAsync(Bench bench, int step)
    {
        string because = $"died at step {step}";
        Assert.True(bench.Reported.Count >= 1, because);
        BatchOutcome outcome = bench.Reported[^1];
        Assert.True(outcome is { Status: BatchStatus.Succeeded, Failed: 0, Skipped: 0, Artifacts: 1 }, because);
        Assert.True(outcome.Succeeded + outcome.Cached == 4, because);
        Assert.True(bench.Reported.All(reported => reported.Status == BatchStatus.Succeeded && reported.BatchId == outcome.BatchId), because);
        string[] log = await bench.LogAsync();
        foreach (string node in (string[])["a", "b", "c", "save"])
        {
            Assert.True(log.Count(line => line == $"node.started {node}") <= 1, because);
            Assert.True(log.Count(line => line == $"node.completed {node}" || line == $"node.cached {node}") == 1, because);
        }

        Assert.True(log.Count(line => line == "artifact.created save") == 1, because);
        ArtifactRecord artifact = Assert.Single(await bench.ArtifactsAsync());
        Assert.True(await bench.Artifacts.StatAsync(Some.Here, artifact.File.Digest) is not null, because);
        Assert.Equal(5L, await bench.OutputAsync("b"));
        Assert.Equal(2, (await bench.Cache.FindAsync(Some.Here, [Some.Key("b"), Some.Key("save")])).Count);
    }
}
