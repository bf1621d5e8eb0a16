namespace Vortex.Tensors;

/// <summary>Makes tensors and computes with them: the port that the CPU backend and others implement op for op.</summary>
/// <remarks>
/// <para>Ops are eager, take tensors of their own backend, compute in float32 and return new float32 tensors unless they say otherwise. Arguments may be
/// any strided view. Weights (of linear maps, convolutions, embeddings and norms) may be stored in any floating format and are read as float32.</para>
/// <para>Results do not depend on the number of threads. A wrong shape is a <see cref="TensorShapeException"/>, missing memory a <see cref="TensorMemoryException"/>.
/// The definitions are PyTorch's ops of the same name. One conformance suite holds every backend to them.</para>
/// </remarks>
public partial interface ITensorBackend
{
    /// <summary>Gets the class of arithmetic, such as <c>cpu</c>: equal classes give equal numbers. Part of cache keys.</summary>
    string NumericClass { get; }

    /// <summary>Gets what a person is told, such as <c>CPU, AVX2, 2 threads</c>.</summary>
    string Description { get; }

    /// <summary>Gets what tensors hold.</summary>
    MemoryUse Memory { get; }

    /// <summary>Begins to measure the peak anew.</summary>
    void ResetPeak();

    /// <summary>Gives pooled memory that no tensor holds back to the system.</summary>
    void Trim();

    // Making and reading

    /// <summary>Makes a tensor whose values are not defined yet.</summary>
    Tensor Empty(Shape shape, DType type = DType.Float32);

    /// <summary>Makes a tensor of one value.</summary>
    Tensor Full(Shape shape, float value);

    /// <summary>Copies values into a new tensor.</summary>
    Tensor From(ReadOnlySpan<float> values, Shape shape);

    /// <summary>Copies whole numbers into a new <see cref="DType.Int64"/> tensor.</summary>
    Tensor From(ReadOnlySpan<long> values, Shape shape);

    /// <summary>Makes a tensor over memory that is not the backend's, without copying where it can. The memory is never written to.</summary>
    /// <param name="region">Little-endian values, contiguous; need not be aligned.</param>
    /// <param name="type">Their format.</param>
    /// <param name="shape">Their shape; its bytes must be exactly the region's length.</param>
    Tensor Wrap(NativeRegion region, DType type, Shape shape);

    /// <summary>Copies all values out as float32, in row-major order.</summary>
    void Read(Tensor tensor, Span<float> values);

    /// <summary>Copies the values of an integer tensor out.</summary>
    void Read(Tensor tensor, Span<long> values);

    /// <summary>Returns the values in another format, rounded to nearest even; the tensor itself when it has that format.</summary>
    /// <remarks>Float32 to e4m3fn does not saturate: above 464 in magnitude it gives NaN, as PyTorch's does.</remarks>
    Tensor Convert(Tensor tensor, DType type);

    /// <summary>Returns the tensor itself when its values lie in row-major order without gaps, else a copy that does.</summary>
    Tensor Contiguous(Tensor tensor);

    /// <summary>Copies into a new tensor of the same format.</summary>
    Tensor Clone(Tensor tensor);

    /// <summary>Writes a tensor into a view of the same shape and format; broadcasts.</summary>
    void CopyInto(Tensor target, Tensor source);

    // Views: no values move. Reshape copies only where strides do not allow a view.

    /// <summary>Returns the same values in another shape; one size may be -1 and follows from the others.</summary>
    Tensor Reshape(Tensor tensor, ReadOnlySpan<int> shape);

    /// <summary>Reorders dimensions.</summary>
    Tensor Permute(Tensor tensor, ReadOnlySpan<int> order);

    /// <summary>Takes a range of one dimension.</summary>
    Tensor Slice(Tensor tensor, int dimension, int start, int length, int step = 1);

    /// <summary>Repeats dimensions of size 1 without copying.</summary>
    Tensor Expand(Tensor tensor, Shape shape);

    // Putting together

    /// <summary>Joins tensors along an existing dimension; their formats must be equal.</summary>
    Tensor Concat(IReadOnlyList<Tensor> tensors, int dimension);

    /// <summary>Pads the last dimensions.</summary>
    /// <param name="tensor">Any tensor.</param>
    /// <param name="padding">(before, after) pairs, the last dimension first, as PyTorch's <c>pad</c>. Negative values crop (constant mode).</param>
    /// <param name="mode">What lies beyond the edge.</param>
    /// <param name="value">For <see cref="PadMode.Constant"/>.</param>
    Tensor Pad(Tensor tensor, ReadOnlySpan<int> padding, PadMode mode = PadMode.Constant, float value = 0);

    /// <summary>Repeats the whole tensor along each dimension.</summary>
    Tensor Repeat(Tensor tensor, ReadOnlySpan<int> times);

    /// <summary>Reverses a dimension.</summary>
    Tensor Flip(Tensor tensor, int dimension);

    /// <summary>Picks entries of a dimension by index; an index may repeat.</summary>
    Tensor IndexSelect(Tensor tensor, int dimension, ReadOnlySpan<int> indices);

    /// <summary>Looks rows up.</summary>
    /// <param name="weight">[count, width].</param>
    /// <param name="ids">Int64, any shape; each within 0 to count - 1.</param>
    /// <returns>[..ids, width].</returns>
    Tensor Embedding(Tensor weight, Tensor ids);
}
