using Vortex.Runs;

namespace Vortex.Runner.Models;

/// <summary>The models that a batch uses: they stay on the disk until it is over. Safe to use from several threads.</summary>
internal sealed class ModelUses : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, IDisposable> _uses = [];
    private bool _isOver;

    /// <summary>Says whether the batch holds a model already.</summary>
    public bool Has(Digest digest)
    {
        lock (_gate)
        {
            return _uses.ContainsKey(digest);
        }
    }

    /// <summary>Takes over what holds a model.</summary>
    public void Add(Digest digest, IDisposable use)
    {
        lock (_gate)
        {
            // Two nodes at once may have brought the same one.
            if (!_isOver && _uses.TryAdd(digest, use))
            {
                return;
            }
        }

        use.Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (IDisposable use in _uses.Values)
            {
                use.Dispose();
            }

            _uses.Clear();
        }
    }
}
