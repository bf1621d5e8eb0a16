using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>The values that nodes of a batch still need, by where they come from. A value goes with its last use.</summary>
internal sealed class ValueTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeLink, Entry> _entries = [];

    /// <summary>Announces that a node will need a value.</summary>
    public void AddUse(NodeLink link)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(link, out Entry? entry))
            {
                _entries.Add(link, entry = new Entry());
            }

            entry.Uses++;
        }
    }

    /// <summary>Takes what a node gave; slots that nobody announced a use of are not held.</summary>
    public void Set(NodeId node, IReadOnlyList<IReadOnlyList<object?>> slots)
    {
        lock (_gate)
        {
            for (int slot = 0; slot < slots.Count; slot++)
            {
                if (_entries.TryGetValue(new NodeLink(node, slot), out Entry? entry))
                {
                    entry.Items = Task.FromResult(slots[slot]);
                }
            }
        }
    }

    /// <summary>Gets a value; one that no node of the batch gave is loaded, once for all who need it.</summary>
    public Task<IReadOnlyList<object?>> GetAsync(NodeLink link, Func<NodeLink, Task<IReadOnlyList<object?>>> load)
    {
        lock (_gate)
        {
            Entry entry = _entries[link];
            if (entry.Items is null or { IsFaulted: true } or { IsCanceled: true })
            {
                entry.Items = Task.Run(() => load(link));
            }

            return entry.Items;
        }
    }

    /// <summary>Says that one of the announced uses is over, or will not be.</summary>
    public void Release(NodeLink link)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(link, out Entry? entry) && --entry.Uses == 0)
            {
                _entries.Remove(link);
            }
        }
    }

    private sealed class Entry
    {
        public int Uses { get; set; }

        public Task<IReadOnlyList<object?>>? Items { get; set; }
    }
}
