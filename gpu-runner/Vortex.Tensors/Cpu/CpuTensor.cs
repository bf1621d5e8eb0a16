using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

/// <summary>A strided view of a block of memory.</summary>
internal sealed unsafe class CpuTensor : Tensor
{
    private int _released;

    /// <summary>Makes a view. Takes over one use of the storage.</summary>
    /// <param name="backend">What computes with it.</param>
    /// <param name="storage">The memory.</param>
    /// <param name="type">The number format.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="strides">Steps in values, per dimension.</param>
    /// <param name="offset">The first value, in values.</param>
    public CpuTensor(CpuBackend backend, CpuStorage storage, DType type, Shape shape, long[] strides, long offset)
        : base(backend, type, shape)
    {
        (Storage, Strides, Offset) = (storage, strides, offset);
        IsContiguous = OpShapes.IsRowMajor(shape, strides);
    }

    public CpuStorage Storage { get; }

    public long[] Strides { get; }

    public long Offset { get; }

    /// <summary>Gets whether values lie in row-major order without gaps.</summary>
    public bool IsContiguous { get; }

    /// <summary>Gets the address of the first value.</summary>
    public byte* Bytes => Storage.Pointer + (Offset * DType.Size());

    /// <summary>Gets the address of the first value of a float32 tensor.</summary>
    public float* Floats => (float*)Bytes;

    /// <summary>Makes another view of the same memory.</summary>
    public CpuTensor View(Shape shape, long[] strides, long offset)
    {
        Storage.Share();
        return new CpuTensor((CpuBackend)Backend, Storage, DType, shape, strides, offset);
    }

    public static long[] RowMajor(Shape shape) => OpShapes.RowMajor(shape);

    protected override void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            Storage.Release();
        }
    }
}
