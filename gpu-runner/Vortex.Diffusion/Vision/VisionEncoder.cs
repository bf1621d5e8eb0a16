using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Text;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Vision;

/// <summary>Sees pictures: CLIP's vision transformer, or SigLIP's.</summary>
/// <remarks>Immutable; may be used from several threads.</remarks>
public sealed class VisionEncoder
{
    private readonly Tensor? _class;
    private readonly Tensor _positions;
    private readonly Conv2d _patches;
    private readonly LayerNorm? _firstNorm;
    private readonly ClipBlock[] _blocks;
    private readonly LayerNorm _lastNorm;
    private readonly Tensor? _projection;

    /// <summary>Takes the weights and reads the sizes off them.</summary>
    /// <param name="weights">Named as <see cref="VisionWeights"/> names them.</param>
    /// <exception cref="DiffusionException">Weights are missing or wrongly shaped, or there is no picture encoder among them.</exception>
    public VisionEncoder(IWeightSource weights)
        : this(weights, VisionConfig.Detect(new WeightSet(weights)))
    {
    }

    /// <summary>Takes the weights of an encoder whose sizes are known.</summary>
    /// <param name="weights">Named as <see cref="VisionWeights"/> names them.</param>
    /// <param name="config">The sizes.</param>
    /// <exception cref="DiffusionException">Weights are missing or wrongly shaped.</exception>
    public VisionEncoder(IWeightSource weights, VisionConfig config)
    {
        Config = config;
        WeightSet all = new(weights);
        WeightSet model = all.Under("vision_model");
        bool isClip = config.Kind == VisionKind.Clip;
        int side = config.ImageSize / config.PatchSize;
        _class = isClip ? model.Get("embeddings.class_embedding", [config.Width]) : null;
        _positions = model.Get("embeddings.position_embedding.weight", [(side * side) + (isClip ? 1 : 0), config.Width]);
        _patches = new Conv2d(model.Under("embeddings").Under("patch_embedding"), 3, config.Width, config.PatchSize, new ConvOptions(config.PatchSize));
        _firstNorm = isClip ? new LayerNorm(model.Under("pre_layrnorm"), config.Width) : null;
        _blocks = [.. Enumerable.Range(0, config.Layers).Select(i => Block(model.Under("encoder").Under("layers").Under(i), config))];
        _lastNorm = new LayerNorm(model.Under("post_layernorm"), config.Width);
        _projection = isClip && all.ShapeOf("visual_projection.weight") is { Rank: 2 } shape
            ? all.Get("visual_projection.weight", [shape[0], config.Width])
            : null;
        all.ThrowIfIncomplete("a picture encoder");
    }

    /// <summary>Gets the sizes.</summary>
    public VisionConfig Config { get; }

    /// <summary>Prepares and encodes pictures.</summary>
    /// <param name="pictures">[batch, height, width, channels], 0 to 1; an alpha channel is dropped.</param>
    /// <param name="crop">Whether what is too long is cut off; else it is squeezed.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <returns>Detached tensors. CLIP: the last blocks raw, the embedding [batch, width]. SigLIP: the last one normalised, and again as the embedding.</returns>
    /// <exception cref="DiffusionException">The pictures have fewer than three channels.</exception>
    public VisionOutput Encode(Tensor pictures, bool crop = true, CancellationToken cancellationToken = default)
    {
        using TensorScope scope = TensorScope.Begin();
        return Forward(VisionPreprocessing.Prepare(pictures, Config, crop), null, cancellationToken);
    }

    /// <summary>Encodes prepared pictures [batch, 3, size, size]; hands each stage to <paramref name="trace"/>.</summary>
    internal VisionOutput Forward(Tensor pixels, Action<string, Tensor>? trace, CancellationToken cancellationToken)
    {
        using TensorScope scope = TensorScope.Begin();
        ITensorBackend backend = pixels.Backend;
        Tensor x = Embed(pixels);
        trace?.Invoke("vision_model.embeddings", x);
        if (_firstNorm is not null)
        {
            x = _firstNorm.Forward(x);
            trace?.Invoke("vision_model.pre_layrnorm", x);
        }

        Tensor penultimate = x;
        for (int i = 0; i < _blocks.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (i == _blocks.Length - 1)
            {
                penultimate = x.Clone();
            }

            _blocks[i].Apply(x, causal: false);
            trace?.Invoke($"vision_model.encoder.layers.{i}", x);
        }

        if (Config.Kind == VisionKind.Siglip)
        {
            Tensor normal = _lastNorm.Forward(x).Detach();
            return new VisionOutput(normal, normal, penultimate.Detach());
        }

        Tensor pooled = _lastNorm.Forward(x.Slice(1, 0, 1).Clone()).Reshape(x.Shape[0], Config.Width);
        Tensor embedding = _projection is null ? pooled : backend.Linear(pooled, _projection);
        return new VisionOutput(embedding.Detach(), x.Detach(), penultimate.Detach());
    }

    private Tensor Embed(Tensor pixels)
    {
        ITensorBackend backend = pixels.Backend;
        Tensor patches = _patches.Forward(pixels).Reshape(pixels.Shape[0], Config.Width, -1).Permute(0, 2, 1);
        Tensor x = _class is null
            ? backend.Clone(patches)
            : backend.Concat([_class.To(DType.Float32).Reshape(1, 1, Config.Width).Expand(pixels.Shape[0], 1, Config.Width), patches], 1);
        backend.BinaryInPlace(BinaryOp.Add, x, _positions.To(DType.Float32));
        return x;
    }

    private static ClipBlock Block(WeightSet weights, VisionConfig config) => new(
        weights,
        config.Width,
        config.Heads,
        config.Inner,
        config.Activation switch { VisionActivation.QuickGelu => Activation.QuickGelu, VisionActivation.Gelu => Activation.Gelu, _ => Activation.None },
        isGeluTanh: config.Activation == VisionActivation.GeluTanh);
}
