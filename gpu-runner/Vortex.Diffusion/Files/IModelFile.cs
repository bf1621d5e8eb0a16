using Vortex.Tensors;

namespace Vortex.Diffusion.Files;

/// <summary>A tensor as a model file lists it.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">The format its values have once loaded: block formats load as float32 or float16.</param>
/// <param name="Shape">Its shape, outermost dimension first.</param>
public sealed record TensorInfo(string Name, DType Type, Shape Shape);

/// <summary>An open model file: a list of named tensors, loaded one by one. Opening reads the header only. Safe to read from several threads.</summary>
/// <remarks>Tensors over mapped memory keep the mapping alive, so a file may be disposed of before them.</remarks>
public interface IModelFile : IDisposable
{
    /// <summary>Gets what the file is called in messages.</summary>
    string Name { get; }

    /// <summary>Gets the tensors by key.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Gets text values of the header, such as a LoRA's training notes.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Loads a tensor, detached from any scope; without a copy where the file allows.</summary>
    /// <exception cref="KeyNotFoundException">There is no such tensor.</exception>
    /// <exception cref="DiffusionException">The data is damaged.</exception>
    Tensor Load(string name, ITensorBackend backend);
}
