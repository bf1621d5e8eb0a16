using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Vae;

/// <summary>The tiny autoencoder (TAESD): pictures in a fraction of the time, for previews and as a stand-in for the large one.</summary>
public sealed class Taesd : VaeNetwork
{
    private const int Channels = 64;
    private const string DecoderPrefix = "taesd_decoder.";
    private const string EncoderPrefix = "taesd_encoder.";

    private readonly IStep[] _encoder;
    private readonly IStep[] _decoder;

    /// <summary>Takes the weights of either half.</summary>
    /// <param name="encoder">Weights named <c>0.weight</c>, <c>1.conv.0.weight</c>, …; null for none.</param>
    /// <param name="decoder">Weights named <c>1.weight</c>, <c>3.conv.0.weight</c>, …; null for none.</param>
    /// <param name="scale">What a latent is multiplied with before decoding: the model's scale factor as an autoencoder, 1 for previews of latents as the model sees them.</param>
    /// <param name="shift">What is taken from a latent before that.</param>
    /// <exception cref="DiffusionException">Weights are missing or wrongly shaped; all are listed.</exception>
    public Taesd(WeightSet? encoder, WeightSet? decoder, float scale = 1, float shift = 0)
    {
        if ((encoder ?? decoder) is not { } any || !float.IsFinite(scale) || scale == 0)
        {
            throw new DiffusionException(DiffusionCodes.WeightsMissing, "A TAESD needs an encoder or a decoder, and a scale that is not 0.");
        }

        (Backend, LatentScale, LatentShift) = (any.Backend, scale, shift);
        LatentChannels = decoder?.ShapeOf("1.weight") is { Rank: 4 } first ? first[1] : encoder?.ShapeOf("14.weight") is { Rank: 4 } last ? last[0] : 4;
        _encoder = encoder is null ? [] : [.. EncoderSteps(encoder, LatentChannels)];
        _decoder = decoder is null ? [] : [.. DecoderSteps(decoder, LatentChannels)];
        encoder?.ThrowIfIncomplete("the encoder of a TAESD");
        decoder?.ThrowIfIncomplete("the decoder of a TAESD");
    }

    private interface IStep
    {
        Tensor Forward(Tensor x);
    }

    /// <summary>Gets what a latent is multiplied with before decoding.</summary>
    public float LatentScale { get; }

    /// <summary>Gets what is taken from a latent before decoding.</summary>
    public float LatentShift { get; }

    /// <inheritdoc/>
    public override ITensorBackend Backend { get; }

    /// <inheritdoc/>
    public override int LatentChannels { get; }

    /// <inheritdoc/>
    public override int Scale => 8;

    /// <inheritdoc/>
    public override long DecodeBytes(int height, int width) => EncodeBytes(height * Scale, width * Scale);

    /// <inheritdoc/>
    public override long EncodeBytes(int height, int width) => (long)height * width * 4 * Channels * sizeof(float);

    /// <inheritdoc/>
    public override bool CanEncode => _encoder.Length > 0;

    /// <inheritdoc/>
    public override bool CanDecode => _decoder.Length > 0;

    /// <summary>Says whether the weights are those of a TAESD, in one file for both halves (<c>taesd_decoder.*</c>, <c>taesd_encoder.*</c>).</summary>
    public static bool IsIn(IWeightSource source) => source.ShapeOf(DecoderPrefix + "1.weight") is not null || source.ShapeOf(EncoderPrefix + "0.weight") is not null;

    /// <summary>Makes one of a file for both halves, with <c>vae_scale</c> and <c>vae_shift</c> where they are there.</summary>
    public static Taesd Load(IWeightSource source)
    {
        WeightSet weights = new(source);
        float Value(string name, float otherwise) => weights.Find(name) is { Count: 1 } value ? value.Item() : otherwise;
        return new Taesd(
            weights.Has(EncoderPrefix + "0.weight") ? weights.Under("taesd_encoder") : null,
            weights.Has(DecoderPrefix + "1.weight") ? weights.Under("taesd_decoder") : null,
            Value("vae_scale", 1),
            Value("vae_shift", 0));
    }

    /// <summary>Makes a decoder of a file that holds nothing else, as those in <c>vae_approx</c> do.</summary>
    public static Taesd LoadDecoder(IWeightSource source, float scale = 1, float shift = 0) => new(null, new WeightSet(source), scale, shift);

