namespace Vortex.Tensors.Shapes;

// Products, convolutions, normalisations, pictures.
internal static partial class OpShapes
{
    /// <summary>Returns what lies before the last two dimensions of a matrix product, broadcast.</summary>
    public static Shape MatMulOuter(Shape a, Shape b) => a.Rank < 2 || b.Rank < 2 || a[-1] != b[-2]
        ? throw new TensorShapeException($"Shapes {a} and {b} do not multiply.")
        : Shape.Broadcast(new Shape(a.Span[..^2]), new Shape(b.Span[..^2]));

    /// <summary>Returns the shape of a linear map's result.</summary>
    public static Shape Linear(Shape x, Shape weight, Shape? bias) =>
        x.Rank < 1 || weight.Rank != 2 || x[-1] != weight[1] || (bias is { } b && (b.Rank != 1 || b[0] != weight[0]))
            ? throw new TensorShapeException($"A linear map of {weight} (bias {bias?.ToString() ?? "none"}) does not take {x}.")
            : x.With(-1, weight[0]);

    /// <summary>Returns the shape of a transposed convolution's result.</summary>
    public static Shape ConvTranspose2d(Shape x, Shape weight, Shape? bias, ConvOptions options, int outputPadding)
    {
        (int stride, int padding, int dilation, int groups) = (options.Stride, options.Padding, options.Dilation, options.Groups);
        if (x.Rank != 4 || weight.Rank != 4 || x[1] != weight[0] || groups < 1 || x[1] % groups != 0 || stride < 1 || dilation < 1
            || outputPadding < 0 || (outputPadding > 0 && outputPadding >= Math.Max(stride, dilation)) || (bias is { } b && b.Count != (long)weight[1] * groups))
        {
            throw new TensorShapeException($"A transposed convolution of {weight} ({options}) does not take {x}.");
        }

        int Size(int size, int kernel) => ((size - 1) * stride) - (2 * padding) + (dilation * (kernel - 1)) + outputPadding + 1;
        return [x[0], weight[1] * groups, Size(x[2], weight[2]), Size(x[3], weight[3])];
    }

    /// <summary>Refuses queries, keys and values that do not fit.</summary>
    public static void Attention(Shape q, Shape k, Shape v)
    {
        if (q.Rank != 4 || k.Rank != 4 || v.Rank != 4 || q[0] != k[0] || q[1] != k[1] || q[3] != k[3] || k[0] != v[0] || k[1] != v[1] || k[2] != v[2])
        {
            throw new TensorShapeException($"Queries {q}, keys {k} and values {v} do not fit.");
        }
    }

    /// <summary>Returns the shape that windows over pictures leave.</summary>
    public static Shape Pool(string op, Shape x, int kernel, int stride, int padding)
    {
        Pictures(op, x);
        (int height, int width) = (x[2], x[3]);
        return kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2 || height + (2 * padding) < kernel || width + (2 * padding) < kernel
            ? throw new TensorShapeException($"{op}: windows of {kernel}, stride {stride}, padding {padding} over shape {x}.")
            : [x[0], x[1], ((height + (2 * padding) - kernel) / stride) + 1, ((width + (2 * padding) - kernel) / stride) + 1];
    }

    /// <summary>Returns the shape of channels turned into pixels.</summary>
    public static Shape PixelShuffle(Shape x, int factor)
    {
        Pictures("PixelShuffle", x);
        return factor < 1 || x[1] % (factor * factor) != 0
            ? throw new TensorShapeException($"PixelShuffle by {factor} of shape {x}.")
            : [x[0], x[1] / (factor * factor), x[2] * factor, x[3] * factor];
    }

    /// <summary>Returns the shape of pixels turned into channels.</summary>
    public static Shape PixelUnshuffle(Shape x, int factor)
    {
        Pictures("PixelUnshuffle", x);
        return factor < 1 || x[2] % factor != 0 || x[3] % factor != 0
            ? throw new TensorShapeException($"PixelUnshuffle by {factor} of shape {x}.")
            : [x[0], x[1] * factor * factor, x[2] / factor, x[3] / factor];
    }

    /// <summary>Returns the shape of scaled pictures.</summary>
    public static Shape Interpolate(Shape x, int height, int width, InterpolationMode mode, bool alignCorners, bool antialias)
    {
        Pictures("Interpolate", x);
        if (height < 1 || width < 1 || x[2] < 1 || x[3] < 1)
        {
            throw new TensorShapeException($"Interpolate: {x} to {height} x {width}.");
        }

        return (alignCorners || antialias) && mode is not (InterpolationMode.Bilinear or InterpolationMode.Bicubic)
            ? throw new TensorShapeException($"Interpolate: corners and filters are of no meaning for {mode}.")
            : [x[0], x[1], height, width];
    }

    /// <summary>Refuses groups that do not divide the channels.</summary>
    public static void GroupNorm(Shape x, int groups)
    {
        if (x.Rank < 2 || groups < 1 || x[1] % groups != 0)
        {
            throw new TensorShapeException($"GroupNorm: {groups} groups of shape {x}.");
        }
    }

    /// <summary>Returns the size of the last dimension, which a normalisation of rows needs.</summary>
    public static int Width(string op, Shape x) => x.Rank == 0 ? throw new TensorShapeException($"{op}: a scalar has no last dimension.") : x[-1];

    /// <summary>Refuses weights that are not one per entry.</summary>
    public static void PerEntry(string op, Shape? values, int count)
    {
        if (values is { } shape && (shape.Rank != 1 || shape[0] != count))
        {
            throw new TensorShapeException($"{op}: {count} weights are needed, not {shape}.");
        }
    }

    /// <summary>Refuses what is not a batch of pictures.</summary>
    public static void Pictures(string op, Shape x)
    {
        if (x.Rank != 4)
        {
            throw new TensorShapeException($"{op}: [batch, channels, height, width] is needed, not {x}.");
        }
    }
}
