namespace Vortex.Tensors.Cpu;

// Ops that are written next: each goes into a file of its topic.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Full(Shape shape, float value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor From(ReadOnlySpan<float> values, Shape shape) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor From(ReadOnlySpan<long> values, Shape shape) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Wrap(NativeRegion region, DType type, Shape shape) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Read(Tensor tensor, Span<float> values) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Read(Tensor tensor, Span<long> values) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Convert(Tensor tensor, DType type) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Contiguous(Tensor tensor) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Clone(Tensor tensor) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void CopyInto(Tensor target, Tensor source) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Reshape(Tensor tensor, ReadOnlySpan<int> shape) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Permute(Tensor tensor, ReadOnlySpan<int> order) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Slice(Tensor tensor, int dimension, int start, int length, int step = 1) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Expand(Tensor tensor, Shape shape) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Concat(IReadOnlyList<Tensor> tensors, int dimension) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Pad(Tensor tensor, ReadOnlySpan<int> padding, PadMode mode = PadMode.Constant, float value = 0) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Repeat(Tensor tensor, ReadOnlySpan<int> times) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Flip(Tensor tensor, int dimension) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor IndexSelect(Tensor tensor, int dimension, ReadOnlySpan<int> indices) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Embedding(Tensor weight, Tensor ids) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor MatMul(Tensor a, Tensor b) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Activation activation = Activation.None) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias, ConvOptions options) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor ConvTranspose2d(Tensor x, Tensor weight, Tensor? bias, ConvOptions options, int outputPadding = 0) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Attention(Tensor q, Tensor k, Tensor v, Tensor? mask = null, float? scale = null, bool causal = false) => throw new NotSupportedException();
}
