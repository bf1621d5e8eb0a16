using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance.Changes;

/// <summary>A change of the clean latent after guidance. It may ask the network again.</summary>
internal abstract class GuidedChange
{
    /// <summary>Gets whether the negative prompt is asked for even where a guidance of 1 would leave it out.</summary>
    public virtual bool NeedsNegative => false;

    /// <summary>Returns the changed latent, in the caller's scope.</summary>
    /// <param name="answer">What was asked and answered.</param>
    /// <param name="guided">The clean latent with guidance; not changed.</param>
    public abstract Tensor Apply(GuidedAnswer answer, Tensor guided);
}

/// <summary>What a guider asked and was answered.</summary>
/// <param name="Evaluator">Asks the network.</param>
/// <param name="X">The noisy latent.</param>
/// <param name="Sigma">Its noise level.</param>
/// <param name="Positive">The prompts that say what is wanted.</param>
/// <param name="Negative">The prompts that say what is not; null where they were not asked for.</param>
/// <param name="Wanted">The clean latent for the first.</param>
/// <param name="Unwanted">The clean latent for the second; zeros where they were not asked for.</param>
internal sealed record GuidedAnswer(
    ConditioningEvaluator Evaluator, Tensor X, float Sigma, PreparedEntry[]? Positive, PreparedEntry[]? Negative, Tensor Wanted, Tensor Unwanted);
