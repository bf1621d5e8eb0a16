using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>A residual block of a UNet: two normalised convolutions that are told the time between them.</summary>
internal sealed class ResBlock(WeightSet weights, int inputs, int outputs, int embedding, int groups)
{
    private readonly GroupNorm _normIn = new(weights.Under("in_layers").Under(0), inputs, groups);
    private readonly Conv2d _convIn = new(weights.Under("in_layers").Under(2), inputs, outputs, 3);
    private readonly Linear _time = new(weights.Under("emb_layers").Under(1), embedding, outputs);
    private readonly GroupNorm _normOut = new(weights.Under("out_layers").Under(0), outputs, groups);
    private readonly Conv2d _convOut = new(weights.Under("out_layers").Under(3), outputs, outputs, 3);
    private readonly Conv2d? _skip = inputs == outputs ? null : new(weights.Under("skip_connection"), inputs, outputs, 1);

    /// <summary>Returns a new tensor; the caller's is left as it is.</summary>
    /// <param name="x">[batch, inputs, height, width].</param>
    /// <param name="time">SiLU of the time embedding, [batch, embedding].</param>
    public Tensor Forward(Tensor x, Tensor time)
    {
        using TensorScope scope = TensorScope.Begin();
        ITensorBackend backend = x.Backend;
        Tensor normed = _normIn.Forward(x, Activation.Silu);
        Tensor h = _convIn.Forward(normed);
        normed.Dispose();
        Tensor shift = _time.Forward(time);
        backend.BinaryInPlace(BinaryOp.Add, h, shift.Reshape(shift.Shape[0], shift.Shape[1], 1, 1));
        Tensor normedOut = _normOut.Forward(h, Activation.Silu);
        h.Dispose();
        Tensor result = _convOut.Forward(normedOut);
        normedOut.Dispose();
        backend.BinaryInPlace(BinaryOp.Add, result, _skip is null ? x : _skip.Forward(x));
        return scope.Keep(result);
    }
}
