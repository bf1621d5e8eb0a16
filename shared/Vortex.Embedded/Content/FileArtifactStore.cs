using System.Buffers;
using System.Security.Cryptography;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Content as files named by their SHA-256: <c>content/{tenant}/{workspace}/ab/cdef…</c>.</summary>
/// <remarks>
/// A file gets its name only when it is whole and on the disk, so whoever finds the name finds the content. Two writers of the
/// same content both succeed. Content up to <see cref="InMemory"/> bytes is hashed before anything is written, so that storing it
/// again touches no disk but for the look.
/// </remarks>
internal sealed class FileArtifactStore : IArtifactStore
{
    internal const int InMemory = 1 << 20;

    private const int Chunk = 128 * 1024;
    private readonly DataFolder _folder;

    internal FileArtifactStore(DataFolder folder) => _folder = folder;

    /// <inheritdoc />
    public async ValueTask<StoredContent> PutAsync(WorkspaceId workspace, Stream content, CancellationToken cancellationToken = default)
    {
        string root = _folder.ContentPath(workspace);
        byte[] first = ArrayPool<byte>.Shared.Rent(InMemory);
        try
        {
            int read = await content.ReadAtLeastAsync(first.AsMemory(0, InMemory), InMemory, throwOnEndOfStream: false, cancellationToken);
            return read < InMemory
                ? PutSmall(root, first.AsSpan(0, read))
                : await PutLargeAsync(root, first.AsMemory(0, read), content, cancellationToken);
        }
        catch (Exception error) when (StoreErrors.FromFile(error, _folder.Path) is { } disk)
        {
            throw disk;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(first);
        }
    }

    /// <inheritdoc />
    public ValueTask<Stream?> OpenAsync(WorkspaceId workspace, Digest digest, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        cancellationToken.ThrowIfCancellationRequested();
        if (!digest.IsWellFormed())
        {
            return default;
        }

        try
        {
            FileStream file = new(
                PathOf(_folder.ContentPath(workspace), digest.Value), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, Chunk, FileOptions.SequentialScan);
            return ValueTask.FromResult<Stream?>(offset == 0 && length is null ? file : new ContentRange(file, offset, length ?? long.MaxValue));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return default;
        }
    }

    /// <inheritdoc />
    public ValueTask<StoredContent?> StatAsync(WorkspaceId workspace, Digest digest, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!digest.IsWellFormed())
        {
            return default;
        }

        FileInfo file = new(PathOf(_folder.ContentPath(workspace), digest.Value));
        return ValueTask.FromResult(file.Exists ? new StoredContent(digest, file.Length) : null);
    }

    /// <summary>Removes temporary files whose writers are gone.</summary>
    /// <returns>How many.</returns>
    internal int RemoveOrphans()
    {
        int removed = 0;
        foreach (string path in Directory.EnumerateFiles(_folder.TemporaryPath))
        {
            try
            {
                // A living writer, in this process or another, shares its file with nobody who asks for it alone.
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                }

                File.Delete(path);
                removed++;
            }
            catch (IOException)
            {
                // In use, or gone meanwhile.
            }
        }

        return removed;
    }

    private static string PathOf(string root, string digest) => Path.Combine(root, digest[..2], digest[2..]);

    private StoredContent PutSmall(string root, ReadOnlySpan<byte> content)
    {
        StoredContent stored = new(new Digest(Convert.ToHexStringLower(SHA256.HashData(content))), content.Length);
        if (!IsThere(root, stored))
        {
            using FileStream temporary = OpenTemporary();
            Complete(temporary, root, stored, content);
        }

        return stored;
    }

    private async ValueTask<StoredContent> PutLargeAsync(string root, ReadOnlyMemory<byte> first, Stream rest, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = ArrayPool<byte>.Shared.Rent(Chunk);
        FileStream temporary = OpenTemporary();
        try
        {
            long size = 0;
            for (ReadOnlyMemory<byte> next = first; !next.IsEmpty; next = chunk.AsMemory(0, await rest.ReadAsync(chunk.AsMemory(0, Chunk), cancellationToken)))
            {
                hash.AppendData(next.Span);
                temporary.Write(next.Span);
                size += next.Length;
            }

            StoredContent stored = new(new Digest(Convert.ToHexStringLower(hash.GetHashAndReset())), size);
            if (IsThere(root, stored))
            {
                File.Delete(temporary.Name);
            }
            else
            {
                Complete(temporary, root, stored, []);
            }

            return stored;
        }
        catch
        {
            File.Delete(temporary.Name);
            throw;
        }
        finally
        {
            await temporary.DisposeAsync();
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Says whether the content is there and on the disk. A file of another size was damaged from outside and is replaced.</summary>
    private static bool IsThere(string root, StoredContent stored)
    {
        string path = PathOf(root, stored.Digest.Value);
        FileInfo file = new(path);
        if (!file.Exists || file.Length != stored.Size)
        {
            return false;
        }

        // Its first writer may be between rename and flush; our caller must not build on a name that a power cut takes away.
        Durable.FlushFolder(Path.GetDirectoryName(path)!);
        return true;
    }

    private FileStream OpenTemporary() =>
        new(Path.Combine(_folder.TemporaryPath, Guid.NewGuid().ToString("n")), FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 0);

    private static void Complete(FileStream temporary, string root, StoredContent stored, ReadOnlySpan<byte> content)
    {
        string path = PathOf(root, stored.Digest.Value);
        string folder = Path.GetDirectoryName(path)!;
        try
        {
            temporary.Write(content);
            temporary.Flush(flushToDisk: true);
            CrashPoints.Pass(CrashPoints.BeforeRename);
            Durable.CreateFolder(folder);
            // Renamed while still open: as long as it has its temporary name, it is visibly in use.
            File.Move(temporary.Name, path, overwrite: true);
            CrashPoints.Pass(CrashPoints.AfterRename);
            Durable.FlushFolder(folder);
        }
        catch
        {
            File.Delete(temporary.Name);
            throw;
        }
    }
}
