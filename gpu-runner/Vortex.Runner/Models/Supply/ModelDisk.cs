using System.Globalization;
using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Runner.Models;

/// <summary>Models of a deployment on a volume of this machine, by digest. Several runners may share the folder.</summary>
/// <remarks>
/// A content is downloaded once, whoever asks: the others wait and see how far it is. It gets its place when all of it is there, and is compared with its digest before
/// anybody uses it, also after a restart. Beyond the limit the longest unused go; what a batch uses stays. Files: <c>DIGEST</c>, while it is on its way <c>DIGEST.part</c>
/// and <c>DIGEST.marks</c>; <c>DIGEST.lock</c> is held with others by who uses it and alone by who brings or removes it; <c>room.lock</c> by who makes room.
/// </remarks>
internal sealed class ModelDisk
{
    private const string Part = ".part";
    private const string Marks = ".marks";
    private const string Lock = ".lock";

    // How often those who wait look.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    private readonly string _folder;
    private readonly RunnerOptions _options;
    private readonly DigestCache _digests;
    private readonly Action _freeMemory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Makes a cache over a folder, which need not exist.</summary>
    /// <param name="options">The folder, its limit, and how downloads go.</param>
    /// <param name="digests">Knows what is in the files.</param>
    /// <param name="freeMemory">Lets go of networks that nobody uses: files that they have mapped keep their room on the disk until then.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public ModelDisk(RunnerOptions options, DigestCache digests, Action freeMemory, TimeProvider time, ILogger logger) =>
        (_folder, _options, _digests, _freeMemory, _time, _logger) = (Path.GetFullPath(options.ModelDiskFolder!), options, digests, freeMemory, time, logger);

    /// <summary>Returns where a content lies once it was taken.</summary>
    public string PathOf(Digest digest) => Path.Combine(_folder, digest.Value);

    /// <summary>Brings a content, unless it is here, and holds it until the result is disposed of.</summary>
    /// <param name="digest">Which.</param>
    /// <param name="find">Says where to get it; asked only if it is not here.</param>
    /// <param name="report">Told how many bytes of how many are there, while it is brought by this runner or another.</param>
    /// <param name="cancellationToken">Stops; what is there of it stays for the next attempt.</param>
    /// <exception cref="ModelSupplyException">There is no room, or the content is not what its digest says.</exception>
    /// <exception cref="IOException">It could not be read or written.</exception>
    public async Task<IDisposable> TakeAsync(Digest digest, Func<CancellationToken, ValueTask<ModelContent>> find, Action<long, long> report, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        while (true)
        {
            if (await UseAsync(digest, cancellationToken) is { } use)
            {
                return use;
            }

            using (ModelLock? alone = ModelLock.TryAlone(PathOf(digest) + Lock, _time))
            {
                if (alone is not null)
                {
                    if (!await IsWholeAsync(digest, cancellationToken))
                    {
                        await BringAsync(await find(cancellationToken), report, cancellationToken);
                    }

                    alone.Touch();
                    continue;
                }
            }

            if (BlockDownload.Look(PathOf(digest) + Marks) is { } seen)
            {
                report(seen.Done, seen.Size);
            }

            await Task.Delay(s_look, _time, cancellationToken);
        }
    }

    private async Task<ModelLock?> UseAsync(Digest digest, CancellationToken cancellationToken)
    {
        ModelLock? use = ModelLock.TryShared(PathOf(digest) + Lock, _time);
        try
        {
            if (use is not null && await IsWholeAsync(digest, cancellationToken))
            {
                use.Touch();
                (ModelLock? taken, use) = (use, null);
                return taken;
            }

            return null;
        }
        finally
        {
            use?.Dispose();
        }
    }

    /// <summary>Says whether the content is here and is what its digest says. Gigabytes are read when nobody has looked at the file since it changed.</summary>
    private async Task<bool> IsWholeAsync(Digest digest, CancellationToken cancellationToken)
    {
        string path = PathOf(digest);
        return File.Exists(path) && await Task.Run(() => _digests.DigestOf(path, cancellationToken), cancellationToken) == digest.Value;
    }

    private async Task BringAsync(ModelContent content, Action<long, long> report, CancellationToken cancellationToken)
    {
        string path = PathOf(content.Digest);
        long begin = _time.GetTimestamp();
        // A file of that name which is something else only takes room.
        File.Delete(path);
        await DownloadAsync(content, path, report, cancellationToken);
        File.Move(path + Part, path, overwrite: true);
        File.Delete(path + Marks);
        if (!await IsWholeAsync(content.Digest, cancellationToken))
        {
            File.Delete(path);
            _logger.ModelDamaged(content.Name, content.Digest.Value);
            throw new ModelSupplyException(
                ModelSupplyException.ContentDamaged,
                $"What the deployment keeps as the model '{content.Name}' is not the content of that digest. Upload it again: vortex models push --again. ({content.Digest})",
                ProblemClass.Fatal);
        }

        _logger.ModelBrought(content.Name, content.Size, _time.GetElapsedTime(begin));
    }

