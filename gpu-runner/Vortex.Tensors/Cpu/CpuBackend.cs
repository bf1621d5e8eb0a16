namespace Vortex.Tensors.Cpu;

/// <summary>Tensors in this process's memory, computed in managed code: the default backend.</summary>
public sealed unsafe partial class CpuBackend : ITensorBackend, IDisposable
{
    private readonly CpuMemory _memory;

    /// <summary>Makes a backend. Backends share nothing; one per process is usual.</summary>
    public CpuBackend(CpuBackendOptions? options = null)
    {
        Options = options ?? new CpuBackendOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.Threads, 1);
        _memory = new CpuMemory(Options.MemoryLimit);
    }

    /// <summary>Gets how it works.</summary>
    public CpuBackendOptions Options { get; }

    /// <inheritdoc/>
    public string NumericClass => "cpu";

    /// <inheritdoc/>
    public string Description => $"CPU, {Options.Threads} threads";

    /// <inheritdoc/>
    public MemoryUse Memory => _memory.Use;

    /// <inheritdoc/>
    public void ResetPeak() => _memory.ResetPeak();

    /// <inheritdoc/>
    public void Trim() => _memory.Trim();

    /// <inheritdoc/>
    public Tensor Empty(Shape shape, DType type = DType.Float32) => Make(shape, type);

    /// <summary>Gives pooled memory back and ends the threads. Tensors of it must not be used any more.</summary>
    public void Dispose() => _memory.Trim();

    /// <summary>Makes a contiguous tensor whose values are not defined yet.</summary>
    internal CpuTensor Make(Shape shape, DType type = DType.Float32) =>
        new(this, new CpuStorage(_memory, checked(shape.Count * type.Size())), type, shape, CpuTensor.RowMajor(shape), 0);

    /// <summary>Returns the tensor as this backend's own.</summary>
    private CpuTensor Own(Tensor tensor) => tensor is CpuTensor own && own.Backend == this
        ? own
        : throw new ArgumentException("The tensor belongs to another backend.", nameof(tensor));
}
