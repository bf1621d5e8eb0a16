using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Win32.SafeHandles;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Sends model files to the model store of a deployment.</summary>
/// <remarks>
/// Content that is there is not sent again. An upload that was broken off leaves its blocks with the service, for a week; the next one of the same content sends
/// only the others. Two uploads of one content at once both succeed.
/// </remarks>
/// <param name="store">Where to.</param>
public sealed class ModelUpload(BlobModelStore store)
{
    // What the service takes of one blob.
    private const int MostBlocks = 50_000;

    /// <summary>Stores a file's content unless it is there, and gives it a name in a folder; a name in use then means the new content.</summary>
    /// <param name="file">The name, the folder, the digest and the size of the file.</param>
    /// <param name="path">The file. It must not change meanwhile.</param>
    /// <param name="isAgain">Sends the content even if it is there: what is there is damaged.</param>
    /// <param name="report">Told how many bytes of the content are there, blocks of earlier uploads included. Called from several threads.</param>
    /// <param name="cancellationToken">Stops; what was sent stays for the next upload.</param>
    /// <returns>How many bytes were sent; 0 where all of it was there.</returns>
    /// <exception cref="ArgumentException">No model can be called so.</exception>
    /// <exception cref="AzureStoreException">The service does not answer or refuses.</exception>
    /// <exception cref="IOException">The file cannot be read, or changed meanwhile.</exception>
    public async Task<long> PushAsync(FileRef file, string path, bool isAgain = false, Action<long>? report = null, CancellationToken cancellationToken = default)
    {
        string name = ModelNames.Name(file.ModelFolder ?? "", file.Name) ?? throw new ArgumentException($"No model can be called '{file.ModelFolder}/{file.Name}'.", nameof(file));
        try
        {
            return await StoreAsync(file, name, path, isAgain, report ?? (_ => { }), cancellationToken);
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return await MakeAndStoreAsync(file, name, path, report ?? (_ => { }), cancellationToken);
        }
        catch (Exception error) when (error is not AzureStoreException && AzureErrors.From(error, store.What) is { } known)
        {
            throw known;
        }
    }

    // Whoever may only write into the container may not ask whether it can be made, so that comes last.
    private async Task<long> MakeAndStoreAsync(FileRef file, string name, string path, Action<long> report, CancellationToken cancellationToken)
    {
        try
        {
            await store.Container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            return await StoreAsync(file, name, path, isAgain: false, report, cancellationToken);
        }
        catch (Exception error) when (error is not AzureStoreException && AzureErrors.From(error, store.What) is { } known)
        {
            throw known;
        }
    }

    private async Task<long> StoreAsync(FileRef file, string name, string path, bool isAgain, Action<long> report, CancellationToken cancellationToken)
    {
        bool isThere = !isAgain && await store.StatAsync(file.Digest, cancellationToken) is { } there && there.Size == file.Size;
        long sent = isThere ? 0 : await SendAsync(file, path, isAgain, report, cancellationToken);
        await NameAsync(file, name, cancellationToken);
        return sent;
    }

    private async Task NameAsync(FileRef file, string name, CancellationToken cancellationToken)
    {
        Dictionary<string, string> meaning = new()
        {
            [ModelNames.Digest] = file.Digest.Value,
            [ModelNames.Size] = file.Size.ToString(CultureInfo.InvariantCulture),
        };
        await store.Container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(ReadOnlyMemory<byte>.Empty), new BlobUploadOptions { Metadata = meaning }, cancellationToken);
    }

    private async Task<long> SendAsync(FileRef file, string path, bool isAgain, Action<long> report, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = store.Container.GetBlockBlobClient(ModelNames.Content(file.Digest));
        int blockSize = BlockSizeOf(file.Size);
        int count = (int)((file.Size + blockSize - 1) / blockSize);
        HashSet<string> there = isAgain ? [] : await StagedAsync(blob, cancellationToken);
        using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.Asynchronous);
        (long, DateTime) before = StampOf(handle);
        long done = 0;
        long sent = 0;
        ConcurrentBag<byte[]> buffers = [];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = store.Options.ParallelBlocks, CancellationToken = cancellationToken }, async (index, stop) =>
        {
            long offset = (long)index * blockSize;
            int length = (int)Math.Min(blockSize, file.Size - offset);
            if (!there.Contains(BlockId(blockSize, index)))
            {
                byte[] buffer = buffers.TryTake(out byte[]? used) ? used : new byte[blockSize];
                await SendAsync(blob, BlockId(blockSize, index), await FillAsync(handle, path, buffer.AsMemory(0, length), offset, stop), stop);
                buffers.Add(buffer);
                Interlocked.Add(ref sent, length);
            }

            report(Interlocked.Add(ref done, length));
        });
        if (StampOf(handle) != before || before.Item1 != file.Size)
        {
            await ForgetAsync(blob);
            throw new IOException($"'{path}' changed while it was sent. Send it again when nothing writes to it.");
        }

        await CommitAsync(blob, [.. Enumerable.Range(0, count).Select(index => BlockId(blockSize, index))], file.Size, cancellationToken);
        return sent;
    }

    private static async Task CommitAsync(BlockBlobClient blob, string[] blocks, long size, CancellationToken cancellationToken)
    {
        try
        {
            BlobHttpHeaders headers = new() { ContentType = "application/octet-stream", CacheControl = "private, max-age=31536000, immutable" };
            await blob.CommitBlockListAsync(blocks, new CommitBlockListOptions { HttpHeaders = headers }, cancellationToken);
        }
        catch (RequestFailedException gone) when (gone.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            // Another upload of this content was faster: the service keeps no blocks behind a committed list.
            BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            if (properties.ContentLength != size)
            {
                throw;
            }
        }
    }

    /// <summary>Blocks of this upload have their size and number for a name, so another block size never takes them for its own.</summary>
    private static string BlockId(int blockSize, int index) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{blockSize:D10}-{index:D6}")));

    private static async Task SendAsync(BlockBlobClient blob, string id, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        using MemoryStream content = new(block.ToArray(), writable: false);
        await blob.StageBlockAsync(id, content, new BlockBlobStageBlockOptions { TransferValidation = new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 } }, cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>> FillAsync(SafeFileHandle handle, string path, Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            int read = await RandomAccess.ReadAsync(handle, buffer[filled..], offset + filled, cancellationToken);
            if (read == 0)
            {
                throw new IOException($"'{path}' became shorter while it was sent. Send it again when nothing writes to it.");
            }

            filled += read;
        }

        return buffer;
    }

    private static async Task<HashSet<string>> StagedAsync(BlockBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            BlockList blocks = await blob.GetBlockListAsync(BlockListTypes.Uncommitted, cancellationToken: cancellationToken);
            return [.. blocks.UncommittedBlocks.Select(block => block.Name)];
        }
        catch (RequestFailedException missing) when (AzureErrors.IsMissingBlob(missing))
        {
            return [];
        }
    }

    /// <summary>Lets go of blocks that are not what their blob's name says, so that no later upload takes them for its own.</summary>
    private static async Task ForgetAsync(BlockBlobClient blob)
    {
        await blob.CommitBlockListAsync([]);
        await blob.DeleteIfExistsAsync();
    }

    private static (long Length, DateTime Written) StampOf(SafeFileHandle handle) => (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));

    private int BlockSizeOf(long size)
    {
        long smallest = (size + MostBlocks - 1) / MostBlocks;
        return smallest <= store.Options.BlockSize ? store.Options.BlockSize : (int)((smallest + 0xFFFFF) & ~0xFFFFFL);
    }
}
