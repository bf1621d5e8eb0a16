using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>Keeps part of a latent: the model sees it with the noise of each level, and what it makes of it is replaced.</summary>
/// <param name="inner">The model.</param>
/// <param name="mask">[batch, channels, height, width]; 1 is changed, 0 is kept.</param>
/// <param name="latent">What is kept, in the model's scale.</param>
/// <param name="noise">The noise it gets.</param>
/// <param name="change">Returns the mask of a noise level; null for the same one at all.</param>
public sealed class MaskedDenoiser(IDenoiser inner, Tensor mask, Tensor latent, Tensor noise, Func<Tensor, float, Tensor>? change = null) : IDenoiser
{
    /// <inheritdoc/>
    public ModelSampling Sampling => inner.Sampling;

    /// <inheritdoc/>
    public Denoised Denoise(Tensor x, float sigma, bool needsUnconditional)
    {
        Tensor changed = change?.Invoke(mask, sigma) ?? mask;
        Tensor kept = x.Backend.Affine(changed, -1, 1);
        Tensor seen = (x * changed) + (Sampling.AddNoise(sigma, noise, latent) * kept);
        Denoised denoised = inner.Denoise(seen, sigma, needsUnconditional);
        // The answer without guidance stays as the model gave it, as in the reference.
        return denoised with { Value = (denoised.Value * changed) + (latent * kept) };
    }
}
