using Vortex.Tensors;

namespace Vortex.Diffusion.Weights;

/// <summary>Named weights of one network: a part of a file, with renamed keys, or with patches applied.</summary>
public interface IWeightSource
{
    /// <summary>Gets what computes with the weights.</summary>
    ITensorBackend Backend { get; }

    /// <summary>Gets all keys.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>Returns a weight's shape, or null where there is none of that key.</summary>
    Shape? ShapeOf(string name);

    /// <summary>Returns a weight, detached. The same key gives the same tensor each time; it belongs to the source and must not be changed or disposed of.</summary>
    Tensor Load(string name);
}
