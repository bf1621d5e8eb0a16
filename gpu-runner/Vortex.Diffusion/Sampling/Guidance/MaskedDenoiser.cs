using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>Keeps part of a latent: the model sees it with the noise of each level, and what it makes of it is replaced.</summary>
/// <param name="inner">The model.</param>
/// <param name="mask">[batch, channels, height, width]; 1 is changed, 0 is kept.</param>
/// <param name="latent">What is kept, in the model's scale.</param>
/// <param name="noise">The noise it gets.</param>
public sealed class MaskedDenoiser(IDenoiser inner, Tensor mask, Tensor latent, Tensor noise) : IDenoiser
{
    /// <inheritdoc/>
    public ModelSampling Sampling => inner.Sampling;

    /// <inheritdoc/>
    public Denoised Denoise(Tensor x, float sigma, bool needsUnconditional)
    {
        Tensor kept = x.Backend.Affine(mask, -1, 1);
        Tensor seen = (x * mask) + (Sampling.AddNoise(sigma, noise, latent) * kept);
        Denoised denoised = inner.Denoise(seen, sigma, needsUnconditional);
        // The answer without guidance stays as the model gave it, as in the reference.
        return denoised with { Value = (denoised.Value * mask) + (latent * kept) };
    }
}
