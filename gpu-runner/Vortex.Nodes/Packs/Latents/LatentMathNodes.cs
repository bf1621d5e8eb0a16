using Vortex.Diffusion.Latents;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Latents;

/// <summary>Nodes that compute with latents. A second latent is scaled to the size of the first, and repeated to its number.</summary>
public static class LatentMathNodes
{
    /// <summary>Adds two latents.</summary>
    /// <param name="samples1">The first latents.</param>
    /// <param name="samples2">What is added.</param>
    [Node("LatentAdd", "model/latent/advanced", DisplayName = "LatentAdd")]
    public static LatentBatch Add(LatentBatch samples1, LatentBatch samples2) => Both(samples1, samples2, (a, b) => a + b);

    /// <summary>Subtracts latents from others.</summary>
    /// <param name="samples1">The first latents.</param>
    /// <param name="samples2">What is subtracted.</param>
    [Node("LatentSubtract", "model/latent/advanced", DisplayName = "LatentSubtract")]
    public static LatentBatch Subtract(LatentBatch samples1, LatentBatch samples2) => Both(samples1, samples2, (a, b) => a - b);

    /// <summary>Multiplies latents by a number.</summary>
    /// <param name="samples">The latents.</param>
    /// <param name="multiplier">The number.</param>
    [Node("LatentMultiply", "model/latent/advanced", DisplayName = "LatentMultiply")]
    public static LatentBatch Multiply(LatentBatch samples, [Input(Default = 1.0, Min = -10.0, Max = 10.0, Step = 0.01)] double multiplier)
    {
        using TensorScope scope = TensorScope.Begin();
        return samples with { Samples = (samples.Samples * (float)multiplier).Detach() };
    }

    /// <summary>Mixes the directions and the lengths of two latents apart, so that the mix does not pale.</summary>
    /// <param name="samples1">The first latents.</param>
    /// <param name="samples2">The second latents.</param>
    /// <param name="ratio">1 gives the first, 0 the second.</param>
    [Node("LatentInterpolate", "model/latent/advanced", DisplayName = "LatentInterpolate")]
    public static LatentBatch Interpolate(
        LatentBatch samples1,
        LatentBatch samples2,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double ratio) =>
        Both(samples1, samples2, (a, b) =>
        {
            (float first, float second) = ((float)ratio, (float)(1 - ratio));
            (Tensor lengthA, Tensor lengthB) = (Length(a), Length(b));
            Tensor mixed = (Divided(a, lengthA) * first) + (Divided(b, lengthB) * second);
            return Divided(mixed, Length(mixed)) * ((lengthA * first) + (lengthB * second));
        });

    private static Tensor Length(Tensor x) => x.Backend.Reduce(ReduceOp.Norm, x, [1], keep: true);

    // What has no length has no direction: 0 divided by 0 counts as 0.
    private static Tensor Divided(Tensor x, Tensor length)
    {
        Tensor one = x.Backend.Full([1], 1);
        return x / x.Backend.Where(length, length, one);
    }

    private static LatentBatch Both(LatentBatch first, LatentBatch second, Func<Tensor, Tensor, Tensor> compute)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor fitted = LatentResizing.RepeatTo(LatentResizing.Like(second.Samples, first.Samples, LatentResizeMethod.Bilinear), first.Count);
        return first with { Samples = compute(first.Samples, fitted).Detach() };
    }
}
