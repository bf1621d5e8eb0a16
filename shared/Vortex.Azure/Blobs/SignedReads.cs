using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Signs addresses under which a browser reads one content without passing through the API.</summary>
/// <remarks>
/// Signed with a key that Entra ID gives for a while, never with an account key, so an address dies with the identity's role. An address reads
/// one blob and nothing else, over HTTPS alone where the account's own address is HTTPS.
/// </remarks>
public sealed class SignedReads : IDisposable
{
    // A key is good for seven days at most; one hour keeps the loss small when a role is taken away.
    private static readonly TimeSpan s_keyLifetime = TimeSpan.FromHours(1);

    // Machines disagree about the time; the service's own clock decides.
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(5);

    private readonly BlobServiceClient _service;
    private readonly BlobArtifactStore _store;
    private readonly BlobStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private UserDelegationKey? _key;

    internal SignedReads(BlobServiceClient service, BlobArtifactStore store, BlobStoreOptions options, TimeProvider time) =>
        (_service, _store, _options, _time) = (service, store, options, time);

    /// <summary>Signs an address of a content; null when the workspace has no such content.</summary>
    /// <param name="workspace">The isolation domain.</param>
    /// <param name="digest">The content.</param>
    /// <param name="mediaType">What the answer says its type is; null for bytes.</param>
    /// <param name="fileName">The name a browser saves it under; null to show it.</param>
    /// <param name="lifetime">How long the address is good for, at most a day; null for <see cref="BlobStoreOptions.SignedReadLifetime"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AzureStoreException">The identity may not sign (<c>store.denied</c>), or the service does not answer.</exception>
    public async ValueTask<Uri?> SignAsync(
        WorkspaceId workspace, Digest digest, string? mediaType = null, string? fileName = null, TimeSpan? lifetime = null, CancellationToken cancellationToken = default)
    {
        TimeSpan good = lifetime ?? _options.SignedReadLifetime;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(good, TimeSpan.Zero, nameof(lifetime));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(good, TimeSpan.FromDays(1), nameof(lifetime));
        if (await _store.StatAsync(workspace, digest, cancellationToken) is null)
        {
            return null;
        }

        BlockBlobClient blob = _store.Blob(workspace, digest);
        DateTimeOffset now = _time.GetUtcNow();
        UserDelegationKey key = await KeyAsync(now + good, cancellationToken);
        BlobSasBuilder sas = new(BlobSasPermissions.Read, now + good)
        {
            BlobContainerName = blob.BlobContainerName,
            BlobName = blob.Name,
            Resource = "b",
            StartsOn = now - s_skew,
            Protocol = blob.Uri.Scheme == Uri.UriSchemeHttps ? SasProtocol.Https : SasProtocol.HttpsAndHttp,
            ContentType = mediaType,
            ContentDisposition = fileName is null ? null : $"attachment; filename*=UTF-8''{Uri.EscapeDataString(fileName)}",
        };
        return new BlobUriBuilder(blob.Uri) { Sas = sas.ToSasQueryParameters(key, _service.AccountName) }.ToUri();
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    /// <summary>Returns a key that is good until then at least.</summary>
    private async ValueTask<UserDelegationKey> KeyAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_key is null || _key.SignedExpiresOn < until)
            {
                DateTimeOffset now = _time.GetUtcNow();
                _key = await _service.GetUserDelegationKeyAsync(now - s_skew, until + s_keyLifetime, cancellationToken);
            }

            return _key;
        }
        catch (Exception error) when (AzureErrors.From(error, $"The blob account '{_service.Uri}'") is { } known)
        {
            throw known;
        }
        finally
        {
            _gate.Release();
        }
    }
}
