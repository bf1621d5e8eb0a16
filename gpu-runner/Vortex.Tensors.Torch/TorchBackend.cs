using System.Runtime.InteropServices;
using TorchSharp;
using Vortex.Tensors.Torch.Formats;
using Vortex.Tensors.Torch.Memory;

namespace Vortex.Tensors.Torch;

/// <summary>Tensors of libtorch, on the CPU or on an NVIDIA GPU, through TorchSharp.</summary>
/// <remarks>
/// Every op is composed of libtorch's own; nothing is computed value by value here, but for float32 that is turned into float8. Memory is what this backend's
/// tensors hold and what an op widens on the way; the libraries' work space, and what CUDA's allocator keeps for itself, does not count.
/// Where an allocator refuses or the limit is reached, tensors that nobody uses any more are collected and the op is tried once more before it fails.
/// </remarks>
public sealed partial class TorchBackend : ITensorBackend, IDisposable
{
    private readonly torch.Device _device;
    private readonly torch.ScalarType _operands;
    private readonly TorchMemory _memory;
    private readonly Lazy<torch.Tensor> _e4m3;
    private readonly Lazy<torch.Tensor> _e5m2;

    /// <summary>Makes a backend. Several may share a device; they count their own tensors.</summary>
    /// <exception cref="NotSupportedException">libtorch or the device cannot be used here; the message says what is missing.</exception>
    /// <exception cref="ArgumentException">There is no such device name.</exception>
    public TorchBackend(TorchBackendOptions? options = null)
    {
        Options = options ?? new TorchBackendOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(Options.Threads);
        _device = TorchLibrary.Find(Options.Device);
        _memory = new TorchMemory(Options.MemoryLimit, pools: IsCuda);
        _operands = Options.Precision switch
        {
            ComputePrecision.Float16 => torch.ScalarType.Float16,
            ComputePrecision.BFloat16 => torch.ScalarType.BFloat16,
            _ => torch.ScalarType.Float32,
        };
        _e4m3 = new(() => Upload(TorchFormats.Values(DType.Float8E4M3)));
        _e5m2 = new(() => Upload(TorchFormats.Values(DType.Float8E5M2)));
        if (IsCuda)
        {
            // libtorch rounds convolutions to TensorFloat-32 unless it is told not to.
            torch.backends.cuda.matmul.allow_tf32 = Options.TensorFloat32;
            torch.backends.cudnn.allow_tf32 = Options.TensorFloat32;
        }
        else if (Options.Threads > 0)
        {
            torch.set_num_threads(Options.Threads);
        }

        string precision = Options.Precision switch { ComputePrecision.Float16 => "f16", ComputePrecision.BFloat16 => "bf16", _ => IsCuda && Options.TensorFloat32 ? "tf32" : "f32" };
        string kind = IsCuda ? "cuda" : "cpu";
        NumericClass = $"torch-{TorchLibrary.Version}-{kind}-{TorchLibrary.Processor(_device)}-{precision}";
        Description = $"libtorch {TorchLibrary.Version}, {(IsCuda ? $"{_device} ({TorchLibrary.Processor(_device)})" : $"CPU, {torch.get_num_threads()} threads")}, {precision}";
    }

    /// <summary>Gets how it works.</summary>
    public TorchBackendOptions Options { get; }

    /// <summary>Gets whether tensors live on an NVIDIA GPU.</summary>
    public bool IsCuda => _device.type == DeviceType.CUDA;

    /// <inheritdoc/>
    public string NumericClass { get; }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public MemoryUse Memory => _memory.Use;

    /// <inheritdoc/>
    public void ResetPeak() => _memory.ResetPeak();

    /// <summary>Collects tensors that nobody uses any more. What CUDA's allocator keeps it uses again; the binding has no call that gives it back.</summary>
    public void Trim()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <inheritdoc/>
    public Tensor Empty(Shape shape, DType type = DType.Float32) =>
        Make(shape, type, () => torch.empty(shape.Sizes(), TorchFormats.Stored(type), _device));

    /// <summary>Frees what the backend keeps for itself. Tensors of it stay valid until they are disposed of.</summary>
    public void Dispose()
    {
        foreach (Lazy<torch.Tensor> table in (Lazy<torch.Tensor>[])[_e4m3, _e5m2])
        {
            if (table.IsValueCreated)
            {
                table.Value.Dispose();
            }
        }
    }

    /// <summary>Returns the tensor as this backend's own.</summary>
    private TorchTensor Own(Tensor tensor) => tensor is TorchTensor own && own.Backend == this
        ? own
        : throw new ArgumentException("The tensor belongs to another backend.", nameof(tensor));

    /// <summary>Makes a float32 tensor.</summary>
    private TorchTensor Make(Shape shape, Func<torch.Tensor> compute) => Make(shape, DType.Float32, compute);

