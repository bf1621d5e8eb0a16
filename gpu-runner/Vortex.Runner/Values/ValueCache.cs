using Vortex.Runs;

namespace Vortex.Runner;

/// <summary>Results of nodes that later batches may take from memory, by what was computed. The longest unused go first.</summary>
/// <remarks>Safe for any number of threads. A result larger than the whole budget is not kept.</remarks>
internal sealed class ValueCache(long budget)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(WorkspaceId, CacheKey), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private long _bytes;

    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    public NodeResult? Find(WorkspaceId workspace, CacheKey key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue((workspace, key), out LinkedListNode<Entry>? node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Result;
        }
    }

    public void Put(WorkspaceId workspace, CacheKey key, NodeResult result, long bytes)
    {
        if (bytes > budget)
        {
            return;
        }

        lock (_gate)
        {
            if (_entries.Remove((workspace, key), out LinkedListNode<Entry>? old))
            {
                Drop(old);
            }

            _entries[(workspace, key)] = _byUse.AddFirst(new Entry(workspace, key, result, bytes));
            Count(bytes);
            while (_bytes > budget && _byUse.Last is { } last)
            {
                _entries.Remove((last.Value.Workspace, last.Value.Key));
                Drop(last);
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        Count(-node.Value.Bytes);
    }

    private void Count(long bytes)
    {
        _bytes += bytes;
        RunnerDiagnostics.ValueCacheBytes.Add(bytes);
    }

    private sealed record Entry(WorkspaceId Workspace, CacheKey Key, NodeResult Result, long Bytes);
}
