namespace Vortex.Tensors.Cpu;

// Ops that are written next: each goes into a file of its topic.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor AveragePool2d(Tensor x, int kernel, int stride, int padding = 0) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor MaxPool2d(Tensor x, int kernel, int stride, int padding = 0) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor PixelShuffle(Tensor x, int factor) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor PixelUnshuffle(Tensor x, int factor) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor GroupNorm(Tensor x, int groups, Tensor? weight, Tensor? bias, float epsilon, Activation activation = Activation.None) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor LayerNorm(Tensor x, Tensor? weight, Tensor? bias, float epsilon) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor RmsNorm(Tensor x, Tensor? weight, float epsilon) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Interpolate(Tensor x, int height, int width, InterpolationMode mode, bool alignCorners = false, bool antialias = false) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Unary(UnaryOp op, Tensor x) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void UnaryInPlace(UnaryOp op, Tensor x) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Binary(BinaryOp op, Tensor a, Tensor b) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Binary(BinaryOp op, Tensor a, float b) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void BinaryInPlace(BinaryOp op, Tensor target, Tensor b) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void BinaryInPlace(BinaryOp op, Tensor target, float b) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Affine(Tensor x, float scale, float shift) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void AddScaledInPlace(Tensor target, Tensor x, float scale) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Lerp(Tensor a, Tensor b, float weight) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Clamp(Tensor x, float min, float max) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Where(Tensor condition, Tensor a, Tensor b) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor LeakyRelu(Tensor x, float slope) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor PRelu(Tensor x, Tensor slope) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Geglu(Tensor x) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Reduce(ReduceOp op, Tensor x, ReadOnlySpan<int> dimensions, bool keep = false) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor ArgMax(Tensor x, int dimension) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor CumulativeSum(Tensor x, int dimension) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Tensor Softmax(Tensor x, int dimension) => throw new NotSupportedException();
}
