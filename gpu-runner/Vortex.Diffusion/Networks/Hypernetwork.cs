using System.Globalization;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>A hypernetwork of Stable Diffusion: small networks that change what attention takes its keys and values from, one pair for each width.</summary>
/// <remarks>
/// <c>keys + strength * f(keys)</c> and <c>values + strength * g(values)</c>, before both are projected; widths that the file does not have are left as
/// they are. Layers and activations follow ComfyUI: with layer norms the last linear map is activated too, since the norm behind it counts as the last.
/// Its random dropping out, which belongs to training, is left out. Safe to use from several threads.
/// </remarks>
public sealed class Hypernetwork
{
    private readonly Dictionary<int, (Network Keys, Network Values)> _byWidth = [];

    private Hypernetwork()
    {
    }

    /// <summary>Gets the widths of keys and values that it changes.</summary>
    public IEnumerable<int> Widths => _byWidth.Keys.Order();

    /// <summary>Makes one of a file.</summary>
    /// <param name="file">Tells what stands beside the weights: <c>activation_func</c>, <c>is_layer_norm</c>, <c>activate_output</c>.</param>
    /// <param name="source">Its weights: <c>768.0.linear.0.weight</c> is of the keys' network for a width of 768, <c>768.1.</c> of the values'.</param>
    /// <exception cref="DiffusionException">The activation is not known, or weights are missing or wrongly shaped.</exception>
    public static Hypernetwork Load(IModelFile file, IWeightSource source)
    {
        string activation = file.Metadata.GetValueOrDefault("activation_func", "linear");
        if (!Activations.ByName.ContainsKey(activation))
        {
            throw new DiffusionException(
                DiffusionCodes.FamilyUnsupported,
                $"The hypernetwork '{file.Name}' has the activation '{activation}', which is not supported; supported are {string.Join(", ", Activations.ByName.Keys)}.",
                "hypernetwork_name");
        }

        bool Flag(string name) => file.Metadata.GetValueOrDefault(name) == bool.TrueString;
        WeightSet weights = new(source);
        Hypernetwork made = new();
        foreach (int width in source.Names.Select(WidthOf).OfType<int>().Distinct().Order())
        {
            Network Part(int index) => new(weights.Under(width).Under(index), LayersOf(source, $"{width}.{index}."), width, activation, Flag("is_layer_norm"), Flag("activate_output"));
            made._byWidth.Add(width, (Part(0), Part(1)));
        }

        weights.ThrowIfIncomplete("a hypernetwork");
        return made._byWidth.Count > 0 ? made : throw new DiffusionException(DiffusionCodes.WeightsMissing, $"'{file.Name}' holds no hypernetwork: no key begins with a width.");
    }

    /// <summary>Returns what changes the attentions of a UNet.</summary>
    /// <param name="strength">How much; 0 changes nothing, negative numbers turn it round.</param>
    public IAttentionHook Hook(float strength) => new Changed(this, strength);

    private static int? WidthOf(string name) =>
        name.IndexOf('.', StringComparison.Ordinal) is > 0 and < 7 and int dot && int.TryParse(name.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width > 0
            ? width
            : null;

    // Names end with the layer's number in the sequence, such as linear.0 and linear.2.
    private static string[] LayersOf(IWeightSource source, string prefix) =>
    [
        .. source.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal))
            .Select(name => name[prefix.Length..^".weight".Length])
            .OrderBy(name => int.TryParse(name.AsSpan(name.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue)
            .ThenBy(name => name, StringComparer.Ordinal),
    ];

    private sealed class Changed(Hypernetwork network, float strength) : IAttentionHook
    {
        public (Tensor Keys, Tensor Values) Context(AttentionPlace place, Tensor keys, Tensor values)
        {
            if (!network._byWidth.TryGetValue(keys.Shape[-1], out (Network Keys, Network Values) pair))
            {
                return (keys, values);
            }

            using TensorScope scope = TensorScope.Begin();
            return (scope.Keep(keys + (pair.Keys.Forward(keys) * strength)), scope.Keep(values + (pair.Values.Forward(values) * strength)));
        }
    }

    private sealed class Network
    {
        private readonly List<Func<Tensor, Tensor>> _steps = [];

        public Network(WeightSet weights, string[] names, int width, string activation, bool hasNorms, bool activatesOutput)
        {
            Func<Tensor, Tensor>? activate = Activations.ByName[activation];
            int inputs = width;
            if (names.Length == 0)
            {
                weights.Get("linear.0.weight", [width, width]);
            }

            for (int i = 0; i < names.Length; i++)
            {
                bool isLast = i == names.Length - 1;
                WeightSet at = weights.Under(names[i]);
                int outputs = at.ShapeOf("weight") is { Rank: 2 } shape ? shape[0] : width;
                at.Get("bias", [outputs]);
                Linear linear = new(at, inputs, outputs);
                _steps.Add(x => linear.Forward(x));
                inputs = outputs;
                if (activate is not null && (!isLast || activatesOutput))
                {
                    _steps.Add(activate);
                }

                if (hasNorms && ++i < names.Length)
                {
                    LayerNorm norm = new(weights.Under(names[i]), outputs);
                    _steps.Add(norm.Forward);
                }
            }

            if (inputs != width)
            {
                // What is added to keys and values has to be as wide as they are.
                weights.Get($"{names[^1]}.weight", [width, inputs]);
            }
        }

        public Tensor Forward(Tensor x) => _steps.Aggregate(x, (h, step) => step(h));
    }

    private static class Activations
    {
        // "swish" is what ComfyUI computes under that name.
        public static Dictionary<string, Func<Tensor, Tensor>?> ByName { get; } = new(StringComparer.Ordinal)
        {
            ["linear"] = null,
            ["relu"] = x => x.Map(UnaryOp.Relu),
            ["leakyrelu"] = x => x.Clamp(0, float.PositiveInfinity) + (x.Clamp(float.NegativeInfinity, 0) * 0.01f),
            ["elu"] = x => x.Clamp(0, float.PositiveInfinity) + (x.Clamp(float.NegativeInfinity, 0).Map(UnaryOp.Exp) - 1),
            ["swish"] = x => x * ((x + 3).Clamp(0, 6) * (1f / 6)),
            ["tanh"] = x => x.Map(UnaryOp.Tanh),
            ["sigmoid"] = x => x.Map(UnaryOp.Sigmoid),
            ["softsign"] = x => x / (x.Map(UnaryOp.Abs) + 1),
            ["mish"] = x => x * x.Map(UnaryOp.Softplus).Map(UnaryOp.Tanh),
        };
    }
}
