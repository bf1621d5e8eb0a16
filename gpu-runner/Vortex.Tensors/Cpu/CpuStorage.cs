namespace Vortex.Tensors.Cpu;

/// <summary>A block of memory that tensors share; goes back when the last of them does.</summary>
#pragma warning disable CA1816 // Counted uses stand in for Dispose.
internal sealed unsafe class CpuStorage
{
    private readonly CpuMemory? _memory;
    private readonly object? _owner;
    private int _users = 1;

    /// <summary>Takes a block of the pool.</summary>
    public CpuStorage(CpuMemory memory, long bytes)
    {
        (nint pointer, Capacity) = memory.Rent(bytes);
        Pointer = (byte*)pointer;
        (_memory, Bytes) = (memory, bytes);
    }

    /// <summary>Stands for memory that somebody else owns.</summary>
    public CpuStorage(NativeRegion region)
    {
        Pointer = (byte*)region.Address;
        (Bytes, _owner) = (region.Length, region.Owner);
    }

    // A tensor that nobody disposed of, such as one that left with a node's result.
    ~CpuStorage() => Free();

    public byte* Pointer { get; private set; }

    public long Bytes { get; }

    public long Capacity { get; }

    /// <summary>Gets whether the memory belongs to somebody else and must not be written to.</summary>
    public bool IsBorrowed => _owner is not null;

    public void Share() => Interlocked.Increment(ref _users);

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Free();
            GC.SuppressFinalize(this);
        }
    }

    private void Free()
    {
        byte* pointer = Pointer;
        Pointer = null;
        if (pointer is not null)
        {
            _memory?.Return(pointer, Capacity, Bytes);
        }
    }
}
