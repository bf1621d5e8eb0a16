using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Vae;

/// <summary>The autoencoder of Stable Diffusion 1, 2, XL, 3 and Flux.</summary>
/// <remarks>
/// Peak memory of a decode, beside the weights: about five tensors of [channels, height, width] of the level that is largest, which for the
/// published models is 256 channels at full size: 1.2 KB for every pixel of the picture and float32 (0.7 GB at 512x512 with the convolution's own
/// buffers, 2.8 GB at 1024x1024, 11 GB at 2048x2048). Encoding takes about half. Tiles bound it: see <see cref="Autoencoder.DecodeTiled"/>.
/// </remarks>
public sealed class AutoencoderKl : VaeNetwork
{
    // Buffers of convolutions and what is smaller than the largest level.
    private const double Surplus = 1.2;

    private readonly IVaeStep[] _encoder;
    private readonly IVaeStep[] _decoder;

    /// <summary>Takes the weights, in the original layout: <c>encoder.*</c>, <c>decoder.*</c>, and <c>quant_conv</c>, <c>post_quant_conv</c> where they are there.</summary>
    /// <param name="weights">Without a prefix such as <c>first_stage_model.</c>. Either half may be missing as a whole.</param>
    /// <exception cref="DiffusionException">Weights are missing or wrongly shaped; all are listed.</exception>
    public AutoencoderKl(WeightSet weights)
    {
        Config = VaeConfig.Detect(weights);
        Backend = weights.Backend;
        _encoder = weights.Has("encoder.conv_in.weight") ? [.. EncoderSteps(weights)] : [];
        _decoder = weights.Has("decoder.conv_in.weight") ? [.. DecoderSteps(weights)] : [];
        weights.ThrowIfIncomplete("an autoencoder");
    }

    /// <summary>Gets what it is.</summary>
    public VaeConfig Config { get; }

    /// <inheritdoc/>
    public override ITensorBackend Backend { get; }

    /// <inheritdoc/>
    public override int LatentChannels => Config.LatentChannels;

    /// <inheritdoc/>
    public override int Scale => Config.Scale;

    /// <inheritdoc/>
    public override bool CanEncode => _encoder.Length > 0;

    /// <inheritdoc/>
    public override bool CanDecode => _decoder.Length > 0;

    /// <inheritdoc/>
    public override long DecodeBytes(int height, int width)
    {
        double most = 0;
        for (int level = 0; level < Config.Channels.Length; level++)
        {
            // What comes in, the same normalised, and what goes out; a level begins with the channels of the one before it.
            int inputs = Config.Channels[Math.Min(level + 1, Config.Channels.Length - 1)];
            double pixels = (double)height * width * Math.Pow(Scale >> level, 2);
            most = Math.Max(most, pixels * ((2 * Math.Max(inputs, Config.Channels[level])) + Config.Channels[level]));
        }

        return (long)(most * Surplus * sizeof(float));
    }

    /// <inheritdoc/>
    public override long EncodeBytes(int height, int width)
    {
        double most = 0;
        for (int level = 0; level < Config.Channels.Length; level++)
        {
            most = Math.Max(most, height * (double)width / Math.Pow(1 << level, 2) * 3 * Config.Channels[level]);
        }

        return (long)(most * Surplus * sizeof(float));
    }