    private async Task DownloadAsync(ModelContent content, string path, Action<long, long> report, CancellationToken cancellationToken)
    {
        for (bool isLast = false; ; isLast = true)
        {
            try
            {
                await MakeRoomAsync(content, isLast, cancellationToken);
                await new BlockDownload(content, path + Part, path + Marks, _options.ModelDownloadBlock, _options.ModelDownloadsAtOnce).RunAsync(report, cancellationToken);
                return;
            }
            catch (IOException full) when (DiskErrors.IsFull(full))
            {
                if (isLast)
                {
                    throw Full(content, "Its disk is full of other things.");
                }

                _freeMemory();
            }
        }
    }

    /// <summary>Removes what has not been used for longest until a content fits, and takes its room.</summary>
    /// <param name="content">What is to fit.</param>
    /// <param name="all">Removes everything that nobody uses, since the disk has less room than it said.</param>
    /// <param name="cancellationToken">Stops waiting for others who make room.</param>
    private async Task MakeRoomAsync(ModelContent content, bool all, CancellationToken cancellationToken)
    {
        using ModelLock room = await RoomAsync(cancellationToken);
        Entry[] others = [.. Entries().Where(entry => entry.Digest != content.Digest)];
        FileInfo part = new(PathOf(content.Digest) + Part);
        long taken = others.Sum(entry => entry.Bytes);
        long limit = _options.ModelDiskBytes > 0 ? _options.ModelDiskBytes : (new DriveInfo(_folder).AvailableFreeSpace + taken + (part.Exists ? part.Length : 0)) / 10 * 9;
        if (content.Size > limit)
        {
            throw new ModelSupplyException(
                ModelSupplyException.TooLarge,
                string.Create(CultureInfo.InvariantCulture, $"The model '{content.Name}' has {content.Size / 1e9:0.0} GB, and this runner keeps at most {limit / 1e9:0.0} GB of models on its disk. Give it a larger volume and raise Vortex__Runner__ModelDiskBytes, or use a smaller model."),
                ProblemClass.Fatal);
        }

        foreach (Entry entry in others.OrderBy(entry => entry.Used).TakeWhile(_ => all || taken + content.Size > limit))
        {
            taken -= Remove(entry) ? entry.Bytes : 0;
        }

        if (taken + content.Size > limit)
        {
            throw Full(content, "Batches use all that is there; it is tried again.");
        }

        if (!part.Exists || part.Length != content.Size)
        {
            part.Delete();
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(part.FullName, FileMode.CreateNew, FileAccess.ReadWrite, preallocationSize: content.Size);
            RandomAccess.SetLength(file, content.Size);
            File.Delete(PathOf(content.Digest) + Marks);
        }
    }

    private static ModelSupplyException Full(ModelContent content, string why) => new(
        ModelSupplyException.CacheFull,
        string.Create(CultureInfo.InvariantCulture, $"The model '{content.Name}' ({content.Size / 1e9:0.0} GB) does not fit into this runner's model cache. {why} Give the runner a larger volume, or let it work on fewer batches at once."),
        ProblemClass.Transient);

    private async Task<ModelLock> RoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (ModelLock.TryAlone(Path.Combine(_folder, "room" + Lock), _time) is { } room)
            {
                return room;
            }

            await Task.Delay(s_look, _time, cancellationToken);
        }
    }

    /// <summary>Lists the contents in the folder, those on their way included, each with the room it takes and when it was last used.</summary>
    private IEnumerable<Entry> Entries() =>
        from file in new DirectoryInfo(_folder).EnumerateFiles()
        let digest = new Digest(file.Name.EndsWith(Part, StringComparison.Ordinal) ? file.Name[..^Part.Length] : file.Name)
        where digest.IsWellFormed()
        group file.Length by digest into files
        select new Entry(files.Key, files.Sum(), File.GetLastWriteTimeUtc(PathOf(files.Key) + Lock));

    private bool Remove(Entry entry)
    {
        using ModelLock? alone = ModelLock.TryAlone(PathOf(entry.Digest) + Lock, _time);
        if (alone is null)
        {
            return false;
        }

        string path = PathOf(entry.Digest);
        File.Delete(path);
        File.Delete(path + Marks);
        File.Delete(path + Part);
        _logger.ModelEvicted(entry.Digest.Value, entry.Bytes, entry.Used);
        return true;
    }

    private sealed record Entry(Digest Digest, long Bytes, DateTime Used);
}
