using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Tests.Files;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Networks;

/// <summary>Hypernetworks as their trainers save them, against the definition computed in plain loops.</summary>
public sealed class HypernetworkTests : IDisposable
{
    private static readonly float[] s_keys = [0.5f, -1.5f, 2f, 0.25f];
    private static readonly float[] s_first = [0.5f, -0.25f, 1, 0.75f, -0.5f, 0.125f];
    private static readonly float[] s_firstBias = [0.1f, -0.2f, 0.3f];
    private static readonly float[] s_norm = [1.5f, 0.5f, -1];
    private static readonly float[] s_normBias = [0.05f, 0.1f, 0.2f];
    private static readonly float[] s_second = [1, -1, 0.5f, 0.25f, 2, -0.75f];
    private static readonly float[] s_secondBias = [0.3f, -0.4f];

    private readonly TempFolder _folder = new();
    private readonly CpuBackend _backend = new();

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("relu")]
    [InlineData("leakyrelu")]
    [InlineData("elu")]
    [InlineData("swish")]
    [InlineData("tanh")]
    [InlineData("sigmoid")]
    [InlineData("softsign")]
    [InlineData("mish")]
    public void Keys_and_values_get_what_their_networks_make_of_them(string activation)
    {
        (float[] keys, float[] values) = Apply(Open(activation, hasNorms: false, activatesOutput: false), 0.5f);
        Assert.All(keys.Zip(Expected(activation, hasNorms: false, activatesOutput: false, 0.5)), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        // The values' network is one linear map to zeros with a bias of one.
        Assert.Equal([.. s_keys.Select(value => value + 0.5f)], values);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Truth_values_beside_the_weights_count(bool hasNorms, bool activatesOutput)
    {
        (float[] keys, _) = Apply(Open("relu", hasNorms, activatesOutput), 1);
        Assert.All(keys.Zip(Expected("relu", hasNorms, activatesOutput, 1)), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
    }

    [Fact]
    public void Attention_of_another_width_is_left_alone()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor wide = _backend.Full([1, 2, 3], 1);
        using IModelFile file = Open("relu", false, false);
        using FileWeights weights = new(file, _backend);
        (Tensor keys, Tensor values) = Hypernetwork.Load(file, weights).Hook(1).Context(null!, wide, wide);
        Assert.Same(wide, keys);
        Assert.Same(wide, values);
    }

    [Fact]
    public void An_activation_that_is_not_known_is_named()
    {
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Apply(Open("hardtanh", false, false), 1));
        Assert.Equal(DiffusionCodes.FamilyUnsupported, problem.Code);
        Assert.Contains("'hardtanh'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_does_not_give_its_width_back_is_told()
    {
        byte[] pickle = new PickleWriter().Proto().Dict(top => top.Number(2).Raw((byte)']').Mark()
            .Dict(one => one.Text("linear.0.weight").Tensor("0", "FloatStorage", 6, 0, [3, 2], [2, 1]).Text("linear.0.bias").Tensor("0", "FloatStorage", 6, 0, [3], [1]))
            .Dict(one => one.Text("linear.0.weight").Tensor("0", "FloatStorage", 6, 0, [2, 2], [2, 1]))
            .Raw((byte)'e').Text("step").Number(3)).Stop().ToArray();
        using IModelFile file = Write(PickleWriter.Zip(pickle, ("0", PickleWriter.Floats(s_first))));
        using FileWeights weights = new(file, _backend);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Hypernetwork.Load(file, weights));
        Assert.Equal(DiffusionCodes.WeightsMissing, problem.Code);
        Assert.Contains("2.1.linear.0.bias", problem.Message, StringComparison.Ordinal);
        Assert.Contains("2.0.linear.0.weight has shape [3, 2], not [2, 3]", problem.Message, StringComparison.Ordinal);
    }

    private (float[] Keys, float[] Values) Apply(IModelFile opened, float strength)
    {
        using TensorScope scope = TensorScope.Begin();
        using IModelFile file = opened;
        using FileWeights weights = new(file, _backend);
        Assert.Equal(ModelKind.Hypernetwork, ModelDetector.Detect(file, _backend).Kind);
        Tensor x = _backend.From(s_keys, [1, 2, 2]);
        (Tensor keys, Tensor values) = Hypernetwork.Load(file, weights).Hook(strength).Context(null!, x, x);
        return (keys.ToArray(), values.ToArray());
    }

    private IModelFile Open(string activation, bool hasNorms, bool activatesOutput)
    {
        byte Flag(bool value) => value ? (byte)0x88 : (byte)0x89;
        byte[] pickle = new PickleWriter().Proto().Dict(top => top
            .Number(2).Raw((byte)']').Mark()
            .Dict(keys =>
            {
                keys.Text("linear.0.weight").Tensor("0", "FloatStorage", 6, 0, [3, 2], [2, 1]).Text("linear.0.bias").Tensor("1", "FloatStorage", 3, 0, [3], [1]);
                if (hasNorms)
                {
                    keys.Text("linear.2.weight").Tensor("2", "FloatStorage", 3, 0, [3], [1]).Text("linear.2.bias").Tensor("3", "FloatStorage", 3, 0, [3], [1]);
                }

                keys.Text("linear.10.weight").Tensor("4", "FloatStorage", 6, 0, [2, 3], [3, 1]).Text("linear.10.bias").Tensor("5", "FloatStorage", 2, 0, [2], [1]);
                if (hasNorms)
                {
                    keys.Text("linear.11.weight").Tensor("2", "FloatStorage", 3, 0, [2], [1]).Text("linear.11.bias").Tensor("3", "FloatStorage", 3, 0, [2], [1]);
                }
            })
            .Dict(values => values.Text("linear.0.weight").Tensor("6", "FloatStorage", 4, 0, [2, 2], [2, 1]).Text("linear.0.bias").Tensor("7", "FloatStorage", 2, 0, [2], [1]))
            .Raw((byte)'e')
            .Text("activation_func").Text(activation).Text("is_layer_norm").Raw(Flag(hasNorms)).Text("activate_output").Raw(Flag(activatesOutput)).Text("step").Number(100)).Stop().ToArray();
        return Write(PickleWriter.Zip(
            pickle,
            ("0", PickleWriter.Floats(s_first)), ("1", PickleWriter.Floats(s_firstBias)), ("2", PickleWriter.Floats(s_norm)), ("3", PickleWriter.Floats(s_normBias)),
            ("4", PickleWriter.Floats(s_second)), ("5", PickleWriter.Floats(s_secondBias)), ("6", PickleWriter.Floats(0, 0, 0, 0)), ("7", PickleWriter.Floats(1, 1))));
    }

    private IModelFile Write(byte[] content)
    {
        string path = Path.Combine(_folder.Path, Guid.NewGuid().ToString("N") + ".pt");
        File.WriteAllBytes(path, content);
        return ModelFiles.Open(path);
    }

    private static double[] Expected(string activation, bool hasNorms, bool activatesOutput, double strength)
    {
        List<double> all = [];
        for (int token = 0; token < 2; token++)
        {
            double[] x = [s_keys[2 * token], s_keys[(2 * token) + 1]];
            double[] h = [.. Map(s_first, s_firstBias, x).Select(value => Activate(activation, value))];
            h = hasNorms ? Norm(h) : h;
            double[] y = Map(s_second, s_secondBias, h);
            // The norm behind it counts as the last layer, so the map before it is not the last.
            y = activatesOutput || hasNorms ? [.. y.Select(value => Activate(activation, value))] : y;
            y = hasNorms ? Norm(y) : y;
            all.AddRange(x.Zip(y, (a, b) => a + (b * strength)));
        }

        return [.. all];
    }

    private static double[] Map(float[] weight, float[] bias, double[] x) =>
        [.. bias.Select((shift, row) => shift + x.Select((value, column) => value * weight[(row * x.Length) + column]).Sum())];

    private static double[] Norm(double[] x)
    {
        double mean = x.Average();
        double deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5);
        return [.. x.Select((value, i) => ((value - mean) / deviation * s_norm[i]) + s_normBias[i])];
    }

    private static double Activate(string name, double x) => name switch
    {
        "relu" => Math.Max(0, x),
        "leakyrelu" => x > 0 ? x : 0.01 * x,
        "elu" => x > 0 ? x : Math.Exp(x) - 1,
        "swish" => x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6,
        "tanh" => Math.Tanh(x),
        "sigmoid" => 1 / (1 + Math.Exp(-x)),
        "softsign" => x / (1 + Math.Abs(x)),
        "mish" => x * Math.Tanh(Math.Log(1 + Math.Exp(x))),
        _ => x,
    };
}