    /// <inheritdoc/>
    public override Tensor Encode(Tensor pixels, CancellationToken cancellationToken = default)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor moments = Moments(pixels, null, cancellationToken);
        return scope.Keep(moments.Slice(1, 0, LatentChannels).Clone());
    }

    /// <inheritdoc/>
    public override Tensor Decode(Tensor latent, CancellationToken cancellationToken = default) => Run(_decoder, latent, null, cancellationToken);

    /// <summary>Returns mean and logarithm of the variance, one after the other: [batch, 2 * latent channels, ..].</summary>
    /// <param name="pixels">[batch, 3, height, width], -1 to 1.</param>
    /// <param name="trace">Told the result of every step by name; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    public Tensor Moments(Tensor pixels, Action<string, Tensor>? trace = null, CancellationToken cancellationToken = default) =>
        Run(_encoder, pixels, trace, cancellationToken);

    /// <summary>As <see cref="Decode(Tensor, CancellationToken)"/>; tells the result of every step.</summary>
    public Tensor Decode(Tensor latent, Action<string, Tensor> trace, CancellationToken cancellationToken = default) =>
        Run(_decoder, latent, trace, cancellationToken);

    private static Tensor Run(IVaeStep[] steps, Tensor x, Action<string, Tensor>? trace, CancellationToken cancellationToken)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor h = x;
        foreach (IVaeStep step in steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor next = step.Forward(h);
            trace?.Invoke(step.Name, next);
            if (h != x)
            {
                h.Dispose();
            }

            h = next;
        }

        return scope.Keep(h);
    }

    private IEnumerable<IVaeStep> EncoderSteps(WeightSet weights)
    {
        WeightSet encoder = weights.Under("encoder");
        int channels = Config.Channels[0];
        yield return new VaeConv(encoder.Under("conv_in"), "encoder.conv_in", Config.PictureChannels, channels, 3);
        for (int level = 0; level < Config.Channels.Length; level++)
        {
            WeightSet down = encoder.Under("down").Under(level);
            for (int i = 0; i < Config.ResBlocks; i++)
            {
                yield return new VaeResBlock(down.Under("block").Under(i), $"encoder.down.{level}.block.{i}", channels, Config.Channels[level]);
                channels = Config.Channels[level];
            }

            if (level < Config.Channels.Length - 1)
            {
                yield return new VaeDown(down.Under("downsample"), $"encoder.down.{level}.downsample", channels);
            }
        }

        foreach (IVaeStep step in Middle(encoder.Under("mid"), "encoder.mid", channels))
        {
            yield return step;
        }

        int moments = 2 * Config.LatentChannels;
        yield return new VaeNorm(encoder.Under("norm_out"), "encoder.norm_out", channels);
        yield return new VaeConv(encoder.Under("conv_out"), "encoder.conv_out", channels, moments, 3);
        if (weights.Has("quant_conv.weight"))
        {
            yield return new VaeConv(weights.Under("quant_conv"), "quant_conv", moments, moments, 1);
        }
    }

    private IEnumerable<IVaeStep> DecoderSteps(WeightSet weights)
    {
        WeightSet decoder = weights.Under("decoder");
        if (weights.Has("post_quant_conv.weight"))
        {
            yield return new VaeConv(weights.Under("post_quant_conv"), "post_quant_conv", Config.LatentChannels, Config.LatentChannels, 1);
        }

        int channels = Config.Channels[^1];
        yield return new VaeConv(decoder.Under("conv_in"), "decoder.conv_in", Config.LatentChannels, channels, 3);
        foreach (IVaeStep step in Middle(decoder.Under("mid"), "decoder.mid", channels))
        {
            yield return step;
        }

        for (int level = Config.Channels.Length - 1; level >= 0; level--)
        {
            WeightSet up = decoder.Under("up").Under(level);
            for (int i = 0; i <= Config.ResBlocks; i++)
            {
                yield return new VaeResBlock(up.Under("block").Under(i), $"decoder.up.{level}.block.{i}", channels, Config.Channels[level]);
                channels = Config.Channels[level];
            }

            if (level > 0)
            {
                yield return new VaeUp(up.Under("upsample"), $"decoder.up.{level}.upsample", channels);
            }
        }

        yield return new VaeNorm(decoder.Under("norm_out"), "decoder.norm_out", channels);
        yield return new VaeConv(decoder.Under("conv_out"), "decoder.conv_out", channels, Config.PictureChannels, 3);
    }

    private static IEnumerable<IVaeStep> Middle(WeightSet mid, string path, int channels) =>
    [
        new VaeResBlock(mid.Under("block_1"), $"{path}.block_1", channels, channels),
        new VaeAttention(mid.Under("attn_1"), $"{path}.attn_1", channels),
        new VaeResBlock(mid.Under("block_2"), $"{path}.block_2", channels, channels),
    ];
}
