using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Blobs;

/// <summary>One Azurite for a class of tests, which signs in as the product does: with a bearer token and no account key.</summary>
/// <remarks>With <c>VORTEX_TEST_BLOBS</c> set to an account's blob endpoint the tests run there, as whoever is signed in.</remarks>
public sealed class AzuriteWithIdentity : IAsyncLifetime
{
    private static readonly string? s_real = Environment.GetEnvironmentVariable("VORTEX_TEST_BLOBS");

    private readonly DeskCertificate _certificate = new();
    private Azurite? _azurite;
    private HttpClient? _http;

    public async ValueTask InitializeAsync()
    {
        // A fixture cannot skip; each test asks for the client and skips there.
        if (s_real is not null)
        {
            _http = new HttpClient();
        }
        else if (NodeProgram.IsThere("azurite"))
        {
            _azurite = await Azurite.StartOrSkipAsync("--oauth", "basic", "--cert", _certificate.CertificatePath, "--key", _certificate.KeyPath);
            _http = _certificate.Client();
        }
    }

    /// <summary>Makes a client, or skips the test.</summary>
    public BlobServiceClient ClientOrSkip(TokenCredential? credential = null)
    {
        if (s_real is not null)
        {
            return new BlobServiceClient(new Uri(s_real), credential ?? new DefaultAzureCredential());
        }

        NodeProgram.FindOrSkip("azurite", "package.json");
        return new BlobServiceClient(_azurite!.ServiceUri, credential ?? new SomeToken(), new BlobClientOptions
        {
            Transport = new HttpClientTransport(_http!),
            Retry = { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(10) },
        });
    }

    /// <summary>Gets a client without any identity, as a browser is one.</summary>
    public HttpClient Browser => _http!;

    public async ValueTask DisposeAsync()
    {
        await (_azurite?.DisposeAsync() ?? default);
        _http?.Dispose();
        _certificate.Dispose();
    }

    /// <summary>A token as Entra ID makes one, but for its signature, which Azurite does not look at.</summary>
    private sealed class SomeToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            DateTimeOffset until = DateTimeOffset.UtcNow.AddHours(1);
            string header = Part(new { alg = "RS256", typ = "JWT" });
            string body = Part(new
            {
                aud = "https://storage.azure.com",
                iss = "https://sts.windows.net/11111111-1111-1111-1111-111111111111/",
                tid = "11111111-1111-1111-1111-111111111111",
                oid = "22222222-2222-2222-2222-222222222222",
                nbf = until.AddHours(-2).ToUnixTimeSeconds(),
                iat = until.AddHours(-2).ToUnixTimeSeconds(),
                exp = until.ToUnixTimeSeconds(),
            });
            return new AccessToken($"{header}.{body}.c2lnbmF0dXJl", until);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));

        private static string Part(object value) =>
            Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
