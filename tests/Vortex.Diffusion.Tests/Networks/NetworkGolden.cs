using System.Text.Json;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Networks;

/// <summary>A golden case of a network: its weights on a backend, its tensors, its tolerance.</summary>
internal sealed class NetworkGolden(GoldenCase golden, ITensorBackend backend)
{
    private readonly List<string> _lines = [];
    private readonly List<string> _failures = [];

    public GoldenCase Case => golden;

    public JsonElement Config => golden.Json.GetProperty("config");

    public double Absolute => golden.Json.GetProperty("tolerance").GetProperty("abs").GetDouble();

    public double Relative => golden.Json.GetProperty("tolerance").GetProperty("rms_rel").GetDouble();

    public IWeightSource Weights(string file, string prefix = "") =>
        FileWeights.Under(ModelFiles.Open(Path.Combine(golden.Folder, file + ".safetensors")), backend, prefix);

    public Tensor Input(string name, string file = "inputs") => Tensor(golden.Tensors(file)[name]);

    public Tensor Tensor(GoldenTensor tensor) => backend.From(tensor.Floats(), new Shape(tensor.Shape));

    /// <summary>The names before a suffix: the entries of a case.</summary>
    public IEnumerable<string> Entries(string suffix, string file = "inputs") =>
        golden.Tensors(file).Names.Where(name => name.EndsWith(suffix, StringComparison.Ordinal)).Select(name => name[..^suffix.Length]).Order(StringComparer.Ordinal);

    public void Compare(string name, Tensor actual, string file = "outputs", double? absolute = null)
    {
        GoldenTensor expected = golden.Tensors(file)[name];
        GoldenComparison comparison = GoldenComparison.Of(actual.ToArray(), expected.Floats());
        string line = $"{golden.Name} {name}: {comparison}";
        _lines.Add(line);
        if (!(comparison.Largest <= (absolute ?? Absolute)) || !actual.Shape.SequenceEqual(expected.Shape))
        {
            _failures.Add($"{line}, allowed {absolute ?? Absolute:G3}; shape {actual.Shape} against {expected.ShapeText()}");
        }
    }

    public void Report()
    {
        foreach (string line in _lines)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        }

        Assert.True(_lines.Count > 0, $"{golden.Name} has nothing that was compared.");
        Assert.True(_failures.Count == 0, string.Join('\n', _failures));
    }
}
