using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>Self attention, attention to the text, a gated feed-forward: each normalised before and added to what came in.</summary>
internal sealed class TransformerBlock(WeightSet weights, int width, int contextWidth, int heads, bool selfSeesText)
{
    private const int Growth = 4;

    private readonly LayerNorm _norm1 = new(weights.Under("norm1"), width);
    private readonly CrossAttention _self = new(weights.Under("attn1"), width, selfSeesText ? contextWidth : width, heads);
    private readonly LayerNorm _norm2 = new(weights.Under("norm2"), width);
    private readonly CrossAttention _cross = new(weights.Under("attn2"), width, contextWidth, heads);
    private readonly LayerNorm _norm3 = new(weights.Under("norm3"), width);
    private readonly Linear _gate = new(weights.Under("ff").Under("net").Under(0).Under("proj"), width, 2 * Growth * width);
    private readonly Linear _out = new(weights.Under("ff").Under("net").Under(2), Growth * width, width);

    /// <summary>Changes x in place.</summary>
    /// <param name="x">[batch, tokens, width].</param>
    /// <param name="context">[batch, keys, context width].</param>
    /// <param name="place">Where this is, for hooks; null without hooks.</param>
    public void Apply(Tensor x, Tensor context, AttentionPlace? place)
    {
        using TensorScope scope = TensorScope.Begin();
        ITensorBackend backend = x.Backend;
        Add(x, _self.Forward(_norm1.Forward(x), selfSeesText ? context : null, place is null ? null : place with { IsCross = false }));
        foreach (IAttentionHook hook in place?.Input.Hooks.Attention ?? [])
        {
            hook.Between(place!, x);
        }

        Add(x, _cross.Forward(_norm2.Forward(x), context, place is null ? null : place with { IsCross = true }));
        Tensor wide = _gate.Forward(_norm3.Forward(x));
        Tensor gated = backend.Geglu(wide);
        wide.Dispose();
        Add(x, _out.Forward(gated));
    }

    private static void Add(Tensor x, Tensor change)
    {
        x.Backend.BinaryInPlace(BinaryOp.Add, x, change);
        change.Dispose();
    }
}
