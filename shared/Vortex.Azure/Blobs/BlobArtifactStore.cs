using System.Diagnostics;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Content as block blobs named by their SHA-256, each workspace under a prefix of its own.</summary>
/// <remarks>
/// A blob gets its name with the last step of its upload and only if nobody has it, so whoever finds the name finds the whole content,
/// and of two writers of the same content both succeed. Content is read to its end before anything is sent: what is there already
/// costs one question. Every request carries an MD5 the service checks; the digest is checked when a content is read whole.
/// </remarks>
internal sealed class BlobArtifactStore : IArtifactStore
{
    private readonly BlobContainerClient _container;
    private readonly BlobStoreOptions _options;
    private readonly ILogger _logger;

    internal BlobArtifactStore(BlobServiceClient service, BlobStoreOptions options, ILogger logger)
    {
        _container = service.GetBlobContainerClient(options.Container);
        (_options, _logger) = (options, logger);
    }

    private string What => $"The blob container '{_container.Uri}'";

    /// <inheritdoc />
    public async ValueTask<StoredContent> PutAsync(WorkspaceId workspace, Stream content, CancellationToken cancellationToken = default)
    {
        workspace.EnsureWellFormed();
        await using Spool spool = await Spool.ReadAsync(content, _options.BlockSize, _options.SpoolPath ?? Path.GetTempPath(), cancellationToken);
        BlockBlobClient blob = Blob(workspace, spool.Content.Digest);
        using Activity? activity = AzureDiagnostics.Source.StartActivity("blobs.put")?.SetTag("vortex.bytes", spool.Content.Size);
        try
        {
            if (await SizeAsync(blob, cancellationToken) is { } there)
            {
                if (there == spool.Content.Size)
                {
                    return spool.Content;
                }

                _logger.BlobReplaced(blob.Name, there, spool.Content.Size);
                await UploadAsync(blob, spool, null, cancellationToken);
            }
            else
            {
                await UploadOnceAsync(blob, spool, cancellationToken);
            }
        }
        catch (Exception error) when (AzureErrors.From(error, What) is { } known)
        {
            throw known;
        }

        AzureDiagnostics.BytesStored.Add(spool.Content.Size);
        return spool.Content;
    }

    /// <inheritdoc />
    public async ValueTask<Stream?> OpenAsync(WorkspaceId workspace, Digest digest, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        if (!digest.IsWellFormed())
        {
            return null;
        }

        BlockBlobClient blob = Blob(workspace, digest);
        return await BlobReads.OpenAsync(
            blob, offset, length, What, download => new VerifiedContent(download.Content, digest, download.Details.ContentLength, blob.Name), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<StoredContent?> StatAsync(WorkspaceId workspace, Digest digest, CancellationToken cancellationToken = default) =>
        digest.IsWellFormed() && await SizeAsync(Blob(workspace, digest), cancellationToken) is { } size ? new StoredContent(digest, size) : null;

    internal BlockBlobClient Blob(WorkspaceId workspace, Digest digest) => _container.GetBlockBlobClient(BlobNames.Of(workspace, digest));

    private async ValueTask<long?> SizeAsync(BlockBlobClient blob, CancellationToken cancellationToken) =>
        (await BlobReads.PropertiesAsync(blob, What, cancellationToken))?.ContentLength;

    /// <summary>Uploads unless somebody else was faster, whose content is the same.</summary>
    private async Task UploadOnceAsync(BlockBlobClient blob, Spool spool, CancellationToken cancellationToken)
    {
        BlobRequestConditions onlyNew = new() { IfNoneMatch = ETag.All };
        try
        {
            await UploadAsync(blob, spool, onlyNew, cancellationToken);
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await UploadOnceAsync(blob, spool, cancellationToken);
        }
        catch (RequestFailedException there) when (there.Status is 409 or 412)
        {
            // An uncommitted block list of another size, or a delete in progress, gives the same status; then the blob is not there.
            if (await SizeAsync(blob, cancellationToken) != spool.Content.Size)
            {
                throw;
            }
        }
    }

    private async Task UploadAsync(BlockBlobClient blob, Spool spool, BlobRequestConditions? conditions, CancellationToken cancellationToken) =>
        await blob.UploadAsync(
            spool.Open(),
            new BlobUploadOptions
            {
                Conditions = conditions,
                HttpHeaders = new BlobHttpHeaders { ContentType = "application/octet-stream", CacheControl = "private, max-age=31536000, immutable" },
                TransferValidation = new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 },
                TransferOptions = new StorageTransferOptions
                {
                    InitialTransferSize = _options.BlockSize,
                    MaximumTransferSize = _options.BlockSize,
                    MaximumConcurrency = _options.ParallelBlocks,
                },
            },
            cancellationToken);
}
