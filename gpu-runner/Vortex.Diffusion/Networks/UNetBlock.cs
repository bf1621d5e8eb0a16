using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>One numbered block of a UNet: at most a residual block, a transformer and a change of size, in this order.</summary>
/// <param name="kind">Whose part it is: <c>input</c>, <c>middle</c>, <c>output</c>.</param>
/// <param name="index">Its number.</param>
internal sealed class UNetBlock(string kind, int index)
{
    /// <summary>Gets the first convolution of the network, which stands alone in its block.</summary>
    public Conv2d? First { get; init; }

    public ResBlock? Residual { get; init; }

    public SpatialTransformer? Transformer { get; init; }

    /// <summary>Gets the second residual block of the middle.</summary>
    public ResBlock? SecondResidual { get; init; }

    /// <summary>Gets the convolution that halves the size; stands alone in its block.</summary>
    public Conv2d? Down { get; init; }

    /// <summary>Gets the convolution after the picture was enlarged.</summary>
    public Conv2d? Up { get; init; }

    /// <summary>Returns a new tensor; the caller's is left as it is.</summary>
    /// <param name="x">[batch, channels, height, width].</param>
    /// <param name="time">SiLU of the time embedding.</param>
    /// <param name="input">What the network was asked.</param>
    /// <param name="next">Height and width to enlarge to: those of the skip that follows, so that odd sizes come back; null for twice the size.</param>
    public Tensor Forward(Tensor x, Tensor time, NetworkInput input, (int Height, int Width)? next = null)
    {
        input.CancellationToken.ThrowIfCancellationRequested();
        using TensorScope scope = TensorScope.Begin();
        Tensor h = x;
        h = Step(h, First is null ? null : First.Forward(h), x);
        h = Step(h, Residual?.Forward(h, time), x);
        h = Step(h, Transformer?.Forward(h, input, kind, index), x);
        h = Step(h, SecondResidual?.Forward(h, time), x);
        h = Step(h, Down?.Forward(h), x);
        if (Up is not null)
        {
            (int height, int width) = next ?? (h.Shape[2] * 2, h.Shape[3] * 2);
            h = Step(h, h.Backend.Interpolate(h, height, width, InterpolationMode.Nearest), x);
            h = Step(h, Up.Forward(h), x);
        }

        return scope.Keep(h);
    }

    /// <summary>Makes a residual block with its transformer, as they follow each other on the way down.</summary>
    public static UNetBlock Input(WeightSet weights, int index, UNetConfig config, int inputs, int outputs, int depth, int level) => new("input", index)
    {
        Residual = new ResBlock(weights.Under(0), inputs, outputs, 4 * config.ModelChannels, config.NormGroups),
        Transformer = TransformerOrNone(weights.Under(1), config, outputs, depth, level),
    };

    /// <summary>Makes a block of the way up.</summary>
    public static UNetBlock Output(WeightSet weights, int index, UNetConfig config, int inputs, int outputs, int depth, int level, bool isLast)
    {
        SpatialTransformer? transformer = TransformerOrNone(weights.Under(1), config, outputs, depth, level);
        return new("output", index)
        {
            Residual = new ResBlock(weights.Under(0), inputs, outputs, 4 * config.ModelChannels, config.NormGroups),
            Transformer = transformer,
            Up = isLast ? new Conv2d(weights.Under(transformer is null ? 1 : 2).Under("conv"), outputs, outputs, 3) : null,
        };
    }

    /// <summary>Makes the middle, or nothing where the network has none.</summary>
    public static UNetBlock? Middle(WeightSet weights, UNetConfig config, int channels)
    {
        int depth = config.TransformerDepthMiddle;
        return depth < -1
            ? null
            : new("middle", 0)
            {
                Residual = new ResBlock(weights.Under(0), channels, channels, 4 * config.ModelChannels, config.NormGroups),
                Transformer = TransformerOrNone(weights.Under(1), config, channels, depth, -1),
                SecondResidual = depth < 0 ? null : new ResBlock(weights.Under(depth > 0 ? 2 : 1), channels, channels, 4 * config.ModelChannels, config.NormGroups),
            };
    }

    private static SpatialTransformer? TransformerOrNone(WeightSet weights, UNetConfig config, int channels, int depth, int level) => depth <= 0
        ? null
        : new SpatialTransformer(weights, config, channels, depth, level >= 0 && level < config.DisableSelfAttentions.Length && config.DisableSelfAttentions[level]);

    // What a part was given goes as soon as its result is there, unless it is the caller's.
    private static Tensor Step(Tensor before, Tensor? after, Tensor callers)
    {
        if (after is null)
        {
            return before;
        }

        if (before != callers)
        {
            before.Dispose();
        }

        return after;
    }
}
