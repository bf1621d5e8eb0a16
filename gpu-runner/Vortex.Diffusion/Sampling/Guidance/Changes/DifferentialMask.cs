using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance.Changes;

/// <summary>Makes a grey mask say when a pixel begins to change instead of how much (Levin and Fried, "Differential Diffusion", 2023).</summary>
/// <param name="Strength">How much of it, 0 to 1; both 0 and 1 take the mask for times alone.</param>
internal sealed record DifferentialMask(float Strength)
{
    /// <summary>Returns what changes at a noise level: 1 where the mask reaches the level's share of the way, in times.</summary>
    /// <param name="mask">The grey mask; 1 changes all the time.</param>
    /// <param name="sigma">The level.</param>
    /// <param name="sampling">The model's noise levels.</param>
    /// <param name="sigmas">The levels of the run.</param>
    public Tensor At(Tensor mask, float sigma, ModelSampling sampling, ReadOnlySpan<float> sigmas)
    {
        float from = sampling.Timestep(sigmas[0]);
        float to = sampling.Timestep(Math.Max(sigmas[^1], (float)sampling.SigmaMin));
        float threshold = (sampling.Timestep(sigma) - to) / (from - to);
        Tensor changed = mask.Backend.Binary(BinaryOp.GreaterOrEqual, mask, threshold);
        return Strength is > 0 and < 1 ? (changed * Strength) + (mask * (1 - Strength)) : changed;
    }
}
