using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Sampling.Guidance.Changes;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>Guidance that takes away of the negative prompt only what is perpendicular to the positive one (Armandpour et al., "Perp-Neg", 2023).</summary>
/// <remarks>
/// Directions are those of the whole batch together, as in ComfyUI. Where the positive prompt says the same as the empty one there is no direction,
/// and all of the negative prompt counts.
/// </remarks>
/// <param name="model">The model.</param>
/// <param name="positive">What is wanted.</param>
/// <param name="negative">What is not.</param>
/// <param name="empty">A prompt that says nothing.</param>
/// <param name="scale">How far from the empty prompt.</param>
/// <param name="negativeScale">How much of the negative prompt; 0 leaves it out.</param>
public sealed class PerpNegGuider(
    DiffusionModel model, ConditioningList positive, ConditioningList negative, ConditioningList empty, float scale, float negativeScale)
    : Guider(model, positive, negative, empty)
{
    internal override Denoised Predict(ConditioningEvaluator evaluator, PreparedConditionings prepared, Tensor x, float sigma, bool needsUnconditional)
    {
        bool needsAll = needsUnconditional || AlwaysNeedsNegative;
        bool needsNegative = needsAll || negativeScale != 0;
        bool needsEmpty = needsNegative || !IsOne(scale);
        PreparedEntry[]? unwanted = needsNegative ? prepared[1] : null;
        Tensor[] answers = evaluator.Evaluate([prepared[0], unwanted, needsEmpty ? prepared[2] : null], x, sigma);
        Tensor guided = Guide(answers[0], answers[1], answers[2]);
        GuidedAnswer answer = new(evaluator, x, sigma, prepared[0], unwanted, answers[0], answers[1]);
        return new Denoised(Changed(answer, guided), needsUnconditional ? answers[1] : null);
    }

    private Tensor Guide(Tensor positive, Tensor negative, Tensor empty)
    {
        using TensorScope scope = TensorScope.Begin();
        ITensorBackend backend = positive.Backend;
        Tensor wanted = positive - empty;
        Tensor unwanted = negative - empty;
        float length = backend.Reduce(ReduceOp.Norm, wanted, []).Item();
        float along = length == 0 ? 0 : backend.Reduce(ReduceOp.Sum, unwanted * wanted, []).Item() / (length * length);
        Tensor perpendicular = unwanted - (wanted * along);
        return scope.Keep(empty + ((wanted - (perpendicular * negativeScale)) * scale));
    }
}
