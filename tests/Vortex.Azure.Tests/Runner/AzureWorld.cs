using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vortex.Azure.Tests.Blobs;
using Vortex.Azure.Tests.Cosmos;
using Vortex.Azure.Tests.Queue;
using Vortex.Runner;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Runner;

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

    public BlobModelStore Models => _host.Services.GetRequiredService<BlobModelStore>();

    private IArtifactStore Artifacts => _host.Services.GetRequiredService<IArtifactStore>();

    public static async Task<AzureWorld> StartAsync(CosmosDesk cosmos, AzuriteWithIdentity azurite, bool deliversTwice, Action<RunnerOptions>? configure = null)
    {
        CosmosPlace place = await cosmos.NewOrSkipAsync();
        azurite.ClientOrSkip();
        DeskBroker broker = new(TimeProvider.System) { DeliversTwice = deliversTwice };
        Dictionary<string, string?> settings = new()
        {
            ["Vortex:Azure:Blobs:ServiceUri"] = "https://account.blob.core.windows.net",
            ["Vortex:Azure:Cosmos:Endpoint"] = "https://account.documents.azure.com",
            ["Vortex:Azure:Blobs:Container"] = "artifacts-" + Guid.NewGuid().ToString("n"),
            ["Vortex:Azure:Models:Container"] = "models-" + Guid.NewGuid().ToString("n"),
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
                configure?.Invoke(options);
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

    /// <summary>Stores content as an upload of the workspace.</summary>
    public async Task<StoredContent> StoreAsync(byte[] content)
    {
        using MemoryStream stream = new(content);
        return await Artifacts.PutAsync(Some.Here, stream);
    }

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
