using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Layers;

/// <summary>A two-dimensional convolution with a square kernel.</summary>
public sealed class Conv2d
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly ConvOptions _options;

    /// <summary>Takes <c>weight</c> [outputs, inputs / groups, kernel, kernel] and, where it is there, <c>bias</c> [outputs].</summary>
    /// <param name="weights">Where from.</param>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="options">Null for stride 1 and as much padding as keeps the size.</param>
    public Conv2d(WeightSet weights, int inputs, int outputs, int kernel, ConvOptions? options = null)
    {
        _options = options ?? ConvOptions.Same(kernel);
        _weight = weights.Get("weight", [outputs, inputs / _options.Groups, kernel, kernel]);
        _bias = weights.Find("bias", [outputs]);
    }

    /// <summary>Maps [batch, inputs, height, width] to [batch, outputs, ..].</summary>
    public Tensor Forward(Tensor x, Activation activation = Activation.None) => x.Backend.Conv2d(x, _weight, _bias, _options with { Activation = activation });
}
