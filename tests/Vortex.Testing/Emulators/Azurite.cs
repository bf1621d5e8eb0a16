using System.Globalization;

namespace Vortex.Testing;

/// <summary>Azurite's blob service on a free port, in memory.</summary>
public sealed class Azurite : IAsyncDisposable
{
    // Published by Microsoft with the emulator; it opens nothing else.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly NodeProgram _program;

    private Azurite(NodeProgram program, Uri serviceUri) => (_program, ServiceUri) = (program, serviceUri);

    /// <summary>Gets the blob endpoint.</summary>
    public Uri ServiceUri { get; }

    /// <summary>Gets what a client signs in with where there is no Entra ID.</summary>
    public string ConnectionString => $"DefaultEndpointsProtocol={ServiceUri.Scheme};AccountName={Account};AccountKey={Key};BlobEndpoint={ServiceUri};";

    /// <summary>Starts one, or skips the test where the npm package is missing.</summary>
    /// <param name="more">Further arguments.</param>
    public static async Task<Azurite> StartOrSkipAsync(params string[] more)
    {
        string script = NodeProgram.FindOrSkip("azurite", Path.Combine("dist", "src", "blob", "main.js"));
        int port = NodeProgram.FreePort();
        NodeProgram program = await NodeProgram.StartAsync(
            script,
            ["--blobHost", "127.0.0.1", "--blobPort", port.ToString(CultureInfo.InvariantCulture), "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", "--silent", .. more],
            "successfully listens");
        string scheme = more.Contains("--cert") ? "https" : "http";
        return new Azurite(program, new Uri($"{scheme}://127.0.0.1:{port}/{Account}"));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
