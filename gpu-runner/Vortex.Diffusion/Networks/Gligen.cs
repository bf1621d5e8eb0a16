using System.Globalization;
using System.Text.RegularExpressions;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>GLIGEN (Li et al., 2023): says where in the picture something is. Boxes with what is in them become tokens that attention sees beside the pixels.</summary>
/// <remarks>Made for SD 1.x; between self attention and attention to the text, gated. Immutable; may be used from several threads.</remarks>
public sealed partial class Gligen
{
    /// <summary>The most boxes.</summary>
    public const int MaximumBoxes = 30;

    private const int Frequencies = 8;
    private const int PositionWidth = Frequencies * 2 * 4;
    private const double Temperature = 100;
    private const int Sd1Width = 768;
    private const int Sd1Heads = 8;
    private const int HeadWidth = 64;

    private readonly Tensor _noText;
    private readonly Tensor _noPlace;
    private readonly Linear[] _linears;
    private readonly Dictionary<(string Block, int Index, int Depth), Fuser> _fusers = [];

    private Gligen(IWeightSource source)
    {
        WeightSet weights = new(source);
        WeightSet position = weights.Under("position_net");
        TextWidth = position.ShapeOf("null_positive_feature") is { Rank: 1 } text ? text[0] : 1;
        int hidden = position.ShapeOf("linears.0.weight") is { Rank: 2 } first ? first[0] : 1;
        int outputs = position.ShapeOf("linears.4.weight") is { Rank: 2 } last ? last[0] : 1;
        (_noText, _noPlace) = (position.Get("null_positive_feature", [TextWidth]), position.Get("null_position_feature", [PositionWidth]));
        WeightSet linears = position.Under("linears");
        _linears = [new Linear(linears.Under(0), TextWidth + PositionWidth, hidden), new Linear(linears.Under(2), hidden, hidden), new Linear(linears.Under(4), hidden, outputs)];
        foreach (Match name in source.Names.Select(name => FuserName().Match(name)).Where(match => match.Success))
        {
            string block = name.Groups[2].Value switch { "input_blocks" => "input", "output_blocks" => "output", _ => "middle" };
            // The transformer of the middle is its second part.
            int index = block == "middle" ? 0 : int.Parse(name.Groups[3].ValueSpan, CultureInfo.InvariantCulture);
            _fusers[(block, index, int.Parse(name.Groups[4].ValueSpan, CultureInfo.InvariantCulture))] = new Fuser(weights.Under(name.Groups[1].Value), outputs);
        }

        weights.ThrowIfIncomplete("a GLIGEN model");
        if (_fusers.Count == 0)
        {
            throw new DiffusionException(DiffusionCodes.WeightsMissing, "The file does not hold a GLIGEN model: it has no layers named 'fuser'.", "gligen_name");
        }
    }

    /// <summary>Gets the width of the pooled text of a box.</summary>
    public int TextWidth { get; }

    /// <summary>Makes one of a file's weights.</summary>
    /// <exception cref="DiffusionException">Weights are missing or wrongly shaped.</exception>
    public static Gligen Load(IWeightSource source) => new(source);

    /// <summary>Returns what puts boxes into the attentions of a UNet.</summary>
    /// <param name="boxes">In latent pixels; at most <see cref="MaximumBoxes"/>.</param>
    /// <param name="height">Rows of the latent.</param>
    /// <param name="width">Columns of the latent.</param>
    /// <returns>A hook that is used in the caller's scope, since it holds tensors of it.</returns>
    /// <exception cref="DiffusionException">The text of a box was encoded for another family, or there are too many.</exception>
    public IAttentionHook Hook(IReadOnlyList<GligenBox> boxes, int height, int width) => new Placed(this, Objects(boxes, height, width));

