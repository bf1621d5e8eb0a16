using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>Transformer blocks over the pixels of a feature map.</summary>
internal sealed class SpatialTransformer
{
    private readonly int _heads;
    private readonly GroupNorm _norm;
    private readonly Linear _in;
    private readonly Linear _out;
    private readonly TransformerBlock[] _blocks;

    public SpatialTransformer(WeightSet weights, UNetConfig config, int channels, int depth, bool selfSeesText)
    {
        _heads = config.HeadsFor(channels);
        _norm = new GroupNorm(weights.Under("norm"), channels, config.NormGroups, epsilon: 1e-6f);

        // Stored as 1x1 convolutions in SD1 and as linear maps later: the same map.
        _in = new Linear(weights.Under("proj_in"), channels, channels);
        _out = new Linear(weights.Under("proj_out"), channels, channels);
        _blocks = [.. Enumerable.Range(0, depth).Select(i => new TransformerBlock(weights.Under("transformer_blocks").Under(i), channels, config.ContextDim, _heads, selfSeesText))];
    }

    /// <summary>Returns a new tensor; the caller's is left as it is.</summary>
    /// <param name="x">[batch, channels, height, width].</param>
    /// <param name="input">What the network was asked.</param>
    /// <param name="block">Whose part this is: <c>input</c>, <c>middle</c>, <c>output</c>.</param>
    /// <param name="index">The block's number.</param>
    public Tensor Forward(Tensor x, NetworkInput input, string block, int index)
    {
        using TensorScope scope = TensorScope.Begin();
        (int batch, int channels, int height, int width) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        Tensor normed = _norm.Forward(x);
        Tensor tokens = _in.Forward(normed.Reshape(batch, channels, height * width).Permute(0, 2, 1));
        normed.Dispose();
        for (int i = 0; i < _blocks.Length; i++)
        {
            input.CancellationToken.ThrowIfCancellationRequested();
            AttentionPlace? place = input.Hooks.Attention.Count == 0 ? null : new AttentionPlace(block, index, i, false, _heads, input);
            _blocks[i].Apply(tokens, input.Context, place);
        }

        Tensor picture = _out.Forward(tokens).Permute(0, 2, 1).Reshape(batch, channels, height, width);
        return scope.Keep(x.Backend.Binary(BinaryOp.Add, picture, x));
    }
}
