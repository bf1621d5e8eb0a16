using System.Globalization;
using Microsoft.Azure.Cosmos;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Cosmos;

/// <summary>A real client of Cosmos DB against an implementation of its protocol, each test in a database of its own.</summary>
/// <remarks>With <c>VORTEX_TEST_COSMOS</c> set to the connection string of an account (an emulator's, say) the tests run there and leave their databases.</remarks>
public sealed class CosmosDesk : IAsyncLifetime
{
    private const string Package = "@zeit/cosmosdb-server";

    private static readonly string? s_real = Environment.GetEnvironmentVariable("VORTEX_TEST_COSMOS");

    private readonly DeskCertificate _certificate = new();
    private NodeProgram? _emulator;
    private CosmosProxy? _proxy;
    private HttpClient? _http;
    private CosmosClient? _client;

    public async ValueTask InitializeAsync()
    {
        if (s_real is not null)
        {
            _client = new CosmosClient(s_real, CosmosClients.Options());
            return;
        }

        if (!NodeProgram.IsThere(Package))
        {
            return;
        }

        int port = NodeProgram.FreePort();
        _emulator = await NodeProgram.StartAsync(
            NodeProgram.FindOrSkip(Package, Path.Combine("lib", "cli.js")), ["--no-ssl", "--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture)], "Ready to accept");
        _proxy = await CosmosProxy.StartAsync(new Uri($"http://127.0.0.1:{port}"), _certificate);
        _http = _certificate.Client();
        CosmosClientOptions options = CosmosClients.Options();
        options.ConnectionMode = ConnectionMode.Gateway;
        options.LimitToEndpoint = true;
        options.HttpClientFactory = () => _http;
        // The emulator looks at no key; the client wants one that is base 64.
        _client = new CosmosClient(_proxy.Url.ToString(), Convert.ToBase64String("key"u8), options);
    }

    /// <summary>Gets how many bytes of documents were read by queries so far; null where nothing counts them.</summary>
    internal long? BytesRead => _proxy?.BytesRead;

    /// <summary>Makes a fresh database, or skips the test.</summary>
    internal async Task<CosmosPlace> NewOrSkipAsync()
    {
        if (s_real is null)
        {
            NodeProgram.FindOrSkip(Package, "package.json");
        }

        CosmosStoreOptions options = new() { Database = "test-" + Guid.NewGuid().ToString("n"), LargestInline = 2_000 };
        await CosmosClients.CreateMissingAsync(_client!, options);
        return new CosmosPlace(_client!, options, new InMemoryArtifactStore());
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _http?.Dispose();
        await (_proxy?.DisposeAsync() ?? default);
        await (_emulator?.DisposeAsync() ?? default);
        _certificate.Dispose();
    }
}

/// <summary>A database and the artifact store beside it. What is large for a document is small here, so that the claim check is used.</summary>
internal sealed record CosmosPlace(CosmosClient Client, CosmosStoreOptions Options, InMemoryArtifactStore Artifacts)
{
    internal DocumentContainer Documents => new(Client, Options.Database, Options.Documents);

    internal Packing Packing => new(Artifacts, Options.LargestInline);
}
