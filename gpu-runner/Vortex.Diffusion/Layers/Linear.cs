using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Layers;

/// <summary>A linear map: x * weight^T + bias.</summary>
public sealed class Linear
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;

    /// <summary>Takes <c>weight</c> [outputs, inputs] and, where it is there, <c>bias</c> [outputs].</summary>
    public Linear(WeightSet weights, int inputs, int outputs) =>
        (_weight, _bias) = (weights.Get("weight", [outputs, inputs]), weights.Find("bias", [outputs]));

    /// <summary>Maps [.., inputs] to [.., outputs].</summary>
    public Tensor Forward(Tensor x, Activation activation = Activation.None) => x.Backend.Linear(x, _weight, _bias, activation);
}
