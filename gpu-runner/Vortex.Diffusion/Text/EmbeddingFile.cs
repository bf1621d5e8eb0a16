using Vortex.Diffusion.Files;
using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>Picks the tensor an encoder wants from a textual inversion's file, by ComfyUI's rules.</summary>
public static class EmbeddingFile
{
    /// <summary>Returns the vectors for an encoder: [rows, width], detached.</summary>
    /// <param name="file">The opened file.</param>
    /// <param name="encoder">Such as <c>clip_l</c>.</param>
    /// <param name="backend">What holds the tensor.</param>
    /// <exception cref="DiffusionException">The file holds no tensor of one or two dimensions.</exception>
    public static Tensor Load(IModelFile file, string encoder, ITensorBackend backend)
    {
        string[] names = [.. file.Tensors.Values.Where(tensor => tensor.Shape.Rank is 1 or 2 && tensor.Type.IsFloat()).Select(tensor => tensor.Name)];

        // Files of the first trainers hold one tensor below string_to_param, those for several encoders one by encoder, all others the first they have.
        string name = names.FirstOrDefault(key => key.StartsWith("string_to_param", StringComparison.Ordinal))
            ?? names.FirstOrDefault(key => key == encoder)
            ?? names.FirstOrDefault(key => key.StartsWith("bundle_emb.", StringComparison.Ordinal) && key.EndsWith("." + encoder, StringComparison.Ordinal))
            ?? names.FirstOrDefault()
            ?? throw new DiffusionException(DiffusionCodes.FileUnsupported, $"{file.Name} holds no textual inversion: no list of vectors is in it.");
        Tensor found = file.Load(name, backend);
        return found.Rank == 2 ? found : found.Reshape(1, -1).Detach();
    }
}
