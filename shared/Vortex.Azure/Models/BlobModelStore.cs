using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Models as block blobs named by their SHA-256, and a small blob for each name that says which content it means.</summary>
/// <remarks>
/// Content gets its name with the last step of its upload, and its name in a folder after that, so whoever finds a name finds the whole content. Reading takes the
/// role <i>Storage Blob Data Reader</i> on the container, uploading <i>Storage Blob Data Contributor</i>.
/// </remarks>
public sealed class BlobModelStore : IModelStore
{
    private readonly BlobContainerClient _container;

    /// <summary>Makes a store. Nothing is asked of the service yet.</summary>
    /// <param name="service">The account.</param>
    /// <param name="options">The settings.</param>
    public BlobModelStore(BlobServiceClient service, ModelStoreOptions options)
    {
        _container = service.GetBlobContainerClient(options.Container);
        Options = options;
    }

    internal ModelStoreOptions Options { get; }

    internal BlobContainerClient Container => _container;

    internal string What => $"The blob container '{_container.Uri}'";

    /// <inheritdoc />
    /// <exception cref="AzureStoreException">The service does not answer or refuses.</exception>
    public async ValueTask<FileRef?> FindAsync(string folder, string name, CancellationToken cancellationToken = default) =>
        ModelNames.Name(folder, name) is { } blob && await BlobReads.PropertiesAsync(_container.GetBlobClient(blob), What, cancellationToken) is { } properties
            ? Read(folder, name, properties.Metadata)
            : null;

    /// <inheritdoc />
    /// <exception cref="AzureStoreException">The service does not answer or refuses.</exception>
    public async ValueTask<IReadOnlyList<FileRef>> ListAsync(string? folder, CancellationToken cancellationToken = default)
    {
        List<FileRef> found = [];
        try
        {
            GetBlobsOptions all = new() { Traits = BlobTraits.Metadata, Prefix = ModelNames.Prefix(folder) };
            await foreach (BlobItem blob in _container.GetBlobsAsync(all, cancellationToken))
            {
                if (ModelNames.Read(blob.Name) is { } named && Read(named.Folder, named.Name, blob.Metadata) is { } file)
                {
                    found.Add(file);
                }
            }
        }
        catch (RequestFailedException missing) when (AzureErrors.IsMissingBlob(missing))
        {
            return [];
        }
        catch (Exception error) when (AzureErrors.From(error, What) is { } known)
        {
            throw known;
        }

        return [.. found.OrderBy(file => file.ModelFolder, StringComparer.Ordinal).ThenBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc />
    /// <exception cref="AzureStoreException">The service does not answer or refuses.</exception>
    public async ValueTask<StoredContent?> StatAsync(Digest digest, CancellationToken cancellationToken = default) =>
        digest.IsWellFormed() && await BlobReads.PropertiesAsync(Content(digest), What, cancellationToken) is { } properties
            ? new StoredContent(digest, properties.ContentLength)
            : null;

    /// <inheritdoc />
    /// <exception cref="AzureStoreException">The service does not answer or refuses.</exception>
    public async ValueTask<Stream?> OpenAsync(Digest digest, long offset, long length, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return digest.IsWellFormed() ? await BlobReads.OpenAsync(Content(digest), offset, length, What, cancellationToken: cancellationToken) : null;
    }

    private BlobClient Content(Digest digest) => _container.GetBlobClient(ModelNames.Content(digest));

    /// <summary>Reads what a name means; null for a blob that somebody else put there.</summary>
    private static FileRef? Read(string folder, string name, IDictionary<string, string>? metadata) =>
        metadata is not null && metadata.TryGetValue(ModelNames.Digest, out string? digest) && new Digest(digest).IsWellFormed()
            && metadata.TryGetValue(ModelNames.Size, out string? size) && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            ? new FileRef(name, new Digest(digest), bytes) { ModelFolder = folder }
            : null;
}
