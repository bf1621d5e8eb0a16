using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Networks;

/// <summary>GLIGEN against its definition in plain loops.</summary>
public sealed class GligenTests : IDisposable
{
    private const int Text = 6;
    private const int Hidden = 10;
    // Of this width attention has one head for 64 channels.
    private const int Objects = 5;
    private const int Width = 64;

    private readonly CpuBackend _backend = new();
    private readonly Dictionary<string, double[]> _values = [];

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Boxes_become_the_tokens_of_the_definition_and_empty_places_what_was_learned_for_them()
    {
        using TensorScope scope = TensorScope.Begin();
        Gligen network = Gligen.Load(Weights());
        float[] actual = network.Objects(Boxes(), 32, 48).ToArray();
        double[] expected = Tokens();
        Assert.Equal(30 * Objects, actual.Length);
        Assert.All(actual.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void Pixels_see_boxes_through_the_gates()
    {
        using TensorScope scope = TensorScope.Begin();
        IAttentionHook hook = Gligen.Load(Weights()).Hook(Boxes(), 32, 48);
        float[] pixels = [.. Enumerable.Range(0, 2 * 3 * Width).Select(i => MathF.Sin(i * 0.37f))];
        Tensor x = _backend.From(pixels, [2, 3, Width]);
        hook.Between(Place("input", 1), x);
        double[] expected = [.. Enumerable.Range(0, 2).SelectMany(picture => Fused(pixels.AsSpan(picture * 3 * Width, 3 * Width).ToArray()))];
        Assert.All(x.ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 2e-4));
        Tensor other = _backend.From(pixels, [2, 3, Width]);
        hook.Between(Place("output", 1), other);
        Assert.Equal(pixels, other.ToArray());
    }

    [Fact]
    public void Too_many_boxes_a_text_of_another_width_and_another_model_are_told()
    {
        using TensorScope scope = TensorScope.Begin();
        Gligen network = Gligen.Load(Weights());
        GligenBox box = Boxes()[0];
        Assert.Equal(DiffusionCodes.OutOfRange, Assert.Throws<DiffusionException>(() => network.Objects([.. Enumerable.Repeat(box, 31)], 8, 8)).Code);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => network.Objects([box with { Embedding = _backend.Full([1, 7], 1) }], 8, 8)).Code);
        IAttentionHook hook = network.Hook([box], 8, 8);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => hook.Between(Place("input", 1), _backend.Full([1, 2, 8], 1))).Code);
    }

    [Fact]
    public void A_file_without_fusers_is_told() => Assert.Equal(
        DiffusionCodes.WeightsMissing, Assert.Throws<DiffusionException>(() => Gligen.Load(Weights(name => !name.Contains("fuser", StringComparison.Ordinal)))).Code);

    private static AttentionPlace Place(string block, int index) => new(block, index, 0, false, 8, null!);

    private GligenBox[] Boxes() =>
    [
        new(_backend.From([.. Enumerable.Range(0, Text).Select(i => i * 0.25f)], [1, Text]), 8, 12, 4, 6),
        new(_backend.From([.. Enumerable.Range(0, Text).Select(i => 1 - (i * 0.5f))], [1, Text]), 32, 24, 0, 24),
    ];

    private TensorWeights Weights(Func<string, bool>? keeps = null)
    {
        Dictionary<string, Tensor> tensors = [];
        int number = 0;
        void Add(string name, Shape shape, double scale, double centre = 0)
        {
            number++;
            float[] values = [.. Enumerable.Range(0, (int)shape.Count).Select(i => (float)(centre + (scale * Math.Sin((i + 1) * 0.9 * number))))];
            _values[name] = [.. values.Select(value => (double)value)];
            if (keeps?.Invoke(name) != false)
            {
                tensors[name] = _backend.From(values, shape).Detach();
            }
        }

        Add("position_net.null_positive_feature", [Text], 0.5);
        Add("position_net.null_position_feature", [64], 0.5);
        foreach ((int layer, int outputs, int inputs) in new[] { (0, Hidden, Text + 64), (2, Hidden, Hidden), (4, Objects, Hidden) })
        {
            Add($"position_net.linears.{layer}.weight", [outputs, inputs], 0.3);
            Add($"position_net.linears.{layer}.bias", [outputs], 0.1);
        }

        const string At = "input_blocks.1.1.transformer_blocks.0.fuser.";
        Add(At + "linear.weight", [Width, Objects], 0.3);
        Add(At + "linear.bias", [Width], 0.1);
        foreach (string part in new[] { "to_q", "to_k", "to_v", "to_out.0" })
        {
            Add($"{At}attn.{part}.weight", [Width, Width], 0.15);
        }

        Add(At + "attn.to_out.0.bias", [Width], 0.1);
        foreach (string norm in new[] { "norm1", "norm2" })
        {
            Add($"{At}{norm}.weight", [Width], 0.1, 1);
            Add($"{At}{norm}.bias", [Width], 0.1);
        }

        Add(At + "ff.net.0.proj.weight", [8 * Width, Width], 0.1);
        Add(At + "ff.net.0.proj.bias", [8 * Width], 0.1);
        Add(At + "ff.net.2.weight", [Width, 4 * Width], 0.1);
        Add(At + "ff.net.2.bias", [Width], 0.1);
        Add(At + "alpha_attn", [], 0, 0.7);
        Add(At + "alpha_dense", [], 0, -0.4);
        return new TensorWeights(_backend, tensors);
    }

    private double[] Tokens()
    {
        double[] Token(double[] text, double[] place)
        {
            double Silu(double value) => value / (1 + Math.Exp(-value));
            double[] h = [.. Map("position_net.linears.0", [.. text, .. place]).Select(Silu)];
            return Map("position_net.linears.4", [.. Map("position_net.linears.2", h).Select(Silu)]);
        }

        // Left, top, right and bottom as parts of a latent 48 wide and 32 high.
        double[][] sides = [[6 / 48.0, 4 / 32.0, 18 / 48.0, 12 / 32.0], [0.5, 0, 1, 1]];
        List<double> all = [];
        for (int i = 0; i < 2; i++)
        {
            double[] place = [.. Enumerable.Range(0, 8).SelectMany(band => (IEnumerable<double>)
                [.. sides[i].Select(side => Math.Sin(Math.Pow(100, band / 8.0) * side)), .. sides[i].Select(side => Math.Cos(Math.Pow(100, band / 8.0) * side))])];
            all.AddRange(Token([.. Enumerable.Range(0, Text).Select(k => i == 0 ? k * 0.25 : 1 - (k * 0.5))], place));
        }

        double[] none = Token(_values["position_net.null_positive_feature"], _values["position_net.null_position_feature"]);
        return [.. all, .. Enumerable.Range(0, 28).SelectMany(_ => none)];
    }

    private double[] Fused(float[] pixels)
    {
        const string At = "input_blocks.1.1.transformer_blocks.0.fuser.";
        double[] tokens = Tokens();
        double[][] x = [.. Enumerable.Range(0, 3).Select(row => pixels.AsSpan(row * Width, Width).ToArray().Select(value => (double)value).ToArray())];
        double[][] all = [.. x, .. Enumerable.Range(0, 30).Select(row => Map(At + "linear", tokens.AsSpan(row * Objects, Objects).ToArray()))];
        all = [.. all.Select(row => Norm(At + "norm1", row))];
        double[][] keys = [.. all.Select(row => Map(At + "attn.to_k", row))];
        double[][] values = [.. all.Select(row => Map(At + "attn.to_v", row))];
        for (int row = 0; row < 3; row++)
        {
            double[] query = Map(At + "attn.to_q", all[row]);
            double[] scores = [.. keys.Select(key => query.Zip(key, (a, b) => a * b).Sum() / 8)];
            double most = scores.Max();
            double sum = scores.Sum(score => Math.Exp(score - most));
            double[] mixed = [.. Enumerable.Range(0, Width).Select(i => scores.Zip(values, (score, value) => Math.Exp(score - most) / sum * value[i]).Sum())];
            x[row] = [.. x[row].Zip(Map(At + "attn.to_out.0", mixed), (a, b) => a + (Math.Tanh(0.7) * b))];
        }

        return [.. x.SelectMany(row =>
        {
            double[] wide = Map(At + "ff.net.0.proj", Norm(At + "norm2", row));
            double[] gated = [.. Enumerable.Range(0, 4 * Width).Select(i => wide[i] * Gelu(wide[(4 * Width) + i]))];
            return row.Zip(Map(At + "ff.net.2", gated), (a, b) => a + (Math.Tanh(-0.4) * b));
        })];
    }

    private double[] Map(string name, double[] x)
    {
        double[] weight = _values[name + ".weight"];
        double[]? bias = _values.GetValueOrDefault(name + ".bias");
        return [.. Enumerable.Range(0, weight.Length / x.Length).Select(row => (bias?[row] ?? 0) + x.Select((value, column) => value * weight[(row * x.Length) + column]).Sum())];
    }

    private double[] Norm(string name, double[] x)
    {
        double mean = x.Average();
        double deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5);
        return [.. x.Select((value, i) => ((value - mean) / deviation * _values[name + ".weight"][i]) + _values[name + ".bias"][i])];
    }

    // x * Phi(x), the integral by Simpson's rule.
    private static double Gelu(double x)
    {
        const int Steps = 200;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double t = x * i / Steps;
            sum += Math.Exp(-t * t / 2) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        }

        return x * (0.5 + (sum * x / Steps / 3 / Math.Sqrt(2 * Math.PI)));
    }
}
