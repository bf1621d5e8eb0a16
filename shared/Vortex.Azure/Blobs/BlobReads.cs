using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Vortex.Azure;

/// <summary>Reads of one blob: what is not there is null, and the service's errors are in the words of the house.</summary>
internal static class BlobReads
{
    /// <summary>Reads what a blob says of itself.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="what">What it lies in, for an error.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Its properties; null where it is not there.</returns>
    /// <exception cref="AzureStoreException">The service does not answer or refuses.</exception>
    public static ValueTask<BlobProperties?> PropertiesAsync(BlobBaseClient blob, string what, CancellationToken cancellationToken) =>
        AskAsync(what, async () => (BlobProperties?)await blob.GetPropertiesAsync(cancellationToken: cancellationToken));

    /// <summary>Opens a part of a blob. The client's stream goes on by itself where a connection was cut.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="offset">The first byte, from 0.</param>
    /// <param name="length">How many bytes; null for all that follow.</param>
    /// <param name="what">What it lies in, for an error.</param>
    /// <param name="whole">What becomes of the answer where the whole blob is read.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The bytes, fewer where the blob ends before, none where it ends before the first; null where it is not there.</returns>
    /// <exception cref="AzureStoreException">The service does not answer or refuses.</exception>
    public static async ValueTask<Stream?> OpenAsync(
        BlobBaseClient blob, long offset, long? length, string what, Func<BlobDownloadStreamingResult, Stream>? whole = null, CancellationToken cancellationToken = default)
    {
        // An empty range cannot be asked for; the question is then whether the content is there.
        if (length == 0)
        {
            return await PropertiesAsync(blob, what, cancellationToken) is null ? null : Stream.Null;
        }

        bool all = offset == 0 && length is null;
        return await AskAsync(what, async () =>
        {
            try
            {
                BlobDownloadStreamingResult download = await blob.DownloadStreamingAsync(
                    new BlobDownloadOptions { Range = all ? default : new HttpRange(offset, length) }, cancellationToken);
                return all && whole is not null ? whole(download) : download.Content;
            }
            catch (RequestFailedException past) when (past.ErrorCode == BlobErrorCode.InvalidRange)
            {
                // The range begins at or behind the end.
                return Stream.Null;
            }
        });
    }

    private static async ValueTask<T?> AskAsync<T>(string what, Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (RequestFailedException missing) when (AzureErrors.IsMissingBlob(missing))
        {
            return null;
        }
        catch (Exception error) when (AzureErrors.From(error, what) is { } known)
        {
            throw known;
        }
    }
}
