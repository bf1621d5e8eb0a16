namespace Vortex.Diffusion.Management;

/// <summary>What was loaded, its size, and how it is let go of.</summary>
/// <param name="Value">What is leased.</param>
/// <param name="Bytes">What it counts for.</param>
/// <param name="Free">Lets go of it.</param>
/// <param name="Rest">Called whenever the last user has gone and nobody can come meanwhile: gives back what the next user can make again. Must be quick.</param>
internal sealed record Loaded(object Value, long Bytes, Action Free, Action? Rest = null);

/// <summary>Loaded things by key: each loaded once, counted while in use, let go in the order they were last used when there is no room.</summary>
/// <param name="limit">The most bytes kept; what is in use stays whatever it takes.</param>
internal sealed class ModelCache(long limit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _clock;
    private long _bytes;
    private long _loads;
    private long _hits;
    private long _evictions;

    /// <summary>Gets what was loaded, found and let go so far, and the bytes loaded now.</summary>
    public (long Loads, long Hits, long Evictions, long Bytes) Counters
    {
        get
        {
            lock (_gate)
            {
                return (_loads, _hits, _evictions, _bytes);
            }
        }
    }

    /// <summary>Takes the right to use what has a key, and loads it if nobody did. Others that ask meanwhile wait; all of them get a failure, and the next one tries anew.</summary>
    public ModelLease<T> Lease<T>(string key, Func<Loaded> load)
        where T : class
    {
        Entry? entry;
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out entry))
            {
                _hits++;
            }
            else
            {
                _entries[key] = entry = new Entry(key, new Lazy<Loaded>(load));
                _loads++;
            }

            entry.Uses++;
        }

        try
        {
            Loaded loaded = entry.Content.Value;
            lock (_gate)
            {
                if (!entry.IsCounted)
                {
                    entry.IsCounted = true;
                    _bytes += loaded.Bytes;
                }
            }

            Entry used = entry;
            ModelLease<T> lease = new((T)loaded.Value, () => Release(used));
            MakeRoom();
            return lease;
        }
        catch
        {
            lock (_gate)
            {
                entry.Uses--;
                if (_entries.GetValueOrDefault(key) == entry)
                {
                    _entries.Remove(key);
                }
            }

            throw;
        }
    }

    /// <summary>Lets go of everything that nobody uses.</summary>
    public void Clear() => Evict(0);

    private void Release(Entry entry)
    {
        lock (_gate)
        {
            entry.Uses--;
            entry.LastUse = ++_clock;
            if (entry.Uses == 0)
            {
                entry.Content.Value.Rest?.Invoke();
            }
        }

        MakeRoom();
    }

    private void MakeRoom() => Evict(limit);

    // Freed one by one outside of the lock: to let go of a network lets go of its files, which are entries too.
    private void Evict(long most)
    {
        while (true)
        {
            Entry? oldest;
            lock (_gate)
            {
                oldest = most > 0 && _bytes <= most
                    ? null
                    : _entries.Values.Where(entry => entry is { Uses: 0, IsCounted: true }).OrderBy(entry => entry.LastUse).FirstOrDefault();
                if (oldest is null)
                {
                    return;
                }

                _entries.Remove(oldest.Key);
                _bytes -= oldest.Content.Value.Bytes;
                _evictions++;
            }

            oldest.Content.Value.Free();
        }
    }

    private sealed class Entry(string key, Lazy<Loaded> content)
    {
        public string Key => key;

        public Lazy<Loaded> Content => content;

        public int Uses { get; set; }

        public long LastUse { get; set; }

        public bool IsCounted { get; set; }
    }
}
