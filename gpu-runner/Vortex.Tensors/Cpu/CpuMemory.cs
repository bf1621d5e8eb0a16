using System.Runtime.InteropServices;

namespace Vortex.Tensors.Cpu;

/// <summary>Aligned native memory in blocks that are used again: fresh pages cost more than the arithmetic on them.</summary>
/// <param name="limit">The most that tensors may hold, in bytes; 0 for no limit.</param>
internal sealed unsafe class CpuMemory(long limit)
{
    public const int Alignment = 64;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Stack<nint>> _free = [];
    private long _inUse;
    private long _peak;
    private long _reserved;
    private long _blocks;

    public MemoryUse Use
    {
        get
        {
            lock (_gate)
            {
                return new MemoryUse(_inUse, _peak, _reserved, limit, _blocks);
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

    /// <exception cref="TensorMemoryException">The limit is reached, or the machine refuses.</exception>
    public (nint Pointer, long Capacity) Rent(long bytes)
    {
        long capacity = RoundUp(bytes);
        lock (_gate)
        {
            if (limit > 0 && _inUse + bytes > limit)
            {
                throw new TensorMemoryException(bytes, _inUse, limit);
            }

            if (_free.TryGetValue(capacity, out Stack<nint>? stack) && stack.TryPop(out nint pooled))
            {
                Count(bytes);
                return (pooled, capacity);
            }

            if (limit > 0 && _reserved + capacity > limit)
            {
                TrimLocked();
            }

            void* fresh;
            try
            {
                fresh = NativeMemory.AlignedAlloc((nuint)capacity, Alignment);
            }
            catch (OutOfMemoryException)
            {
                throw new TensorMemoryException(bytes, _inUse, limit);
            }

            _reserved += capacity;
            Count(bytes);
            return ((nint)fresh, capacity);
        }
    }

    public void Return(byte* pointer, long capacity, long bytes)
    {
        lock (_gate)
        {
            _inUse -= bytes;
            _blocks--;
            if (!_free.TryGetValue(capacity, out Stack<nint>? stack))
            {
                _free[capacity] = stack = new Stack<nint>();
            }

            stack.Push((nint)pointer);
        }
    }

    public void Trim()
    {
        lock (_gate)
        {
            TrimLocked();
        }
    }

    // Blocks of about equal size serve each other: an eighth of the next power of two is the grain.
    internal static long RoundUp(long bytes)
    {
        long least = Math.Max(bytes, 256);
        long grain = Math.Max(256, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)least) / 16);
        return (least + grain - 1) / grain * grain;
    }

    private void Count(long bytes)
    {
        _inUse += bytes;
        _peak = Math.Max(_peak, _inUse);
        _blocks++;
    }

    private void TrimLocked()
    {
        foreach ((long capacity, Stack<nint> stack) in _free)
        {
            while (stack.TryPop(out nint pointer))
            {
                NativeMemory.AlignedFree((void*)pointer);
                _reserved -= capacity;
            }
        }
    }
}
