using System.Runtime.InteropServices;

namespace Vortex.Tensors.Cpu;

/// <summary>Aligned native memory in blocks that are used again: fresh pages cost more than the arithmetic on them.</summary>
/// <param name="limit">The most that tensors may hold, in bytes; 0 for no limit.</param>
internal sealed unsafe class CpuMemory(long limit)
{
    public const int Alignment = 64;

    /// <summary>How much larger an idle block may be than what it serves for. With 2 a decoder keeps a quarter less than with equal sizes alone; more gains little.</summary>
    private const int MostWaste = 2;

    private readonly Lock _gate = new();
    private readonly SortedList<long, Stack<nint>> _free = [];
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

            if (TryTake(capacity, out nint pooled, out long pooledCapacity))
            {
                Count(bytes);
                return (pooled, pooledCapacity);
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

    // The smallest idle block that suffices. Larger ones up to a bound serve too: else every size of a network would keep memory of its own.
    private bool TryTake(long capacity, out nint pointer, out long found)
    {
        IList<long> capacities = _free.Keys;
        (int low, int high) = (0, capacities.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = capacities[middle] < capacity ? (middle + 1, high) : (low, middle);
        }

        for (; low < capacities.Count && capacities[low] <= MostWaste * capacity; low++)
        {
            if (_free.GetValueAtIndex(low).TryPop(out pointer))
            {
                found = capacities[low];
                return true;
            }
        }

        (pointer, found) = (0, 0);
        return false;
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
