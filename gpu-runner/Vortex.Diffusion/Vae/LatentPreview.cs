using Vortex.Diffusion.Detection;
using Vortex.Tensors;

namespace Vortex.Diffusion.Vae;

/// <summary>A rough picture of a latent, at a picture's eighth, for next to nothing: each colour is a weighted sum of the channels.</summary>
public static class LatentPreview
{
    /// <summary>Returns the picture of a batch's first entry, 0 to 1: [1, 3, height, width]. Previews cut to 8 bits do not round.</summary>
    /// <param name="latent">[batch, channels, height, width], as the network sees it.</param>
    /// <param name="format">Holds the weights.</param>
    /// <returns>Null where the format has no weights, or others than the latent has channels.</returns>
    public static Tensor? Rgb(Tensor latent, LatentFormat format)
    {
        if (latent.Rank != 4 || latent.Count == 0 || format.RgbFactors.Length != 3 * latent.Shape[1])
        {
            return null;
        }

        using TensorScope scope = TensorScope.Begin();
        ITensorBackend backend = latent.Backend;
        (int channels, int height, int width) = (latent.Shape[1], latent.Shape[2], latent.Shape[3]);
        Tensor values = latent.Slice(0, 0, 1).Reshape(channels, height * width).Permute(1, 0);
        Tensor factors = backend.From(format.RgbFactors.AsSpan(), [channels, 3]).Permute(1, 0);
        Tensor? bias = format.RgbBias.Length == 3 ? backend.From(format.RgbBias.AsSpan(), [3]) : null;
        Tensor colours = backend.Linear(values, backend.Contiguous(factors), bias).Permute(1, 0).Reshape(1, 3, height, width);
        return scope.Keep(((colours + 1) / 2).Clamp(0, 1));
    }
}
