namespace Vortex.Tensors.Cpu;

/// <summary>The sizes of a convolution, checked.</summary>
internal sealed record ConvShape
{
    public int Batch { get; private init; }

    public int InChannels { get; private init; }

    public int Height { get; private init; }

    public int Width { get; private init; }

    public int OutChannels { get; private init; }

    public int KernelHeight { get; private init; }

    public int KernelWidth { get; private init; }

    public int OutHeight { get; private init; }

    public int OutWidth { get; private init; }

    public ConvOptions Options { get; private init; }

    /// <summary>Gets the input channels that one output channel sees.</summary>
    public int Depth => InChannels / Options.Groups;

    /// <exception cref="TensorShapeException">The shapes do not fit each other.</exception>
    public static ConvShape Of(Shape x, Shape weight, Shape? bias, ConvOptions options)
    {
        ConvOptions o = options;
        if (x.Rank != 4 || weight.Rank != 4 || o.Groups < 1 || o.Stride < 1 || o.Dilation < 1 || o.Padding < 0 || x[1] != weight[1] * o.Groups
            || weight[0] % o.Groups != 0 || (bias is { } b && b.Count != weight[0]))
        {
            throw new TensorShapeException($"A convolution of {weight} (bias {bias?.ToString() ?? "none"}, {options}) does not take {x}.");
        }

        int outHeight = Size(x[2], weight[2], o);
        int outWidth = Size(x[3], weight[3], o);
        return outHeight < 1 || outWidth < 1
            ? throw new TensorShapeException($"A convolution of {weight} ({options}) leaves nothing of {x}.")
            : new ConvShape
            {
                Batch = x[0],
                InChannels = x[1],
                Height = x[2],
                Width = x[3],
                OutChannels = weight[0],
                KernelHeight = weight[2],
                KernelWidth = weight[3],
                OutHeight = outHeight,
                OutWidth = outWidth,
                Options = options,
            };
    }

    private static int Size(int size, int kernel, ConvOptions o)
    {
        int room = size + (2 * o.Padding) - (o.Dilation * (kernel - 1)) - 1;
        return room < 0 ? 0 : (room / o.Stride) + 1;
    }
}
