using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>Attention with several heads, over the tokens themselves or over a text.</summary>
internal sealed class CrossAttention(WeightSet weights, int width, int contextWidth, int heads)
{
    private readonly Linear _query = new(weights.Under("to_q"), width, width);
    private readonly Linear _key = new(weights.Under("to_k"), contextWidth, width);
    private readonly Linear _value = new(weights.Under("to_v"), contextWidth, width);
    private readonly Linear _out = new(weights.Under("to_out").Under(0), width, width);

    /// <summary>Returns [batch, tokens, width].</summary>
    /// <param name="x">[batch, tokens, width].</param>
    /// <param name="context">[batch, keys, context width]; null to attend to x itself.</param>
    /// <param name="place">Where this is, for hooks; null without hooks.</param>
    public Tensor Forward(Tensor x, Tensor? context, AttentionPlace? place)
    {
        using TensorScope scope = TensorScope.Begin();
        (Tensor keys, Tensor values) = (context ?? x, context ?? x);
        IReadOnlyList<IAttentionHook> hooks = place?.Input.Hooks.Attention ?? [];
        foreach (IAttentionHook hook in hooks)
        {
            (keys, values) = hook.Context(place!, keys, values);
        }

        (Tensor query, Tensor key, Tensor value) = (_query.Forward(x), _key.Forward(keys), _value.Forward(values));
        Tensor? replaced = null;
        foreach (IAttentionHook hook in hooks)
        {
            Tensor? attended = hook.Attend(place!, query, key, value);
            replaced ??= attended;
        }

        Tensor result = replaced ?? x.Backend.Attention(Split(query), Split(key), Split(value)).Permute(0, 2, 1, 3).Reshape(x.Shape[0], x.Shape[1], width);
        foreach (IAttentionHook hook in hooks)
        {
            result = hook.Result(place!, query, result);
        }

        return scope.Keep(_out.Forward(result));
    }

    // A view: [batch, tokens, heads * d] becomes [batch, heads, tokens, d] without moving values.
    private Tensor Split(Tensor x) => x.Reshape(x.Shape[0], x.Shape[1], heads, width / heads).Permute(0, 2, 1, 3);
}
