using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Vortex.Runner.Models;

/// <summary>Downloads content into a file block by block, several at once, and goes on where an earlier attempt ended.</summary>
/// <remarks>
/// The file has its whole length from the start. Which of its blocks are there stands in a second file: size and block size, then one byte per block, written
/// after the block. Whoever dies in between leaves a block that is downloaded again. Neither file says anything about the content: the digest does, in the end.
/// </remarks>
/// <param name="content">What to download.</param>
/// <param name="part">The file it goes into.</param>
/// <param name="marks">The file with what is there already.</param>
/// <param name="blockSize">The size of a block in bytes.</param>
/// <param name="atOnce">How many blocks at once.</param>
internal sealed class BlockDownload(ModelContent content, string part, string marks, int blockSize, int atOnce)
{
    private const int Header = 16;
    private const int Step = 1 << 20;

    private long _done;

    /// <summary>Downloads what is missing.</summary>
    /// <param name="report">Told how many bytes of how many are there. Called from several threads.</param>
    /// <param name="cancellationToken">Stops; blocks that are whole stay.</param>
    /// <exception cref="IOException">The content ended early or is gone; the file could not be written.</exception>
    public async Task RunAsync(Action<long, long> report, CancellationToken cancellationToken)
    {
        int count = (int)((content.Size + blockSize - 1) / blockSize);
        using SafeFileHandle target = File.OpenHandle(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        bool isNew = RandomAccess.GetLength(target) != content.Size;
        if (isNew)
        {
            RandomAccess.SetLength(target, content.Size);
        }

        using SafeFileHandle noted = File.OpenHandle(marks, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        byte[] there = ReadMarks(noted, count, isNew);
        _done = Enumerable.Range(0, count).Where(index => there[index] == 1).Sum(LengthOf);
        report(_done, content.Size);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count).Where(index => there[index] != 1),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
            async (index, stop) =>
            {
                await CopyAsync(target, index, report, stop);
                RandomAccess.Write(noted, [1], Header + index);
            });
        RandomAccess.FlushToDisk(target);
    }

    /// <summary>Reads how far a download is, perhaps another process's.</summary>
    /// <returns>Bytes that are there and bytes of the whole; null where nothing is being downloaded.</returns>
    public static (long Done, long Size)? Look(string marks)
    {
        try
        {
            byte[] read = File.ReadAllBytes(marks);
            if (read.Length < Header)
            {
                return null;
            }

            long size = BinaryPrimitives.ReadInt64LittleEndian(read);
            long block = BinaryPrimitives.ReadInt64LittleEndian(read.AsSpan(8));
            return (Math.Min(size, read.AsSpan(Header).Count((byte)1) * block), size);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It may be over this very moment.
            return null;
        }
    }

    private long LengthOf(int index) => Math.Min(blockSize, content.Size - ((long)index * blockSize));

    private byte[] ReadMarks(SafeFileHandle noted, int count, bool isNew)
    {
        byte[] header = new byte[Header];
        byte[] wanted = new byte[Header];
        BinaryPrimitives.WriteInt64LittleEndian(wanted, content.Size);
        BinaryPrimitives.WriteInt64LittleEndian(wanted.AsSpan(8), blockSize);
        byte[] there = new byte[count];
        bool isKnown = !isNew && RandomAccess.GetLength(noted) == Header + count && RandomAccess.Read(noted, header, 0) == Header && header.AsSpan().SequenceEqual(wanted);
        if (isKnown && RandomAccess.Read(noted, there, Header) == count)
        {
            return there;
        }

        RandomAccess.SetLength(noted, 0);
        RandomAccess.Write(noted, (byte[])[.. wanted, .. new byte[count]], 0);
        return new byte[count];
    }

    private async Task CopyAsync(SafeFileHandle target, int index, Action<long, long> report, CancellationToken cancellationToken)
    {
        long offset = (long)index * blockSize;
        long length = LengthOf(index);
        await using Stream source = await content.OpenAsync(offset, length, cancellationToken) ?? throw new IOException($"The content of the model '{content.Name}' went away while it was downloaded.");
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Step, length));
        try
        {
            for (long at = 0; at < length;)
            {
                int read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - at)), cancellationToken);
                if (read == 0)
                {
                    throw new IOException($"The content of the model '{content.Name}' ended {length - at:N0} bytes early.");
                }

                await RandomAccess.WriteAsync(target, buffer.AsMemory(0, read), offset + at, cancellationToken);
                at += read;
                report(Interlocked.Add(ref _done, read), content.Size);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
