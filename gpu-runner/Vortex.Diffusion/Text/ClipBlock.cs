using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>One block of a CLIP transformer, of text or pictures: attention, then a two-layer network, each on what is normalised and added to what was.</summary>
internal sealed class ClipBlock
{
    private readonly int _heads;
    private readonly Activation _activation;
    private readonly bool _isGeluTanh;
    private readonly LayerNorm _attentionNorm;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;
    private readonly LayerNorm _networkNorm;
    private readonly Linear _first;
    private readonly Linear _second;

    public ClipBlock(WeightSet weights, int width, int heads, int inner, Activation activation, bool isGeluTanh = false)
    {
        (_heads, _activation, _isGeluTanh) = (heads, activation, isGeluTanh);
        WeightSet attention = weights.Under("self_attn");
        _attentionNorm = new LayerNorm(weights.Under("layer_norm1"), width);
        _query = new Linear(attention.Under("q_proj"), width, width);
        _key = new Linear(attention.Under("k_proj"), width, width);
        _value = new Linear(attention.Under("v_proj"), width, width);
        _output = new Linear(attention.Under("out_proj"), width, width);
        _networkNorm = new LayerNorm(weights.Under("layer_norm2"), width);
        _first = new Linear(weights.Under("mlp").Under("fc1"), width, inner);
        _second = new Linear(weights.Under("mlp").Under("fc2"), inner, width);
    }

    /// <summary>Changes x [batch, tokens, width] in place.</summary>
    public void Apply(Tensor x, bool causal)
    {
        using TensorScope scope = TensorScope.Begin();
        ITensorBackend backend = x.Backend;
        Tensor normal = _attentionNorm.Forward(x);
        Tensor mixed = backend.Attention(Split(_query.Forward(normal)), Split(_key.Forward(normal)), Split(_value.Forward(normal)), causal: causal);
        backend.BinaryInPlace(BinaryOp.Add, x, _output.Forward(mixed.Permute(0, 2, 1, 3).Reshape(x.Shape.Span)));

        Tensor hidden = _first.Forward(_networkNorm.Forward(x), _activation);
        if (_isGeluTanh)
        {
            backend.UnaryInPlace(UnaryOp.GeluTanh, hidden);
        }

        backend.BinaryInPlace(BinaryOp.Add, x, _second.Forward(hidden));
    }

    /// <summary>[batch, tokens, width] to [batch, heads, tokens, width / heads], as a view.</summary>
    private Tensor Split(Tensor x) => x.Reshape(x.Shape[0], x.Shape[1], _heads, -1).Permute(0, 2, 1, 3);
}
