using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vortex.Azure.Tests.Blobs;
using Vortex.Azure.Tests.Cosmos;
using Vortex.Azure.Tests.Queue;
using Vortex.Imaging.Codecs;
using Vortex.Runner;
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

/// <summary>The stores and the broker, which outlive their runner, and the runner.</summary>
internal sealed class AzureWorld : IAsyncDisposable
{
    private readonly Func<IHost> _build;
    private IHost _host;
    private int _read;

    private AzureWorld(DeskBroker broker, Func<IHost> build) => (Broker, _build, _host) = (broker, build, build());

    public DeskBroker Broker { get; }

    public IRunStore Runs => _host.Services.GetRequiredService<IRunStore>();

    public IResultCache Results => _host.Services.GetRequiredService<IResultCache>();

    private IArtifactStore Artifacts => _host.Services.GetRequiredService<IArtifactStore>();

    public static async Task<AzureWorld> StartAsync(CosmosDesk cosmos, AzuriteWithIdentity azurite, bool deliversTwice)
    {
        CosmosPlace place = await cosmos.NewOrSkipAsync();
        azurite.ClientOrSkip();
        DeskBroker broker = new(TimeProvider.System) { DeliversTwice = deliversTwice };
        Dictionary<string, string?> settings = new()
        {
            ["Vortex:Azure:Blobs:ServiceUri"] = "https://account.blob.core.windows.net",
            ["Vortex:Azure:Cosmos:Endpoint"] = "https://account.documents.azure.com",
            ["Vortex:Azure:Blobs:Container"] = "artifacts-" + Guid.NewGuid().ToString("n"),
            ["Vortex:Azure:Cosmos:Database"] = place.Options.Database,
            ["Vortex:Azure:Queue:Namespace"] = "name.servicebus.windows.net",
            // A second ticket comes again when the lease may have run out: soon, here.
            ["Vortex:Azure:Queue:LeaseDuration"] = "00:00:05",
            ["Vortex:Azure:Queue:PollInterval"] = "00:00:00.200",
        };
        AzureWorld world = new(broker, () =>
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration.AddInMemoryCollection(settings);
            builder.Services.AddSingleton<ITicketBroker>(broker);
            // The clients of the emulators; everything else is what the command adds.
            builder.Services.AddVortexAzureBlobs(client: _ => azurite.ClientOrSkip()).AddVortexAzureDocuments(client: _ => place.Client);
            builder.Services.AddVortexAzure().AddVortexAzureResults();
            builder.Services.AddVortexRunner(options =>
            {
                options.BatchesAtOnce = 2;
                options.LeaseWait = TimeSpan.FromSeconds(2);
            });
            return builder.Build();
        });
        await world._host.StartAsync();
        return world;
    }

    /// <summary>Stops the runner and starts another one, which remembers nothing.</summary>
    public async Task RestartAsync()
    {
        await _host.StopAsync();
        // Not disposed: the emulators' clients are shared.
        _host = _build();
        await _host.StartAsync();
    }

    /// <summary>Plans a run of one batch as the control plane does, and sends it.</summary>
    public async Task<BatchMessage> SendAsync(int number, params PlannedNode[] nodes)
    {
        RunRecord run = Some.Run(number);
        await Runs.CreateAsync(Some.Here, run, Some.Event(RunEventTypes.RunQueued));
        RunPlan plan = new()
        {
            Nodes = [.. nodes],
            Batches = [new PlannedBatch(new BatchId($"{run.Id}.0"), [.. Enumerable.Range(0, nodes.Length)], [], new BatchRequirements { Packs = ["core"] })],
        };
        StoredContent stored = await Artifacts.PutAsync(Some.Here, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(plan, RunsJson.Options)));
        BatchMessage batch = Some.Batch(number) with { Plan = stored.Digest, Requires = plan.Batches[0].Requires };
        await _host.Services.GetRequiredService<IBatchQueue>().SendAsync(batch);
        return batch;
    }

    /// <summary>Waits for the next outcome and reads it as the function app does.</summary>
    public async Task<BatchOutcome> OutcomeAsync()
    {
        await UntilAsync(() => Broker.Outcomes.Count > _read);
        return await _host.Services.GetRequiredService<OutcomeReader>().ReadAsync(Encoding.UTF8.GetString(Broker.Outcomes[_read++].Message.Body.Span));
    }

    /// <summary>Waits until no ticket is left, so that whatever a second one does has been done.</summary>
    public Task DrainedAsync() => UntilAsync(() => Broker.Count("batches-cpu") == 0);

    public async Task<byte[]> BlobAsync(Digest digest)
    {
        await using Stream content = (await Artifacts.OpenAsync(Some.Here, digest))!;
        using MemoryStream copy = new();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    public async ValueTask DisposeAsync() => await _host.StopAsync();

    private static async Task UntilAsync(Func<bool> holds)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
