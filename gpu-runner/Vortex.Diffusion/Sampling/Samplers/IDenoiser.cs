using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>What a sampler asks: how would this noisy latent look without noise?</summary>
public interface IDenoiser
{
    /// <summary>Gets the model's noise levels.</summary>
    ModelSampling Sampling { get; }

    /// <summary>Returns the clean latent; both tensors are new, in the caller's scope.</summary>
    /// <param name="x">The noisy latent.</param>
    /// <param name="sigma">Its noise level.</param>
    /// <param name="needsUnconditional">Whether the answer without guidance is wanted too, which a guidance of 1 would save otherwise.</param>
    Denoised Denoise(Tensor x, float sigma, bool needsUnconditional);
}

/// <summary>A clean latent as a model sees it.</summary>
/// <param name="Value">With guidance.</param>
/// <param name="Unconditional">For the negative prompt alone; null where nobody asked.</param>
public readonly record struct Denoised(Tensor Value, Tensor? Unconditional = null);

/// <summary>How far sampling is.</summary>
/// <param name="Index">The step, from 0.</param>
/// <param name="Total">All steps; 0 where nobody knows (<c>dpm_adaptive</c>).</param>
/// <param name="Sigma">The noise level.</param>
/// <param name="X">The noisy latent. Valid during the call only.</param>
/// <param name="Denoised">The clean latent as the model sees it at this step, in the model's scale. Valid during the call only.</param>
public sealed record SamplerStep(int Index, int Total, float Sigma, Tensor X, Tensor Denoised);
