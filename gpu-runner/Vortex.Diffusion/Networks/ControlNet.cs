using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>A ControlNet: a copy of a UNet's way down that sees a hint beside the latent.</summary>
public sealed class ControlNet : ControlNetwork
{
    private static readonly int[] s_hintChannels = [16, 16, 32, 32, 96, 96, 256];
    private static readonly int[] s_hintStrides = [1, 1, 2, 1, 2, 1, 2, 1];

    private readonly UNetEncoder _encoder;
    private readonly Conv2d[] _hint;
    private readonly Conv2d[] _zero;
    private readonly Conv2d _middle;

    /// <summary>Takes the weights in the original layout, without a prefix such as <c>control_model.</c>.</summary>
    /// <param name="weights">Holds <c>input_blocks</c>, <c>input_hint_block</c>, <c>zero_convs</c>, …</param>
    /// <param name="config">What they are.</param>
    /// <exception cref="DiffusionException">Weights are missing or wrongly shaped; all are listed.</exception>
    public ControlNet(WeightSet weights, UNetConfig config)
    {
        Config = config;
        _encoder = new UNetEncoder(weights, config);
        WeightSet hint = weights.Under("input_hint_block");
        HintChannels = weights.ShapeOf("input_hint_block.0.weight") is { Rank: 4 } first ? first[1] : 3;
        int[] channels = [HintChannels, .. s_hintChannels, config.ModelChannels];
        _hint = [.. s_hintStrides.Select((stride, i) => new Conv2d(hint.Under(2 * i), channels[i], channels[i + 1], 3, new ConvOptions(stride, 1)))];
        _zero = [.. _encoder.Channels.Select((width, i) => new Conv2d(weights.Under("zero_convs").Under(i).Under(0), width, width, 1))];
        _middle = new Conv2d(weights.Under("middle_block_out").Under(0), _encoder.Channels[^1], _encoder.Channels[^1], 1);
        weights.ThrowIfIncomplete("a ControlNet");
    }

    /// <summary>Gets what it is.</summary>
    public UNetConfig Config { get; }

    /// <summary>Gets the channels of a hint.</summary>
    public int HintChannels { get; }

    /// <inheritdoc/>
    public override bool SeesLatent => true;

    /// <summary>Makes one of a file's weights.</summary>
    /// <exception cref="DiffusionException">The kind is not supported, or weights are missing.</exception>
    public static new ControlNet Load(IWeightSource source, UNetConfig model)
    {
        IWeightSource original = ControlNetLayouts.ToOriginal(source);
        return new ControlNet(new WeightSet(original), ControlNetLayouts.Detect(new WeightSet(original), model));
    }

    /// <inheritdoc/>
    public override ControlHint Prepare(Tensor hint, int latentHeight, int latentWidth)
    {
        if (hint.Rank != 4 || hint.Shape[1] != HintChannels)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"This ControlNet takes hints of {HintChannels} channels, not {hint.Shape}.", "image");
        }

        using TensorScope scope = TensorScope.Begin();
        Tensor pixels = Fit(hint, latentHeight * LatentScale, latentWidth * LatentScale);
        return new ControlHint(pixels, [EncodeHint(pixels)]);
    }

    /// <summary>Returns what is added to the first block: [batch, model channels, height / 8, width / 8].</summary>
    /// <param name="pixels">[batch, channels, height, width], fitted.</param>
    public Tensor EncodeHint(Tensor pixels)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor h = pixels;
        for (int i = 0; i < _hint.Length; i++)
        {
            Tensor next = _hint[i].Forward(h, i < _hint.Length - 1 ? Activation.Silu : Activation.None);
            if (h != pixels)
            {
                h.Dispose();
            }

            h = next;
        }

        return scope.Keep(h);
    }

    /// <inheritdoc/>
    protected override ControlResiduals Compute(NetworkInput input, ControlHint hint)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor latent = input.Latent.Rank == 4 && input.Latent.Shape[1] > Config.InChannels ? input.Latent.Slice(1, 0, Config.InChannels) : input.Latent;

        // What was patched into the model does not reach the network that steers it.
        input = input with { Latent = latent, Hooks = NetworkHooks.None, Control = null };
        _encoder.Check(input, "The ControlNet");
        Tensor time = _encoder.Embed(input).Silu();
        Tensor guide = Spread(hint.Features[0]!, input);
        List<Tensor?> output = [];
        Tensor h = input.Latent;
        for (int i = 0; i < _zero.Length; i++)
        {
            Tensor next = _encoder.Blocks[i].Forward(h, time, input);
            if (i == 0)
            {
                next.Backend.BinaryInPlace(BinaryOp.Add, next, guide);
            }

            output.Add(scope.Keep(_zero[i].Forward(next)));
            if (i > 0)
            {
                h.Dispose();
            }

            h = next;
        }

        Tensor middle = _encoder.Middle is null ? h : _encoder.Middle.Forward(h, time, input);
        return new ControlResiduals([], [scope.Keep(_middle.Forward(middle))], output);
    }
}
