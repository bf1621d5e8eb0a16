namespace Vortex.Tensors.Torch.Memory;

/// <summary>Counts what the backend's tensors hold: the binding has no statistics of libtorch's allocators.</summary>
/// <param name="limit">The most that tensors may hold, in bytes; 0 for no limit.</param>
/// <param name="pools">Whether the allocator keeps what is freed, as CUDA's does.</param>
internal sealed class TorchMemory(long limit, bool pools)
{
    // What the op that runs on this thread holds besides its arguments and its result.
    [ThreadStatic]
    private static long t_passing;

    private readonly Lock _gate = new();
    private long _inUse;
    private long _peak;
    private long _most;
    private long _blocks;

    public MemoryUse Use
    {
        get
        {
            lock (_gate)
            {
                return new MemoryUse(_inUse, _peak, pools ? _most : _inUse, limit, _blocks);
            }
        }
    }

    public void ResetPeak()
    {
        lock (_gate)
        {
            _peak = _inUse;
        }
    }

    /// <exception cref="TensorMemoryException">The limit is reached.</exception>
    public void Take(long bytes)
    {
        lock (_gate)
        {
            if (limit > 0 && bytes > limit - _inUse)
            {
                throw new TensorMemoryException(bytes, _inUse, limit);
            }

            _inUse += bytes;
            _blocks++;
            Note(_inUse);
        }
    }

    public void Return(long bytes)
    {
        lock (_gate)
        {
            _inUse -= bytes;
            _blocks--;
        }
    }

    /// <summary>Says that an op begins on this thread.</summary>
    public static void Begin() => t_passing = 0;

    /// <summary>Counts what an op holds until it is done, such as a weight in a wider format.</summary>
    public void Pass(long bytes)
    {
        t_passing += bytes;
        lock (_gate)
        {
            Note(_inUse + t_passing);
        }
    }

    private void Note(long held)
    {
        _peak = Math.Max(_peak, held);
        _most = Math.Max(_most, held);
    }
}