    /// <inheritdoc/>
    public override Tensor Encode(Tensor pixels, CancellationToken cancellationToken = default)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor result = Run(_encoder, Backend.Affine(pixels, 0.5f, 0.5f), cancellationToken);
        Backend.BinaryInPlace(BinaryOp.Divide, result, LatentScale);
        Backend.BinaryInPlace(BinaryOp.Add, result, LatentShift);
        return scope.Keep(result);
    }

    /// <inheritdoc/>
    public override Tensor Decode(Tensor latent, CancellationToken cancellationToken = default)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor x = LatentShift == 0 ? latent * LatentScale : (latent - LatentShift) * LatentScale;
        Backend.BinaryInPlace(BinaryOp.Divide, x, 3);
        Backend.UnaryInPlace(UnaryOp.Tanh, x);
        Backend.BinaryInPlace(BinaryOp.Multiply, x, 3);
        Tensor result = Run(_decoder, x, cancellationToken);
        Backend.BinaryInPlace(BinaryOp.Subtract, result, 0.5f);
        Backend.BinaryInPlace(BinaryOp.Multiply, result, 2);
        return scope.Keep(result);
    }

    private static Tensor Run(IStep[] steps, Tensor x, CancellationToken cancellationToken)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor h = x;
        foreach (IStep step in steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor next = step.Forward(h);
            if (h != x)
            {
                h.Dispose();
            }

            h = next;
        }

        return scope.Keep(h);
    }

    // Three times: a convolution of stride 2, then blocks.
    private static IEnumerable<IStep> EncoderSteps(WeightSet weights, int latent)
    {
        yield return new Conv(weights.Under(0), 3, Channels, new(1, 1));
        yield return new Block(weights.Under(1));
        foreach (int at in (int[])[2, 6, 10])
        {
            yield return new Conv(weights.Under(at), Channels, Channels, new(2, 1));
            for (int i = 1; i <= 3; i++)
            {
                yield return new Block(weights.Under(at + i));
            }
        }

        yield return new Conv(weights.Under(14), Channels, latent, new(1, 1));
    }

    // Three times: blocks, twice the size, a convolution; ReLU and resizing have numbers but no weights.
    private static IEnumerable<IStep> DecoderSteps(WeightSet weights, int latent)
    {
        yield return new Conv(weights.Under(1), latent, Channels, new(1, 1) { Activation = Activation.Relu });
        foreach (int at in (int[])[3, 8, 13])
        {
            for (int i = 0; i < 3; i++)
            {
                yield return new Block(weights.Under(at + i));
            }

            yield return new Up(weights.Under(at + 4));
        }

        yield return new Block(weights.Under(18));
        yield return new Conv(weights.Under(19), Channels, 3, new(1, 1));
    }

    private sealed class Conv(WeightSet weights, int inputs, int outputs, ConvOptions options) : IStep
    {
        private readonly Conv2d _conv = new(weights, inputs, outputs, 3, options);

        public Tensor Forward(Tensor x) => _conv.Forward(x, options.Activation);
    }

    private sealed class Up(WeightSet weights) : IStep
    {
        private readonly Conv2d _conv = new(weights, Channels, Channels, 3);

        public Tensor Forward(Tensor x)
        {
            using TensorScope scope = TensorScope.Begin();
            return scope.Keep(_conv.Forward(x.Backend.Interpolate(x, x.Shape[2] * 2, x.Shape[3] * 2, InterpolationMode.Nearest)));
        }
    }

    private sealed class Block(WeightSet weights) : IStep
    {
        private readonly Conv2d[] _convs = [.. ((int[])[0, 2, 4]).Select(i => new Conv2d(weights.Under("conv").Under(i), Channels, Channels, 3))];

        public Tensor Forward(Tensor x)
        {
            using TensorScope scope = TensorScope.Begin();
            Tensor first = _convs[0].Forward(x, Activation.Relu);
            Tensor second = _convs[1].Forward(first, Activation.Relu);
            first.Dispose();
            Tensor result = _convs[2].Forward(second);
            second.Dispose();
            x.Backend.BinaryInPlace(BinaryOp.Add, result, x);
            x.Backend.UnaryInPlace(UnaryOp.Relu, result);
            return scope.Keep(result);
        }
    }
}
