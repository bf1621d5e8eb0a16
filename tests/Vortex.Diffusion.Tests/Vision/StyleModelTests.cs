using Vortex.Diffusion.Tests.Text;
using Vortex.Diffusion.Vision;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Vision;

public sealed class StyleModelTests : IDisposable
{
    private const int Width = 16;
    private const int Tokens = 2;
    private const int TextWidth = 6;

    private readonly CpuBackend _backend = new();
    private readonly Dictionary<string, double[]> _values = [];

    public void Dispose() => _backend.Dispose();

    [Fact]
    [Trait("kind", "golden")]
    public void Redux_makes_the_words_of_the_reference()
    {
        using TensorScope scope = TensorScope.Begin();
        GoldenCase found = GoldenCase.Find("14f*").Single();
        using MappedWeights weights = StyleModel.Weights(GoldenWeights.Weights(found, _backend));
        Tensor words = StyleModel.Load(weights).Encode(GoldenWeights.ToTensor(found.Tensors("inputs")["siglip.last_hidden_state"], _backend));
        GoldenWeights.AssertClose(found, found.Tensors("outputs")["redux_tokens"], words, "redux_tokens");
    }

    [Fact]
    public void Style_adapter_gives_what_its_definition_says()
    {
        using TensorScope scope = TensorScope.Begin();
        using MappedWeights weights = StyleModel.Weights(Adapter(layers: 2));
        float[] hidden = [.. Enumerable.Range(0, 2 * 3 * Width).Select(i => MathF.Sin(i * 0.7f))];
        Tensor words = StyleModel.Load(weights).Encode(_backend.From(hidden, [2, 3, Width]));
        Assert.Equal([2, Tokens, TextWidth], words.Shape.ToArray());
        double[] expected = [.. Enumerable.Range(0, 2).SelectMany(picture => Defined(hidden.AsSpan(picture * 3 * Width, 3 * Width).ToArray(), 3, layers: 2))];
        Assert.All(words.ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void A_picture_of_another_encoder_and_a_file_without_layers_are_told()
    {
        using TensorScope scope = TensorScope.Begin();
        using MappedWeights weights = StyleModel.Weights(Adapter(layers: 1));
        StyleModel model = StyleModel.Load(weights);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => model.Encode(_backend.Full([1, 3, 8], 1))).Code);
        using MappedWeights none = StyleModel.Weights(Adapter(layers: 0));
        Assert.Equal(DiffusionCodes.WeightsMissing, Assert.Throws<DiffusionException>(() => StyleModel.Load(none)).Code);
    }

    private TensorWeights Adapter(int layers)
    {
        Dictionary<string, Tensor> tensors = [];
        _values.Clear();
        void Add(string name, Shape shape, double scale, double centre = 0)
        {
            int seed = tensors.Count + 1;
            float[] values = [.. Enumerable.Range(0, (int)shape.Count).Select(i => (float)(centre + (scale * Math.Sin((i + 1) * 1.3 * seed))))];
            tensors[name] = _backend.From(values, shape).Detach();
            _values[name] = [.. values.Select(value => (double)value)];
        }

        void Norm(string name)
        {
            Add(name + ".weight", [Width], 0.2, 1);
            Add(name + ".bias", [Width], 0.1);
        }

        Add("style_embedding", [1, Tokens, Width], 0.5);
        Add("proj", [Width, TextWidth], 0.4);
        Norm("ln_pre");
        Norm("ln_post");
        for (int i = 0; i < layers; i++)
        {
            string at = $"transformer_layes.{i}.";
            Norm(at + "ln_1");
            Norm(at + "ln_2");
            Add(at + "attn.in_proj_weight", [3 * Width, Width], 0.3);
            Add(at + "attn.in_proj_bias", [3 * Width], 0.1);
            Add(at + "attn.out_proj.weight", [Width, Width], 0.3);
            Add(at + "attn.out_proj.bias", [Width], 0.1);
            Add(at + "mlp.c_fc.weight", [4 * Width, Width], 0.2);
            Add(at + "mlp.c_fc.bias", [4 * Width], 0.1);
            Add(at + "mlp.c_proj.weight", [Width, 4 * Width], 0.1);
            Add(at + "mlp.c_proj.bias", [Width], 0.1);
        }

        return new TensorWeights(_backend, tensors);
    }

    // Rows are tokens. Heads of two numbers each.
    private double[] Defined(float[] hidden, int patches, int layers)
    {
        List<double[]> x = [.. Enumerable.Range(0, patches).Select(row => hidden.AsSpan(row * Width, Width).ToArray().Select(value => (double)value).ToArray())];
        x.AddRange(Enumerable.Range(0, Tokens).Select(row => _values["style_embedding"].AsSpan(row * Width, Width).ToArray()));
        x = [.. x.Select(row => Norm("ln_pre", row))];
        for (int layer = 0; layer < layers; layer++)
        {
            string at = $"transformer_layes.{layer}.";
            double[][] joined = [.. x.Select(row => Map(at + "attn.in_proj_weight", at + "attn.in_proj_bias", Norm(at + "ln_1", row)))];
            for (int row = 0; row < x.Count; row++)
            {
                double[] mixed = new double[Width];
                for (int head = 0; head < Width / 2; head++)
                {
                    double[] scores = [.. joined.Select(other => Enumerable.Range(2 * head, 2).Sum(i => joined[row][i] * other[Width + i]) / Math.Sqrt(2))];
                    double sum = scores.Sum(Math.Exp);
                    foreach (int i in Enumerable.Range(2 * head, 2))
                    {
                        mixed[i] = scores.Zip(joined, (score, other) => Math.Exp(score) / sum * other[(2 * Width) + i]).Sum();
                    }
                }

                x[row] = [.. x[row].Zip(Map(at + "attn.out_proj.weight", at + "attn.out_proj.bias", mixed), (a, b) => a + b)];
            }

            x = [.. x.Select(row => row.Zip(
                Map(at + "mlp.c_proj.weight", at + "mlp.c_proj.bias", [.. Map(at + "mlp.c_fc.weight", at + "mlp.c_fc.bias", Norm(at + "ln_2", row)).Select(value => value / (1 + Math.Exp(-1.702 * value)))]),
                (a, b) => a + b).ToArray())];
        }

        double[] projection = _values["proj"];
        return [.. x.TakeLast(Tokens).Select(row => Norm("ln_post", row)).SelectMany(row =>
            Enumerable.Range(0, TextWidth).Select(column => row.Select((value, i) => value * projection[(i * TextWidth) + column]).Sum()))];
    }

    private double[] Norm(string name, double[] x)
    {
        double mean = x.Average();
        double deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5);
        return [.. x.Select((value, i) => ((value - mean) / deviation * _values[name + ".weight"][i]) + _values[name + ".bias"][i])];
    }

    private double[] Map(string weight, string bias, double[] x) =>
        [.. _values[bias].Select((shift, row) => shift + x.Select((value, column) => value * _values[weight][(row * x.Length) + column]).Sum())];
}
