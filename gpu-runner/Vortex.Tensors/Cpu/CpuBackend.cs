namespace Vortex.Tensors.Cpu;

/// <summary>Tensors in this process's memory, computed in managed code: the default backend.</summary>
public sealed unsafe partial class CpuBackend : ITensorBackend, IDisposable
{
    private readonly CpuMemory _memory;
    private readonly CpuThreads _threads;
    private readonly KernelSet _kernels;

    /// <summary>Makes a backend. Backends share nothing; one per process is usual.</summary>
    public CpuBackend(CpuBackendOptions? options = null)
    {
        Options = options ?? new CpuBackendOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.Threads, 1);
        _memory = new CpuMemory(Options.MemoryLimit);
        _threads = new CpuThreads(Options.Threads);
        _kernels = KernelSet.Of(Options.Instructions);
    }

    /// <summary>Gets how it works.</summary>
    public CpuBackendOptions Options { get; }

    /// <inheritdoc/>
    public string NumericClass => $"cpu-{_kernels.Name}";

    /// <inheritdoc/>
    public string Description => $"CPU, {_kernels.Name}, {Options.Threads} threads";

    /// <inheritdoc/>
    public MemoryUse Memory => _memory.Use;

    /// <summary>Gets the threads that ops share their work with.</summary>
    internal CpuThreads Threads => _threads;

    /// <inheritdoc/>
    public void ResetPeak() => _memory.ResetPeak();

    /// <inheritdoc/>
    public void Trim() => _memory.Trim();

    /// <inheritdoc/>
    public Tensor Empty(Shape shape, DType type = DType.Float32) => Make(shape, type);

    /// <summary>Gives pooled memory back and ends the threads. Tensors of it must not be used any more.</summary>
    public void Dispose()
    {
        _threads.Dispose();
        _memory.Trim();
    }

    /// <summary>Makes a contiguous tensor whose values are not defined yet.</summary>
    internal CpuTensor Make(Shape shape, DType type = DType.Float32) =>
        new(this, new CpuStorage(_memory, checked(shape.Count * type.Size())), type, shape, CpuTensor.RowMajor(shape), 0);

    /// <summary>Returns the tensor as this backend's own.</summary>
    private CpuTensor Own(Tensor tensor) => tensor is CpuTensor own && own.Backend == this
        ? own
        : throw new ArgumentException("The tensor belongs to another backend.", nameof(tensor));

    /// <summary>Returns the values as contiguous float32, copied and converted where they are not.</summary>
    private Dense Floats(Tensor? tensor)
    {
        if (tensor is null)
        {
            return default;
        }

        CpuTensor own = Own(tensor);
        if (own.IsContiguous && own.DType == DType.Float32)
        {
            return new Dense(own, null);
        }

        CpuTensor made = own.IsContiguous ? own : Copy(own);
        if (made.DType != DType.Float32)
        {
            CpuTensor converted = Converted(made, DType.Float32);
            if (made != own)
            {
                made.Dispose();
            }

            made = converted;
        }

        return new Dense(own, made);
    }

    /// <summary>Returns the first value of contiguous values in their own format; a copy where they are not contiguous, to be disposed of.</summary>
    private CpuTensor Weights(Tensor weight)
    {
        CpuTensor own = Own(weight);
        return !own.DType.IsFloat()
            ? throw new TensorShapeException($"{weight} cannot be a weight.")
            : own.IsContiguous ? own.View(own.Shape, own.Strides, own.Offset) : Copy(own);
    }

    private Scratch Rent(long bytes) => new(_memory, bytes);
}
