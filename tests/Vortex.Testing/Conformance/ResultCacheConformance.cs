using System.Text;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Testing;

/// <summary>A result cache and the artifact store its results point into.</summary>
public sealed record ResultCachePorts(IResultCache Cache, IArtifactStore Artifacts) : IAsyncDisposable
{
    /// <summary>Gets what to do when the process ends.</summary>
    public Func<ValueTask>? OnClose { get; init; }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => OnClose?.Invoke() ?? ValueTask.CompletedTask;
}

/// <summary>What every result cache does.</summary>
public abstract class ResultCacheConformance : PortConformance<ResultCachePorts>
{
    [Fact]
    public async Task Results_are_found_by_key_and_others_are_absent()
    {
        IResultCache cache = (await OpenAsync()).Cache;
        await cache.PutAsync(Some.Here, [Entry("a", 1), Entry("b", 2)]);
        IReadOnlyDictionary<CacheKey, NodeOutputs> found = await cache.FindAsync(Some.Here, [Some.Key("a"), Some.Key("b"), Some.Key("c")]);
        Assert.Equal(2, found.Count);
        Some.AssertSame(Some.Outputs(1), found[Some.Key("a")]);
        Some.AssertSame(Some.Outputs(2), found[Some.Key("b")]);
        Assert.Empty(await cache.FindAsync(Some.Here, []));
    }

    [Fact]
    public async Task Last_result_for_a_key_stays()
    {
        IResultCache cache = (await OpenAsync()).Cache;
        await cache.PutAsync(Some.Here, [Entry("a", 1)]);
        await cache.PutAsync(Some.Here, [Entry("a", 2)]);
        Some.AssertSame(Some.Outputs(2), (await cache.FindAsync(Some.Here, [Some.Key("a")]))[Some.Key("a")]);
    }

    [Fact]
    public async Task Result_whose_content_is_gone_counts_as_absent()
    {
        ResultCachePorts ports = await OpenAsync();
        StoredContent there = await ports.Artifacts.PutAsync(Some.Here, new MemoryStream(Encoding.UTF8.GetBytes("there")));
        NodeOutputs whole = Some.Outputs(1) with { Slots = [null, Value(there.Digest)], Artifacts = [Some.File("a.png", there.Digest)] };
        await ports.Cache.PutAsync(Some.Here, [
            new(Some.Key("whole"), whole),
            new(Some.Key("value gone"), whole with { Slots = [Value(there.Digest), Value(Some.Digest("never stored"))] }),
            new(Some.Key("file gone"), whole with { Artifacts = [Some.File("a.png", there.Digest), Some.File("b.png")] })]);
        IReadOnlyDictionary<CacheKey, NodeOutputs> found = await ports.Cache.FindAsync(Some.Here, [Some.Key("whole"), Some.Key("value gone"), Some.Key("file gone")]);
        Some.AssertSame(whole, Assert.Single(found).Value);
    }

    [Fact]
    public async Task Thousands_of_keys_are_found_in_one_call()
    {
        IResultCache cache = (await OpenAsync()).Cache;
        await cache.PutAsync(Some.Here, [.. Enumerable.Range(0, 5_000).Select(i => Entry($"k{i}", i))]);
        IReadOnlyDictionary<CacheKey, NodeOutputs> found = await cache.FindAsync(Some.Here, [.. Enumerable.Range(0, 10_000).Select(i => Some.Key($"k{i}"))]);
        Assert.Equal(5_000, found.Count);
        Some.AssertSame(Some.Outputs(4_999), found[Some.Key("k4999")]);
    }

    [Fact]
    public async Task Results_are_there_after_a_restart()
    {
        ResultCachePorts ports = await OpenAsync();
        await ports.Cache.PutAsync(Some.Here, [Entry("a", 1)]);
        ports = await ReopenAsync(ports);
        Assert.Single(await ports.Cache.FindAsync(Some.Here, [Some.Key("a")]));
    }

    [Fact]
    public async Task Workspaces_never_see_each_other()
    {
        ResultCachePorts ports = await OpenAsync();
        StoredContent mine = await ports.Artifacts.PutAsync(Some.Here, new MemoryStream(Encoding.UTF8.GetBytes("mine")));
        await ports.Cache.PutAsync(Some.Here, [Entry("a", 1)]);
        foreach (WorkspaceId other in new[] { Some.There, Some.Stranger })
        {
            Assert.Empty(await ports.Cache.FindAsync(other, [Some.Key("a")]));
            await ports.Cache.PutAsync(other, [Entry("a", 2), new(Some.Key("b"), Some.Outputs(0) with { Slots = [Value(mine.Digest)] })]);
            // The content is in a workspace, but not in this one.
            Assert.Empty(await ports.Cache.FindAsync(other, [Some.Key("b")]));
        }

        Some.AssertSame(Some.Outputs(1), (await ports.Cache.FindAsync(Some.Here, [Some.Key("a")]))[Some.Key("a")]);
    }

    private static KeyValuePair<CacheKey, NodeOutputs> Entry(string key, int number) => new(Some.Key(key), Some.Outputs(number));

    private static PortValue Value(Digest digest) => new(PortType.Image, [new ValueItem { Content = digest, MediaType = "application/vnd.vortex.image", Size = 5 }]);
}
