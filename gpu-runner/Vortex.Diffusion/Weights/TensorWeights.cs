using Vortex.Tensors;

namespace Vortex.Diffusion.Weights;

/// <summary>Weights that are in memory already.</summary>
/// <param name="backend">What computes with them.</param>
/// <param name="tensors">The weights by key.</param>
public sealed class TensorWeights(ITensorBackend backend, IReadOnlyDictionary<string, Tensor> tensors) : IWeightSource
{
    /// <inheritdoc/>
    public ITensorBackend Backend => backend;

    /// <inheritdoc/>
    public IEnumerable<string> Names => tensors.Keys;

    /// <inheritdoc/>
    public Shape? ShapeOf(string name) => tensors.TryGetValue(name, out Tensor? tensor) ? tensor.Shape : null;

    /// <inheritdoc/>
    public Tensor Load(string name) => tensors[name];
}
