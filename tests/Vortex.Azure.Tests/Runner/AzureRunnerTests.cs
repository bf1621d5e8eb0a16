using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Azure.Tests.Blobs;
using Vortex.Azure.Tests.Cosmos;
using Vortex.Imaging.Codecs;
using Vortex.Runs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Azure.Tests.Runner;

/// <summary>A runner as it is in a container: the service with the ports that the command adds for Azure, over emulators and a broker that delivers what it delivers twice.</summary>
public sealed class AzureRunnerTests(CosmosDesk cosmos, AzuriteWithIdentity azurite) : IClassFixture<CosmosDesk>, IClassFixture<AzuriteWithIdentity>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Batch_is_executed_and_reported_once_however_often_its_ticket_comes(bool deliversTwice)
    {
        await using AzureWorld world = await AzureWorld.StartAsync(cosmos, azurite, deliversTwice);
        BatchMessage batch = await world.SendAsync(1, Node("paint", "EmptyImage", new { width = 4, height = 2, batch_size = 1, color = 0xFF3300 }), Node("invert", "ImageInvert", new { }, ("image", "paint")), Save("invert"));
        BatchOutcome outcome = await world.OutcomeAsync();
        await world.DrainedAsync();

        Assert.Equal((batch.BatchId, 1, 1, BatchStatus.Succeeded, 3, 1), (outcome.BatchId, outcome.Dispatch, outcome.Attempt, outcome.Status, outcome.Succeeded, outcome.Artifacts));
        Assert.Equal("results", Assert.Single(world.Broker.Outcomes).Queue);
        IReadOnlyList<RunEvent> events = await world.Runs.ReadEventsAsync(Some.Here, batch.RunId, 0, 1_000);
        Assert.Equal(3, events.Count(one => one.Type == RunEventTypes.NodeStarted));
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(one => (int)one.Sequence));

        ArtifactRecord artifact = Assert.Single((await world.Runs.ListArtifactsAsync(Some.Here, batch.RunId, null, 10)).Items);
        DecodedImage saved = ImageFile.Decode(await world.BlobAsync(artifact.File.Digest));
        Assert.Equal((4, 2), (saved.Width, saved.Height));
        Assert.Equal([0, 204, 255], saved.Pixels.Take(3));
    }

    [Fact]
    public async Task Result_lies_in_the_cache_and_the_next_runner_goes_on_with_the_next_batch()
    {
        await using AzureWorld world = await AzureWorld.StartAsync(cosmos, azurite, deliversTwice: false);
        PlannedNode[] nodes = [Node("paint", "EmptyImage", new { width = 4, height = 2, batch_size = 1, color = 0xFF3300 }), Save("paint")];
        await world.SendAsync(1, nodes);
        BatchOutcome first = await world.OutcomeAsync();
        await world.RestartAsync();
        await world.SendAsync(2, nodes);
        BatchOutcome second = await world.OutcomeAsync();
        Assert.Equal((BatchStatus.Succeeded, BatchStatus.Succeeded), (first.Status, second.Status));
        Assert.NotEqual(first.RunId, second.RunId);
        Assert.Contains(nodes[1].Key, (await world.Results.FindAsync(Some.Here, [nodes[1].Key])).Keys);
    }

    [Fact]
    public async Task Failure_is_reported_with_its_node()
    {
        await using AzureWorld world = await AzureWorld.StartAsync(cosmos, azurite, deliversTwice: true);
        await world.SendAsync(1, Node("paint", "EmptyImage", new { width = 0, height = 2, batch_size = 1, color = 0 }), Save("paint"));
        BatchOutcome outcome = await world.OutcomeAsync();
        await world.DrainedAsync();
        Assert.Equal((BatchStatus.Failed, 1, 1), (outcome.Status, outcome.Failed, outcome.Skipped));
        Assert.Equal(new NodeId("paint"), Assert.Single(outcome.Problems).Node);
        Assert.Single(world.Broker.Outcomes);
    }

    private static PlannedNode Save(string from) => Node("save", "SaveImage", new { filename_prefix = "done" }, ("images", from)) with { IsOutput = true, Keep = true };

    private static PlannedNode Node(string id, string type, object constants, params (string Input, string From)[] links) => new()
    {
        Id = new NodeId(id),
        Type = type,
        Key = Some.Key(id + JsonSerializer.Serialize(constants)),
        Constants = JsonSerializer.SerializeToElement(constants).EnumerateObject().ToImmutableSortedDictionary(one => one.Name, one => one.Value),
        Links = links.ToImmutableSortedDictionary(link => link.Input, link => new NodeLink(new NodeId(link.From), 0)),
        MayCache = true,
    };
}