    /// <summary>Makes a tensor of new memory. What the computation makes on the way is gone when this returns.</summary>
    /// <param name="shape">The result's sizes; where it holds no values, nothing is computed.</param>
    /// <param name="type">The result's format.</param>
    /// <param name="compute">Captures the tensors it uses, which so stay alive while native code reads them.</param>
    /// <param name="borrowed">Whether the result must not be written to.</param>
    private TorchTensor Make(Shape shape, DType type, Func<torch.Tensor> compute, bool borrowed = false)
    {
        long bytes = checked(shape.Count * type.Size());
        TorchStorage storage = Reserve(bytes, borrowed);
        try
        {
            torch.Tensor value = Run(bytes, shape.Count > 0 ? compute : () => torch.empty(shape.Sizes(), TorchFormats.Stored(type), _device));
            return new TorchTensor(this, storage, value, type, shape, 0);
        }
        catch
        {
            storage.Release();
            throw;
        }
    }

    private TorchStorage Reserve(long bytes, bool borrowed)
    {
        try
        {
            return new TorchStorage(_memory, bytes) { IsBorrowed = borrowed };
        }
        catch (TensorMemoryException)
        {
            Trim();
        }

        return new TorchStorage(_memory, bytes) { IsBorrowed = borrowed };
    }

    /// <summary>Makes another view of a tensor's memory.</summary>
    private TorchTensor View(TorchTensor tensor, Shape shape, long offset, Func<torch.Tensor, torch.Tensor> view)
    {
        torch.Tensor value = Run(0, () => view(tensor.Value));
        tensor.Storage.Share();
        return new TorchTensor(this, tensor.Storage, value, tensor.DType, shape, offset);
    }

    private torch.Tensor Run(long bytes, Func<torch.Tensor> compute)
    {
        for (bool isSecond = false; ; isSecond = true)
        {
            TorchMemory.Begin();
            try
            {
                using DisposeScope scope = torch.NewDisposeScope();
                torch.Tensor result = compute().DetachFromDisposeScope();
                GC.KeepAlive(compute);
                return result;
            }
            catch (Exception exception) when (TorchErrors.IsOutOfMemory(exception))
            {
                if (isSecond)
                {
                    throw new TensorMemoryException(bytes, _memory.Use.InUse, 0);
                }

                Trim();
            }
        }
    }

    /// <summary>Changes a tensor in place; not tried twice.</summary>
    private void Change(TorchTensor target, Action change)
    {
        TorchMemory.Begin();
        try
        {
            using DisposeScope scope = torch.NewDisposeScope();
            change();
            GC.KeepAlive(change);
        }
        catch (ExternalException exception) when (TorchErrors.IsOutOfMemory(exception))
        {
            throw new TensorMemoryException(target.Count * target.DType.Size(), _memory.Use.InUse, 0);
        }
    }

    /// <summary>Returns the values as float32: the tensor's own where it has that format, else widened for the length of the op.</summary>
    private torch.Tensor Values(Tensor tensor)
    {
        TorchTensor own = Own(tensor);
        return own.DType switch
        {
            DType.Float32 => own.Value,
            DType.Float8E4M3 or DType.Float8E5M2 => Widened(own),
            _ => To(own.Value, torch.ScalarType.Float32),
        };
    }

    private torch.Tensor? ValuesOrNull(Tensor? tensor) => tensor is null ? null : Values(tensor);

    /// <summary>Returns the values in the format that products take.</summary>
    private torch.Tensor Operand(Tensor tensor)
    {
        TorchTensor own = Own(tensor);
        return own.DType.IsFloat8() ? To(Widened(own), _operands) : To(own.Value, _operands);
    }

    private torch.Tensor? OperandOrNull(Tensor? tensor) => tensor is null ? null : Operand(tensor);

    private torch.Tensor Weight(Tensor tensor) => tensor.DType.IsFloat() ? Operand(tensor) : throw new TensorShapeException($"{tensor} cannot be a weight.");

    private torch.Tensor To(torch.Tensor value, torch.ScalarType type)
    {
        if (value.dtype == type)
        {
            return value;
        }

        torch.Tensor result = value.to(type);
        _memory.Pass(result.numel() * result.ElementSize);
        return result;
    }

    // A table of 256 values, looked up by libtorch where the bytes lie.
    private torch.Tensor Widened(TorchTensor tensor)
    {
        torch.Tensor table = (tensor.DType == DType.Float8E4M3 ? _e4m3 : _e5m2).Value;
        torch.Tensor places = tensor.Value.to(torch.ScalarType.Int32).reshape(-1);
        _memory.Pass(tensor.Count * 8);
        return table.index_select(0, places).view(tensor.Shape.Sizes());
    }
}
