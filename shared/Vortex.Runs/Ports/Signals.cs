namespace Vortex.Runs;

/// <summary>Wakes those who wait for something to change. Carries no news itself: the woken read the store.</summary>
public sealed class Signals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Begins to listen. Take <see cref="Listener.Next"/> before reading, wait for it after reading: nothing is missed between.</summary>
    public Listener Listen(string name)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(name, out Entry? entry))
            {
                _entries.Add(name, entry = new Entry());
            }

            entry.Listeners++;
            return new Listener(this, name, entry);
        }
    }

    /// <summary>Wakes the listeners of a name.</summary>
    public void Pulse(string name)
    {
        TaskCompletionSource? woken;
        lock (_gate)
        {
            woken = _entries.TryGetValue(name, out Entry? entry) ? entry.Renew() : null;
        }

        woken?.TrySetResult();
    }

    /// <summary>Wakes everybody: another process wrote, and what it wrote is not known here.</summary>
    public void PulseAll()
    {
        TaskCompletionSource[] woken;
        lock (_gate)
        {
            woken = [.. _entries.Values.Select(entry => entry.Renew())];
        }

        foreach (TaskCompletionSource one in woken)
        {
            one.TrySetResult();
        }
    }

    private void Forget(string name, Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Listeners == 0)
            {
                _entries.Remove(name);
            }
        }
    }

    /// <summary>Somebody who waits.</summary>
    public sealed class Listener : IDisposable
    {
        private readonly Signals _owner;
        private readonly string _name;
        private readonly Entry _entry;
        private bool _disposed;

        internal Listener(Signals owner, string name, Entry entry) => (_owner, _name, _entry) = (owner, name, entry);

        /// <summary>Gets a task that ends with the next pulse.</summary>
        public Task Next => Volatile.Read(ref _entry.Source).Task;

        /// <inheritdoc />
        public void Dispose()
        {
            if (!_disposed)
            {
                _disposed = true;
                _owner.Forget(_name, _entry);
            }
        }
    }

    internal sealed class Entry
    {
        internal TaskCompletionSource Source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal int Listeners { get; set; }

        internal TaskCompletionSource Renew() =>
            Interlocked.Exchange(ref Source, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
