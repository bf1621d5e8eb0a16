using Vortex.Diffusion.Networks;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance.Changes;

/// <summary>Leads away from the answer of a network whose middle block attends to nothing but itself (Ahn et al., 2024).</summary>
/// <param name="scale">How far; 0 does nothing.</param>
internal sealed class PerturbedAttentionGuidance(float scale) : GuidedChange
{
    private static readonly IdentityAttention s_identity = new();

    public override Tensor Apply(GuidedAnswer answer, Tensor guided)
    {
        if (scale == 0)
        {
            return guided;
        }

        using TensorScope scope = TensorScope.Begin();
        NetworkHooks hooks = answer.Evaluator.Model.Hooks;
        hooks = hooks with { Attention = [s_identity, .. hooks.Attention] };
        Tensor perturbed = answer.Evaluator.Evaluate([answer.Positive], answer.X, answer.Sigma, hooks)[0];
        return scope.Keep(guided + ((answer.Wanted - perturbed) * scale));
    }

    /// <summary>Makes the self attention of the middle block the identity: what is attended to is each token's own value.</summary>
    private sealed class IdentityAttention : IAttentionHook
    {
        public Tensor? Attend(AttentionPlace place, Tensor query, Tensor keys, Tensor values) =>
            place is { Block: "middle", Index: 0, IsCross: false } ? values : null;
    }
}
