using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Text;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Vision;

/// <summary>Turns what a picture encoder saw into tokens that a model takes for text: T2I's style adapter, or Flux Redux.</summary>
/// <remarks>Immutable; may be used from several threads.</remarks>
public abstract class StyleModel
{
    /// <summary>Gets the width of the hidden states it takes.</summary>
    public abstract int SeenWidth { get; }

    /// <summary>Gets the width of the text it makes.</summary>
    public abstract int TextWidth { get; }

    /// <summary>Makes one of weights named as <see cref="Weights"/> names them; the kind is found from the keys.</summary>
    /// <exception cref="DiffusionException">The kind is not known, or weights are missing or wrongly shaped.</exception>
    public static StyleModel Load(IWeightSource source)
    {
        WeightSet weights = new(source);
        StyleModel made = weights.Has("style_embedding") ? new Adapter(weights)
            : weights.Has("redux_up.weight") ? new Redux(weights)
            : throw new DiffusionException(DiffusionCodes.FamilyUnsupported, "The file holds no style model of a known kind: neither 'style_embedding' nor 'redux_up.weight' is there.", "style_model_name");
        weights.ThrowIfIncomplete("a style model");
        return made;
    }

    /// <summary>Names a file's weights; what it returns must live as long as the model.</summary>
    public static MappedWeights Weights(IWeightSource source)
    {
        // The spelling is the files' own.
        const string Layers = "transformer_layes.";
        MappedWeights.Builder map = new(source.Backend);
        foreach (string name in source.Names.Where(name => !name.StartsWith(Layers, StringComparison.Ordinal)))
        {
            map.Add(name, source, name);
        }

        for (int i = 0; source.ShapeOf($"{Layers}{i}.ln_1.weight") is not null; i++)
        {
            OpenClipKeys.MapBlock(map, source, $"{Layers}{i}.", $"layers.{i}.");
        }

        return map.Build();
    }

    /// <summary>Makes tokens.</summary>
    /// <param name="hidden">The picture encoder's last layer: [batch, patches, width].</param>
    /// <returns>[batch, tokens, text width].</returns>
    /// <exception cref="DiffusionException">It was made by another picture encoder than the model is for.</exception>
    public Tensor Encode(Tensor hidden)
    {
        if (hidden.Rank != 3 || hidden.Shape[2] != SeenWidth)
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch, $"The style model takes pictures encoded {SeenWidth} wide, and these are {hidden.Shape}. Encode them with the picture encoder it was made for.", "clip_vision_output");
        }

        using TensorScope scope = TensorScope.Begin();
        return scope.Keep(Compute(hidden));
    }

    /// <summary>Computes; shapes were checked.</summary>
    private protected abstract Tensor Compute(Tensor hidden);

    private static Shape ShapeOf(WeightSet weights, string name, int rank) =>
        weights.ShapeOf(name) is { } shape && shape.Rank == rank ? shape : new Shape([.. Enumerable.Repeat(1, rank)]);

    /// <summary>Learned tokens join the picture's, go through a transformer with it, and are what comes out.</summary>
    private sealed class Adapter : StyleModel
    {
        private const int Heads = 8;
        private const int MaximumLayers = 64;

        private readonly Tensor _tokens;
        private readonly LayerNorm _before;
        private readonly LayerNorm _after;
        private readonly ClipBlock[] _blocks;
        private readonly Tensor _projection;

        public Adapter(WeightSet weights)
        {
            Shape tokens = ShapeOf(weights, "style_embedding", 3);
            Shape projection = ShapeOf(weights, "proj", 2);
            (SeenWidth, TextWidth) = (tokens[2], projection[1]);
            if (SeenWidth % Heads != 0)
            {
                throw new DiffusionException(DiffusionCodes.WeightsMissing, $"A style adapter of {Heads} heads cannot be {SeenWidth} wide.", "style_model_name");
            }

            _tokens = weights.Get("style_embedding", [1, tokens[1], SeenWidth]);
            _projection = weights.Get("proj", [SeenWidth, TextWidth]);
            (_before, _after) = (new LayerNorm(weights.Under("ln_pre"), SeenWidth), new LayerNorm(weights.Under("ln_post"), SeenWidth));
            WeightSet layers = weights.Under("layers");
            int count = 0;
            while (count < MaximumLayers && layers.Has($"{count}.self_attn.q_proj.weight"))
            {
                count++;
            }

            _blocks = [.. Enumerable.Range(0, count).Select(i => new ClipBlock(layers.Under(i), SeenWidth, Heads, 4 * SeenWidth, Activation.QuickGelu))];
            _ = count == 0 ? layers.Get("0.self_attn.q_proj.weight", [SeenWidth, SeenWidth]) : null;
        }

        public override int SeenWidth { get; }

        public override int TextWidth { get; }

        private protected override Tensor Compute(Tensor hidden)
        {
            (int batch, int count) = (hidden.Shape[0], _tokens.Shape[1]);
            Tensor x = _before.Forward(hidden.Backend.Concat([hidden, hidden.Backend.Repeat(_tokens.To(DType.Float32), [batch, 1, 1])], 1));
            foreach (ClipBlock block in _blocks)
            {
                block.Apply(x, causal: false);
            }

            Tensor last = _after.Forward(hidden.Backend.Contiguous(x.Slice(1, x.Shape[1] - count, count)));
            return last.Reshape(batch * count, SeenWidth).MatMul(_projection.To(DType.Float32)).Reshape(batch, count, TextWidth);
        }
    }

    /// <summary>Two linear maps with SiLU between them, token by token.</summary>
    private sealed class Redux : StyleModel
    {
        private readonly Linear _up;
        private readonly Linear _down;

        public Redux(WeightSet weights)
        {
            (Shape up, Shape down) = (ShapeOf(weights, "redux_up.weight", 2), ShapeOf(weights, "redux_down.weight", 2));
            (SeenWidth, TextWidth) = (up[1], down[0]);
            (_up, _down) = (new Linear(weights.Under("redux_up"), up[1], up[0]), new Linear(weights.Under("redux_down"), up[0], down[0]));
        }

        public override int SeenWidth { get; }

        public override int TextWidth { get; }

        private protected override Tensor Compute(Tensor hidden) => _down.Forward(_up.Forward(hidden, Activation.Silu));
    }
}
