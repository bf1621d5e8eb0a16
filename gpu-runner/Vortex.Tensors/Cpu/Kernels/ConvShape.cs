namespace Vortex.Tensors.Cpu;

/// <summary>The sizes of a convolution, checked.</summary>
internal sealed unsafe record ConvShape
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

    /// <summary>One output channel of one picture, row by row: no preparation but the padding.</summary>
    /// <param name="padded">The pictures with their padding.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="bias">All shifts, or null.</param>
    /// <param name="result">The first result of all.</param>
    /// <param name="picture">Which picture.</param>
    /// <param name="channel">Which output channel.</param>
    public void Plane(float* padded, float* weights, float* bias, float* result, int picture, int channel)
    {
        (int height, int width) = (Height + (2 * Options.Padding), Width + (2 * Options.Padding));
        int first = channel / (OutChannels / Options.Groups) * Depth;
        float* target = result + ((((long)picture * OutChannels) + channel) * OutHeight * OutWidth);
        new Span<float>(target, OutHeight * OutWidth).Fill(bias is null ? 0 : bias[channel]);
        float* tap = weights + ((long)channel * Depth * KernelHeight * KernelWidth);
        for (int c = 0; c < Depth; c++)
        {
            float* source = padded + ((((long)picture * InChannels) + first + c) * height * width);
            for (int ky = 0; ky < KernelHeight; ky++)
            {
                for (int kx = 0; kx < KernelWidth; kx++, tap++)
                {
                    for (int y = 0; y < OutHeight; y++)
                    {
                        float* row = source + ((((long)y * Options.Stride) + (ky * Options.Dilation)) * width) + (kx * Options.Dilation);
                        Accumulate(target + ((long)y * OutWidth), row, *tap);
                    }
                }
            }
        }

        Activations.Apply(Options.Activation, target, OutHeight * OutWidth);
    }

    private static int Size(int size, int kernel, ConvOptions o)
    {
        int room = size + (2 * o.Padding) - (o.Dilation * (kernel - 1)) - 1;
        return room < 0 ? 0 : (room / o.Stride) + 1;
    }

    private void Accumulate(float* target, float* row, float factor)
    {
        if (Options.Stride == 1)
        {
            PlainKernels.AddScaled(target, row, factor, OutWidth);
            return;
        }

        for (int x = 0; x < OutWidth; x++)
        {
            target[x] += row[(long)x * Options.Stride] * factor;
        }
    }
}
