namespace Vortex.Tensors.Cpu;

/// <summary>An argument of an op as contiguous float32 values, made on the way where it is not: dispose of it after use.</summary>
internal readonly unsafe ref struct Dense
{
    private readonly CpuTensor? _source;
    private readonly CpuTensor? _made;

    public Dense(CpuTensor tensor, CpuTensor? made)
    {
        (_source, _made) = (tensor, made);
        Floats = (made ?? tensor).Floats;
    }

    /// <summary>Gets the first value; null for no tensor.</summary>
    public float* Floats { get; }

    /// <summary>Gives a copy's memory back. Until then the collector leaves the memory alone.</summary>
    public void Dispose()
    {
        _made?.Dispose();
        GC.KeepAlive(_source);
    }
}

/// <summary>Memory of the pool for the length of an op.</summary>
internal readonly unsafe ref struct Scratch
{
    private readonly CpuMemory _memory;
    private readonly long _bytes;
    private readonly long _capacity;

    public Scratch(CpuMemory memory, long bytes)
    {
        (nint pointer, _capacity) = memory.Rent(bytes);
        (_memory, _bytes) = (memory, bytes);
        Pointer = (byte*)pointer;
    }

    public byte* Pointer { get; }

    public float* Floats => (float*)Pointer;

    public void Dispose() => _memory.Return(Pointer, _capacity, _bytes);
}
