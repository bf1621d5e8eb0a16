namespace Vortex.Runner.Tests;

public sealed class ReuseTests
{
    private readonly Bench _bench = new();
    private readonly string _probe = Probe.NewName();

    [Fact]
    public async Task Later_run_takes_a_result_from_memory_and_does_not_run_what_led_to_it()
    {
        await _bench.RunAsync(Chain());
        BatchOutcome second = await _bench.RunAsync(Chain());
        Assert.Equal((0, 3), (second.Succeeded, second.Cached));
        Assert.Equal(1, Probe.Of(_probe).Entries);
        Assert.Equal(["node.cached first", "node.cached mid", "artifact.created end", "node.cached end"], await _bench.LogAsync());
        Assert.True(Assert.Single(await _bench.ArtifactsAsync()).Cached);
    }

    [Fact]
    public async Task New_end_of_a_graph_takes_its_beginning_from_memory()
    {
        await _bench.RunAsync(Chain());
        NodeSpec[] chain = Chain();
        BatchOutcome second = await _bench.RunAsync(chain[0], chain[1], new NodeSpec("other end", "Show").From("value", "mid").Output());
        Assert.Equal((1, 2), (second.Succeeded, second.Cached));
        Assert.Equal(1, Probe.Of(_probe).Entries);
        string[] log = await _bench.LogAsync();
        Assert.Equal("not_needed", (await _bench.EventsAsync())[Array.IndexOf(log, "node.cached first")].Payload.GetProperty("source").GetString());
        Assert.Equal("memory", (await _bench.EventsAsync())[Array.IndexOf(log, "node.cached mid")].Payload.GetProperty("source").GetString());
    }

    [Fact]
    public async Task Node_to_compute_anew_runs_though_memory_has_its_result_and_takes_what_leads_to_it_from_there()
    {
        await _bench.RunAsync(Chain());
        NodeSpec[] chain = Chain();
        BatchOutcome second = await _bench.RunAsync(chain[0], chain[1].Fresh(), chain[2].Fresh());
        Assert.Equal((2, 1), (second.Succeeded, second.Cached));
        Assert.Equal(1, Probe.Of(_probe).Entries);
    }

    [Theory]
    [InlineData(CachePolicy.Bypass)]
    [InlineData(CachePolicy.Refresh)]
    public async Task Run_that_does_not_look_executes_everything(CachePolicy policy)
    {
        await _bench.RunAsync(Chain());
        _bench.CachePolicy = policy;
        Assert.Equal(3, (await _bench.RunAsync(Chain())).Succeeded);
        Assert.Equal(2, Probe.Of(_probe).Entries);
    }

    [Fact]
    public async Task Run_that_bypasses_the_cache_adds_nothing_to_it()
    {
        _bench.CachePolicy = CachePolicy.Bypass;
        await _bench.RunAsync(Chain());
        Assert.Empty(await _bench.Cache.FindAsync(Some.Here, [Some.Key("end")]));
        _bench.CachePolicy = CachePolicy.Use;
        Assert.Equal(3, (await _bench.RunAsync(Chain())).Succeeded);
    }

    [Fact]
    public async Task Kept_results_that_may_be_cached_are_put_into_the_durable_cache()
    {
        await _bench.RunAsync(Chain());
        NodeOutputs outputs = (await _bench.Cache.FindAsync(Some.Here, [Some.Key("first"), Some.Key("end")])).Single().Value;
        Assert.Equal("n_1.txt", Assert.Single(outputs.Artifacts).Name);
    }

    [Fact]
    public async Task Retried_batch_executes_only_what_has_no_result_yet()
    {
        BatchMessage batch = await _bench.SendAsync(
            new NodeSpec("done", "Probed").With("probe", _probe).With("value", 4).Kept().Output(),
            new NodeSpec("bad", "Throw").With("what", "io").From("value", "done").Output());
        Assert.Equal((1, 1), Counts(await _bench.StepAsync()));
        _bench.Runner = _bench.NewRunner();
        await _bench.Queue.SendAsync(batch with { Dispatch = 2 });
        Assert.Equal((1, 1), Counts(await _bench.StepAsync()));
        Assert.Equal(1, Probe.Of(_probe).Entries);
        Assert.Equal(
            ["node.started done", "node.completed done", "node.started bad", "node.failed bad", "node.started bad", "node.failed bad"],
            await _bench.LogAsync());

        static (int, int) Counts(BatchOutcome outcome) => (outcome.Succeeded, outcome.Failed);
    }

    [Fact]
    public async Task Workspaces_share_nothing_in_memory()
    {
        ValueCache cache = new(1000);
        NodeResult result = new([], [], null, []);
        cache.Put(Some.Here, Some.Key("k"), result, 10);
        Assert.Same(result, cache.Find(Some.Here, Some.Key("k")));
        Assert.Null(cache.Find(Some.There, Some.Key("k")));
        Assert.Null(cache.Find(Some.Stranger, Some.Key("k")));
        await Task.CompletedTask;
    }

    [Fact]
    public void Cache_stays_in_its_budget_and_lets_the_longest_unused_go()
    {
        ValueCache cache = new(100);
        NodeResult result = new([], [], null, []);
        cache.Put(Some.Here, Some.Key("a"), result, 40);
        cache.Put(Some.Here, Some.Key("b"), result, 40);
        Assert.NotNull(cache.Find(Some.Here, Some.Key("a")));
        cache.Put(Some.Here, Some.Key("c"), result, 40);
        Assert.Null(cache.Find(Some.Here, Some.Key("b")));
        Assert.NotNull(cache.Find(Some.Here, Some.Key("a")));
        cache.Put(Some.Here, Some.Key("huge"), result, 101);
        Assert.Null(cache.Find(Some.Here, Some.Key("huge")));
        cache.Put(Some.Here, Some.Key("a"), result, 10);
        Assert.Equal(50, cache.Bytes);
    }

    private NodeSpec[] Chain() =>
    [
        new NodeSpec("first", "Probed").With("probe", _probe).With("value", "text").Cacheable(),
        new NodeSpec("mid", "Probed").With("probe", "-").From("value", "first").Cacheable(),
        new NodeSpec("end", "File").With("name", "n").From("text", "mid").Output().Cacheable(),
    ];
}
