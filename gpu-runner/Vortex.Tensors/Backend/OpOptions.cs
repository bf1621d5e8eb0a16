namespace Vortex.Tensors;

/// <summary>Functions of one value.</summary>
public enum UnaryOp
{
    /// <summary>-x.</summary>
    Negate,

    /// <summary>|x|.</summary>
    Abs,

    /// <summary>e^x.</summary>
    Exp,

    /// <summary>The natural logarithm.</summary>
    Log,

    /// <summary>The square root.</summary>
    Sqrt,

    /// <summary>1 / the square root.</summary>
    Rsqrt,

    /// <summary>1 / x.</summary>
    Reciprocal,

    /// <summary>x * x.</summary>
    Square,

    /// <summary>The sine.</summary>
    Sin,

    /// <summary>The cosine.</summary>
    Cos,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>x * sigmoid(x).</summary>
    Silu,

    /// <summary>x * Phi(x), with the error function.</summary>
    Gelu,

    /// <summary>GELU in its tanh approximation.</summary>
    GeluTanh,

    /// <summary>x * sigmoid(1.702 x), as CLIP-L uses it.</summary>
    QuickGelu,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>To the nearest whole number, ties to even.</summary>
    Round,

    /// <summary>The next whole number below.</summary>
    Floor,

    /// <summary>The next whole number above.</summary>
    Ceiling,

    /// <summary>-1, 0 or 1.</summary>
    Sign,

    /// <summary>log(1 + e^x); x itself above 20.</summary>
    Softplus,
}

/// <summary>Functions of two values, broadcast by NumPy's rule.</summary>
public enum BinaryOp
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a - b.</summary>
    Subtract,

    /// <summary>a * b.</summary>
    Multiply,

    /// <summary>a / b.</summary>
    Divide,

    /// <summary>The lesser; NaN if one is NaN.</summary>
    Minimum,

    /// <summary>The greater; NaN if one is NaN.</summary>
    Maximum,

    /// <summary>a ^ b.</summary>
    Power,

    /// <summary>1 where a > b, else 0.</summary>
    Greater,

    /// <summary>1 where a >= b, else 0.</summary>
    GreaterOrEqual,

    /// <summary>1 where a == b, else 0.</summary>
    Equal,
}

/// <summary>What is done to the result of a normalisation, a convolution or a linear map before it is written.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>x * sigmoid(x).</summary>
    Silu,

    /// <summary>GELU with the error function.</summary>
    Gelu,

    /// <summary>x * sigmoid(1.702 x).</summary>
    QuickGelu,

    /// <summary>max(x, 0).</summary>
    Relu,
}

/// <summary>Ways to reduce dimensions to one value.</summary>
public enum ReduceOp
{
    /// <summary>The sum.</summary>
    Sum,

    /// <summary>The mean.</summary>
    Mean,

    /// <summary>The greatest value.</summary>
    Max,

    /// <summary>The least value.</summary>
    Min,

    /// <summary>The product.</summary>
    Product,

    /// <summary>The variance, dividing by n - 1 (PyTorch's default).</summary>
    Variance,

    /// <summary>The variance, dividing by n.</summary>
    PopulationVariance,

    /// <summary>The Euclidean norm.</summary>
    Norm,
}

/// <summary>What lies beyond a tensor's edge.</summary>
public enum PadMode
{
    /// <summary>One value.</summary>
    Constant,

    /// <summary>Mirrored, without repeating the edge.</summary>
    Reflect,

    /// <summary>The edge, repeated.</summary>
    Replicate,

    /// <summary>The other side.</summary>
    Circular,
}

/// <summary>How values between pixels are found; the definitions are PyTorch's <c>interpolate</c>.</summary>
public enum InterpolationMode
{
    /// <summary>floor(i * in / out).</summary>
    Nearest,

    /// <summary>floor((i + 0.5) * in / out).</summary>
    NearestExact,

    /// <summary>Linear in both directions.</summary>
    Bilinear,

    /// <summary>Cubic convolution with a = -0.75.</summary>
    Bicubic,

    /// <summary>The mean of the pixels that fall into one (adaptive average).</summary>
    Area,
}

/// <summary>How a kernel moves over a picture: the same value for both directions.</summary>
/// <param name="Stride">Step in pixels, at least 1.</param>
/// <param name="Padding">Zero rows and columns around the picture.</param>
/// <param name="Dilation">Distance of the kernel's taps, at least 1.</param>
/// <param name="Groups">Channel groups that do not see each other.</param>
public readonly record struct ConvOptions(int Stride = 1, int Padding = 0, int Dilation = 1, int Groups = 1)
{
    /// <summary>Gets stride 1, no padding.</summary>
    public static ConvOptions Plain { get; } = new(1, 0, 1, 1);

    /// <summary>Gets stride 1 with as much padding as keeps the size for that odd kernel.</summary>
    public static ConvOptions Same(int kernel) => new(1, kernel / 2, 1, 1);

    /// <summary>Gets what is done to each result before it is written.</summary>
    public Activation Activation { get; init; }
}

/// <summary>Memory that outlives the tensors over it, such as a mapped file.</summary>
/// <param name="Address">The first byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Owner">Kept alive while a tensor over the memory lives.</param>
public readonly record struct NativeRegion(nint Address, long Length, object Owner);

/// <summary>What tensors of a backend hold.</summary>
/// <param name="InUse">Bytes that tensors hold now.</param>
/// <param name="Peak">The most at any time since <see cref="ITensorBackend.ResetPeak"/>.</param>
/// <param name="Reserved">Bytes the backend keeps from the system, in use or pooled.</param>
/// <param name="Limit">The most that tensors may hold; 0 for no limit.</param>
/// <param name="Tensors">Blocks of memory that tensors hold now.</param>
public readonly record struct MemoryUse(long InUse, long Peak, long Reserved, long Limit, long Tensors);
