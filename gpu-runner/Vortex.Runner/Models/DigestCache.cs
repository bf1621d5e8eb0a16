using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;

namespace Vortex.Runner.Models;

/// <summary>SHA-256 of large files, computed once per content: kept with the path, the size and the times of making and last change.</summary>
/// <remarks>
/// A file that is replaced by one of the same size keeps neither of its times, so it is read again. The notes lie in one file, shared by the processes
/// of a data folder: each adds what it learned, and a damaged file is begun anew. Safe to use from several threads; two that ask for one file wait for one reading.
/// </remarks>
/// <param name="notes">The file with the notes; null to keep them in memory only.</param>
public sealed class DigestCache(string? notes)
{
    private const int MaxEntries = 20_000;
    private const int MaxNotesBytes = 16 << 20;

    private readonly ConcurrentDictionary<string, Lazy<Entry>> _entries = Load(notes);
    private readonly Lock _gate = new();

    /// <summary>Returns a file's SHA-256 in lower-case hex.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public string DigestOf(string path, CancellationToken cancellationToken = default)
    {
        string full = Path.GetFullPath(path);
        Entry stamp = Stamp(full);
        while (true)
        {
            Lazy<Entry> mine = new(() => stamp with { Digest = Hash(full, cancellationToken) });
            Lazy<Entry> kept = _entries.GetOrAdd(full, mine);
            if (kept != mine && !(kept.Value is { } known && known with { Digest = "" } == stamp))
            {
                // The file changed since.
                _entries.TryUpdate(full, mine, kept);
                continue;
            }

            try
            {
                string digest = kept.Value.Digest;
                if (kept == mine)
                {
                    Save();
                }

                return digest;
            }
            catch when (_entries.TryRemove(KeyValuePair.Create(full, kept)))
            {
                throw;
            }
        }
    }

    /// <summary>Returns a file's SHA-256 where it was read before and has not changed since; null otherwise. Never reads the file.</summary>
    public string? KnownDigestOf(string path)
    {
        string full = Path.GetFullPath(path);
        return _entries.TryGetValue(full, out Lazy<Entry>? kept) && kept.IsValueCreated && File.Exists(full) && kept.Value with { Digest = "" } == Stamp(full) ? kept.Value.Digest : null;
    }

    /// <summary>Returns files known to have had a content when they were last read; they may have changed.</summary>
    public IEnumerable<string> PathsOf(string digest) =>
        _entries.Where(entry => entry.Value.IsValueCreated && entry.Value.Value.Digest == digest).Select(entry => entry.Key);

    private static Entry Stamp(string path)
    {
        FileInfo file = new(path);
        FileInfo target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return new Entry(target.Length, target.LastWriteTimeUtc.Ticks, target.CreationTimeUtc.Ticks, "");
    }

    private static string Hash(string path, CancellationToken cancellationToken)
    {
        using FileStream content = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.SequentialScan);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        int read;
        while ((read = content.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ConcurrentDictionary<string, Lazy<Entry>> Load(string? notes) =>
        new(Read(notes).Select(entry => KeyValuePair.Create(entry.Key, new Lazy<Entry>(entry.Value))), StringComparer.Ordinal);

    private static Dictionary<string, Entry> Read(string? notes)
    {
        try
        {
            return notes is not null && new FileInfo(notes) is { Exists: true, Length: < MaxNotesBytes }
                ? JsonSerializer.Deserialize<Dictionary<string, Entry>>(File.ReadAllText(notes)) ?? []
                : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private void Save()
    {
        if (notes is null)
        {
            return;
        }

        lock (_gate)
        {
            Dictionary<string, Entry> all = Read(notes);
            foreach ((string path, Lazy<Entry> entry) in _entries.Where(entry => entry.Value.IsValueCreated).Take(MaxEntries))
            {
                all[path] = entry.Value;
            }

            string part = $"{notes}.{Environment.ProcessId}.part";
            try
            {
                File.WriteAllText(part, JsonSerializer.Serialize(all.Take(MaxEntries).ToDictionary(entry => entry.Key, entry => entry.Value)));
                File.Move(part, notes, overwrite: true);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // The notes only save time; on a full or read-only disk the next process reads the file again.
            }
        }
    }

    private sealed record Entry(long Size, long Changed, long Made, string Digest);
}
