using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>A model with its prompts, as samplers ask it.</summary>
internal sealed class GuidedDenoiser(Guider guider, ConditioningEvaluator evaluator, PreparedConditionings prepared) : IDenoiser
{
    public ModelSampling Sampling => guider.Model.Sampling;

    public Denoised Denoise(Tensor x, float sigma, bool needsUnconditional)
    {
        using TensorScope scope = TensorScope.Begin();
        Denoised denoised = guider.Predict(evaluator, prepared, x, sigma, needsUnconditional);
        // A value that is not a number spreads to all of the sum.
        return float.IsFinite(x.Backend.Reduce(ReduceOp.Sum, denoised.Value, []).Item())
            ? new Denoised(scope.Keep(denoised.Value), denoised.Unconditional is { } unconditional ? scope.Keep(unconditional) : null)
            : throw new DiffusionException(
                DiffusionCodes.WeightsNotFinite, $"The model's answer at noise level {sigma:G4} holds values that are not numbers: its weights, or the conditioning, are damaged.", "model");
    }
}
