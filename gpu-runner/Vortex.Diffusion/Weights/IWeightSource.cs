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

    /// <summary>Returns the number format that a weight is loaded in; the key must be there.</summary>
    DType TypeOf(string name) => Load(name).DType;

    /// <summary>Lets go of what was computed for a weight and belongs to this source; asked for again it is computed anew.</summary>
    /// <remarks>For whoever reads a source from end to end and shares it with nobody: no network may be made of the weight.</remarks>
    void Release(string name)
    {
    }

    /// <summary>Returns a weight, detached. The same key gives the same tensor each time; it belongs to the source and must not be changed or disposed of.</summary>
    Tensor Load(string name);
}
