using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Layers;

/// <summary>Normalises groups of channels.</summary>
/// <param name="weights">Holds <c>weight</c> and <c>bias</c>, each [channels].</param>
/// <param name="channels">Channels of the input.</param>
/// <param name="groups">Divides the channels.</param>
/// <param name="epsilon">Added to the variance.</param>
public sealed class GroupNorm(WeightSet weights, int channels, int groups = 32, float epsilon = 1e-5f)
{
    private readonly Tensor _weight = weights.Get("weight", [channels]);
    private readonly Tensor _bias = weights.Get("bias", [channels]);

    /// <summary>Normalises [batch, channels, ..], then applies the activation.</summary>
    public Tensor Forward(Tensor x, Activation activation = Activation.None) => x.Backend.GroupNorm(x, groups, _weight, _bias, epsilon, activation);
}

/// <summary>Normalises the last dimension.</summary>
/// <param name="weights">Holds <c>weight</c> and <c>bias</c>, each [width].</param>
/// <param name="width">Size of the last dimension.</param>
/// <param name="epsilon">Added to the variance.</param>
public sealed class LayerNorm(WeightSet weights, int width, float epsilon = 1e-5f)
{
    private readonly Tensor _weight = weights.Get("weight", [width]);
    private readonly Tensor _bias = weights.Get("bias", [width]);

    /// <summary>Normalises [.., width].</summary>
    public Tensor Forward(Tensor x) => x.Backend.LayerNorm(x, _weight, _bias, epsilon);
}
