using Vortex.Diffusion.Files;
using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>The tensors of one patch in a LoRA file: those whose names begin alike.</summary>
/// <param name="file">The file; must stay open.</param>
/// <param name="backend">What computes.</param>
/// <param name="name">What the names begin with, without the dot.</param>
internal sealed class PatchTensors(IModelFile file, ITensorBackend backend, string name)
{
    /// <summary>Gets what the file and the layer are called in messages.</summary>
    public string Description => $"'{name}' of {file.Name}";

    /// <summary>Gets the tensors that were asked for and are there.</summary>
    public HashSet<string> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>Returns a tensor's shape by what follows the name, dot or other sign included; null where it is missing.</summary>
    public Shape? ShapeOf(string suffix)
    {
        if (!file.Tensors.TryGetValue(name + suffix, out TensorInfo? info))
        {
            return null;
        }

        Used.Add(info.Name);
        return info.Shape;
    }

    /// <summary>Says whether a tensor is there.</summary>
    public bool Has(string suffix) => ShapeOf(suffix) is not null;

    /// <summary>Loads a tensor as float32 into the scope of this thread.</summary>
    public Tensor Load(string suffix)
    {
        using Tensor loaded = file.Load(name + suffix, backend);
        // A view, so that the scope has something of its own to end.
        return loaded.DType == DType.Float32 ? loaded.Reshape(loaded.Shape.Span) : loaded.To(DType.Float32);
    }

    /// <summary>Loads a tensor where it is there.</summary>
    public Tensor? Find(string suffix) => Has(suffix) ? Load(suffix) : null;

    /// <summary>Loads a number where it is there.</summary>
    public float? Number(string suffix)
    {
        if (ShapeOf(suffix) is not { } shape)
        {
            return null;
        }

        if (shape.Count != 1)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"{suffix[1..]} of {Description} has shape {shape} and should be one number. The file is damaged.");
        }

        using TensorScope scope = TensorScope.Begin();
        return Load(suffix).Item();
    }
}
