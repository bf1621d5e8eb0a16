using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Text;

/// <summary>Brings golden tensors to a backend.</summary>
internal static class GoldenWeights
{
    public static TensorWeights Weights(GoldenCase from, ITensorBackend backend, string file = "model")
    {
        Safetensors tensors = from.Tensors(file);
        return new TensorWeights(backend, tensors.Names.ToDictionary(name => name, name => ToTensor(tensors[name], backend).Detach(), StringComparer.Ordinal));
    }

    public static Tensor ToTensor(GoldenTensor tensor, ITensorBackend backend)
    {
        Tensor values = backend.From(tensor.Floats(), new Shape(tensor.Shape));
        return tensor.DType == "F16" ? backend.Convert(values, DType.Float16) : values;
    }

    /// <summary>Holds a tensor to a recorded one with the case's own tolerance, and says how far it is.</summary>
    public static GoldenComparison AssertClose(GoldenCase from, GoldenTensor expected, Tensor actual, string what)
    {
        Assert.Equal(expected.Shape, actual.Shape.ToArray());
        GoldenComparison comparison = GoldenComparison.Of(actual.ToArray(), expected.Floats());
        double limit = from.Json.GetProperty("tolerance").GetProperty("abs").GetDouble();
        double relative = from.Json.GetProperty("tolerance").GetProperty("rms_rel").GetDouble();
        Assert.True(comparison.Largest <= limit && comparison.RelativeRms <= relative, $"{from.Name} {what}: {comparison}; allowed {limit}, relative rms {relative}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{from.Name} {what}: {comparison} (allowed {limit:G3})");
        return comparison;
    }
}