    /// <summary>Returns the tokens of boxes: [1, <see cref="MaximumBoxes"/>, width]. Places without a box hold what was learned for none.</summary>
    public Tensor Objects(IReadOnlyList<GligenBox> boxes, int height, int width)
    {
        if (boxes.Count > MaximumBoxes)
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"A prompt has {boxes.Count} text boxes; GLIGEN takes {MaximumBoxes}.", "conditioning_to");
        }

        ITensorBackend backend = _noText.Backend;
        using TensorScope scope = TensorScope.Begin();
        (float[] noText, float[] noPlace) = (_noText.To(DType.Float32).ToArray(), _noPlace.To(DType.Float32).ToArray());
        float[] tokens = new float[MaximumBoxes * (TextWidth + PositionWidth)];
        for (int i = 0; i < MaximumBoxes; i++)
        {
            Span<float> token = tokens.AsSpan(i * (TextWidth + PositionWidth), TextWidth + PositionWidth);
            if (i >= boxes.Count)
            {
                noText.CopyTo(token);
                noPlace.CopyTo(token[TextWidth..]);
                continue;
            }

            GligenBox box = boxes[i];
            if (box.Embedding.Count != TextWidth)
            {
                throw new DiffusionException(
                    DiffusionCodes.Mismatch, $"The text of a box is {box.Embedding.Count} wide and GLIGEN takes {TextWidth}: encode it with the text encoder of the family it was made for.", "clip");
            }

            box.Embedding.ToArray().CopyTo(token);
            Place(token[TextWidth..], [box.X / (float)width, box.Y / (float)height, (box.X + box.Width) / (float)width, (box.Y + box.Height) / (float)height]);
        }

        Tensor x = backend.From(tokens, [1, MaximumBoxes, TextWidth + PositionWidth]);
        return scope.Keep(_linears[2].Forward(_linears[1].Forward(_linears[0].Forward(x, Activation.Silu), Activation.Silu)));
    }

    // Sines of all four sides, then their cosines, for one frequency after the other.
    private static void Place(Span<float> target, ReadOnlySpan<float> sides)
    {
        for (int i = 0; i < Frequencies; i++)
        {
            float frequency = (float)Math.Pow(Temperature, i / (double)Frequencies);
            for (int side = 0; side < 4; side++)
            {
                target[(8 * i) + side] = MathF.Sin(frequency * sides[side]);
                target[(8 * i) + 4 + side] = MathF.Cos(frequency * sides[side]);
            }
        }
    }

    [GeneratedRegex(@"^((?:.*\.)?(input_blocks|middle_block|output_blocks)\.(\d{1,2})\.(?:\d\.)?transformer_blocks\.(\d{1,2})\.fuser)\.linear\.weight$")]
    private static partial Regex FuserName();

    private sealed class Placed(Gligen network, Tensor objects) : IAttentionHook
    {
        public void Between(AttentionPlace place, Tensor x)
        {
            if (network._fusers.TryGetValue((place.Block, place.Index, place.Depth), out Fuser? fuser))
            {
                fuser.Apply(x, objects);
            }
        }
    }

    /// <summary>Attention over pixels and boxes, and a feed-forward, each through a learned gate.</summary>
    private sealed class Fuser
    {
        private readonly int _width;
        private readonly Linear _objects;
        private readonly CrossAttention _attention;
        private readonly LayerNorm _norm1;
        private readonly LayerNorm _norm2;
        private readonly Linear _gate;
        private readonly Linear _out;
        private readonly float _alphaAttention;
        private readonly float _alphaDense;

        public Fuser(WeightSet weights, int objects)
        {
            const int Growth = 4;
            _width = weights.ShapeOf("linear.weight") is { Rank: 2 } shape ? shape[0] : 1;
            int heads = objects == Sd1Width ? Sd1Heads : _width / HeadWidth;
            if (heads == 0 || _width % heads != 0)
            {
                throw new DiffusionException(DiffusionCodes.WeightsMissing, $"The file does not hold a GLIGEN model: attention {_width} wide cannot be cut into heads.", "gligen_name");
            }

            _objects = new Linear(weights.Under("linear"), objects, _width);
            _attention = new CrossAttention(weights.Under("attn"), _width, _width, heads);
            (_norm1, _norm2) = (new LayerNorm(weights.Under("norm1"), _width), new LayerNorm(weights.Under("norm2"), _width));
            WeightSet net = weights.Under("ff").Under("net");
            (_gate, _out) = (new Linear(net.Under(0).Under("proj"), _width, 2 * Growth * _width), new Linear(net.Under(2), Growth * _width, _width));
            (_alphaAttention, _alphaDense) = (Gate(weights, "alpha_attn"), Gate(weights, "alpha_dense"));
        }

        public void Apply(Tensor x, Tensor objects)
        {
            if (x.Shape[2] != _width)
            {
                throw new DiffusionException(DiffusionCodes.Mismatch, $"GLIGEN was made for attention {_width} wide, and the model's is {x.Shape[2]}: it is for another family of models.", "gligen_textbox_model");
            }

            using TensorScope scope = TensorScope.Begin();
            ITensorBackend backend = x.Backend;
            Tensor boxes = _objects.Forward(objects);
            Tensor all = _norm1.Forward(backend.Concat([x, x.Shape[0] == 1 ? boxes : backend.Repeat(boxes, [x.Shape[0], 1, 1])], 1));
            Tensor pixels = backend.Contiguous(all.Slice(1, 0, x.Shape[1]));
            backend.AddScaledInPlace(x, _attention.Forward(pixels, all, null), _alphaAttention);
            backend.AddScaledInPlace(x, _out.Forward(backend.Geglu(_gate.Forward(_norm2.Forward(x)))), _alphaDense);
        }

        private static float Gate(WeightSet weights, string name)
        {
            using TensorScope scope = TensorScope.Begin();
            Tensor alpha = weights.Get(name, []);
            return alpha.Count == 1 ? MathF.Tanh(alpha.To(DType.Float32).ToArray()[0]) : 0;
        }
    }
}
