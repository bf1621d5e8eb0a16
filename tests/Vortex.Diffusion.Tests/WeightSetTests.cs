using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests;

public sealed class WeightSetTests
{
    [Fact]
    public void All_missing_weights_are_named_at_once()
    {
        using CpuBackend backend = new();
        WeightSet weights = new(new TensorWeights(backend, new Dictionary<string, Tensor>()));
        weights.Under("a").Get("weight", [2, 3]);
        weights.Under("b").Get("bias", [4]);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => weights.ThrowIfIncomplete("a network"));
        Assert.Equal(DiffusionCodes.WeightsMissing, problem.Code);
        Assert.Contains("a.weight [2, 3] is missing; b.bias [4] is missing", problem.Message, StringComparison.Ordinal);
    }
}
