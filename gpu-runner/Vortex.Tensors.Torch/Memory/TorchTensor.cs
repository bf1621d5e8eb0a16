using TorchSharp;
using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Torch.Memory;

/// <summary>A tensor of libtorch: a view of a block that several may share.</summary>
internal sealed class TorchTensor : Tensor
{
    private int _released;

    /// <summary>Takes over the handle and one use of the storage.</summary>
    /// <param name="backend">What computes with it.</param>
    /// <param name="storage">The account of its memory.</param>
    /// <param name="value">The handle, in no scope of the binding.</param>
    /// <param name="type">The number format; float8 lies in bytes.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="offset">Where in the block the first value lies, in values.</param>
    public TorchTensor(TorchBackend backend, TorchStorage storage, torch.Tensor value, DType type, Shape shape, long offset)
        : base(backend, type, shape)
    {
        (Storage, Value, Offset) = (storage, value, offset);
        Strides = value.stride();
    }

    public TorchStorage Storage { get; }

    public torch.Tensor Value { get; }

    public long[] Strides { get; }

    public long Offset { get; }

    /// <summary>Gets whether values lie in row-major order without gaps.</summary>
    public bool IsContiguous => OpShapes.IsRowMajor(Shape, Strides);

    protected override void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            Value.Dispose();
            Storage.Release();
        }
    }
}
