namespace Vortex.Tensors.Torch.Memory;

/// <summary>The account of a block of libtorch's memory that tensors share; closed when the last of them goes.</summary>
#pragma warning disable CA1816 // Counted uses stand in for Dispose.
internal sealed class TorchStorage
{
    private readonly TorchMemory _memory;
    private readonly long _bytes;
    private int _users = 1;

    /// <exception cref="TensorMemoryException">The limit is reached.</exception>
    public TorchStorage(TorchMemory memory, long bytes)
    {
        (_memory, _bytes) = (memory, bytes);
        try
        {
            memory.Take(bytes);
        }
        catch (TensorMemoryException)
        {
            GC.SuppressFinalize(this);
            throw;
        }
    }

    // Tensors that nobody disposed of, such as those that left with a node's result. Their handles finalize themselves.
    ~TorchStorage() => _memory.Return(_bytes);

    /// <summary>Gets whether the values are those of memory that somebody else owns, and must not be written to.</summary>
    public bool IsBorrowed { get; init; }

    public void Share() => Interlocked.Increment(ref _users);

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _memory.Return(_bytes);
            GC.SuppressFinalize(this);
        }
    }
}
