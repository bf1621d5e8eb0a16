using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>Finds textual inversions, the <c>embedding:name</c> of prompts.</summary>
public interface IEmbeddingSource
{
    /// <summary>Returns the vectors of a textual inversion, or null where there is none of that name.</summary>
    /// <param name="name">As the prompt writes it: with or without the file's ending, perhaps with folders. Never to be trusted as a path.</param>
    /// <param name="encoder">Which encoder asks: <c>clip_l</c>, <c>clip_g</c>, <c>clip_h</c>; files for several encoders hold a tensor of that name.</param>
    /// <param name="width">The width the encoder takes. A tensor of another width may be returned; it is then left out with a warning.</param>
    /// <returns>[rows, width], detached, the same tensor for the same question; the source keeps it.</returns>
    Tensor? Find(string name, string encoder, int width);
}
