using System.Buffers;
using System.Security.Cryptography;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Content that was read to its end, so that its digest is known: in memory when it is small, else in a file that ends with this.</summary>
internal sealed class Spool : IAsyncDisposable
{
    private byte[]? _memory;
    private FileStream? _file;

    private Spool(StoredContent content, byte[]? memory, FileStream? file) => (Content, _memory, _file) = (content, memory, file);

    /// <summary>Gets the digest and the size.</summary>
    internal StoredContent Content { get; }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="inMemory">The most bytes to hold in memory.</param>
    /// <param name="folder">Where the file goes.</param>
    /// <param name="cancellationToken">Stops reading; nothing is left behind.</param>
    internal static async ValueTask<Spool> ReadAsync(Stream source, int inMemory, string folder, CancellationToken cancellationToken)
    {
        // One byte more than there is shows the end. A stream that does not know its length may be large.
        inMemory = source.CanSeek ? (int)Math.Clamp(source.Length - source.Position + 1, 1, inMemory) : inMemory;
        byte[] first = ArrayPool<byte>.Shared.Rent(inMemory);
        FileStream? file = null;
        try
        {
            int read = await source.ReadAtLeastAsync(first.AsMemory(0, inMemory), inMemory, throwOnEndOfStream: false, cancellationToken);
            if (read < inMemory)
            {
                StoredContent small = new(new Digest(Convert.ToHexStringLower(SHA256.HashData(first.AsSpan(0, read)))), read);
                (byte[] kept, first) = (first, []);
                return new Spool(small, kept, null);
            }

            file = new FileStream(
                Path.Combine(folder, "vortex-" + Guid.NewGuid().ToString("n")), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            while (read > 0)
            {
                hash.AppendData(first.AsSpan(0, read));
                await file.WriteAsync(first.AsMemory(0, read), cancellationToken);
                read = await source.ReadAsync(first.AsMemory(0, inMemory), cancellationToken);
            }

            return new Spool(new StoredContent(new Digest(Convert.ToHexStringLower(hash.GetHashAndReset())), file.Length), null, file);
        }
        catch
        {
            await (file?.DisposeAsync() ?? default);
            throw;
        }
        finally
        {
            if (first.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(first);
            }
        }
    }

    /// <summary>Opens the content from its beginning. One reader at a time.</summary>
    internal Stream Open()
    {
        if (_memory is not null)
        {
            return new MemoryStream(_memory, 0, (int)Content.Size, writable: false);
        }

        _file!.Position = 0;
        return _file;
    }

    public async ValueTask DisposeAsync()
    {
        if (_memory is { Length: > 0 } memory)
        {
            _memory = null;
            ArrayPool<byte>.Shared.Return(memory);
        }

        if (_file is { } file)
        {
            _file = null;
            await file.DisposeAsync();
        }
    }
}
