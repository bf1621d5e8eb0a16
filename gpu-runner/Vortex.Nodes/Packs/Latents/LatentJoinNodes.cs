using Vortex.Diffusion;
using Vortex.Diffusion.Latents;
using Vortex.Imaging;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Latents;

/// <summary>Nodes that put latents side by side and cut strips out of them.</summary>
public static class LatentJoinNodes
{
    private static readonly Choices<(int Dimension, bool IsTurned)> s_joins = new(
        "dim", ["x", "-x", "y", "-y", "t", "-t"], [(3, false), (3, true), (2, false), (2, true), (1, false), (1, true)]);

    private static readonly Choices<int> s_dimensions = new("dim", ["x", "y", "t"], [3, 2, 1]);

    /// <summary>Puts two latents next to each other.</summary>
    /// <remarks>The second batch is repeated or cut to as many latents as the first has. A noise mask is that of the first.</remarks>
    /// <param name="samples1">The first latents.</param>
    /// <param name="samples2">The second latents, of the same size beside the direction.</param>
    /// <param name="dim">The direction; with a minus the second comes first. Of a picture t joins the channels.</param>
    [Node("LatentConcat", "model/latent/advanced", DisplayName = "LatentConcat")]
    public static LatentBatch Concat(
        LatentBatch samples1,
        LatentBatch samples2,
        [Input(Choices = ["x", "-x", "y", "-y", "t", "-t"])] string dim)
    {
        using TensorScope scope = TensorScope.Begin();
        (int dimension, bool isTurned) = s_joins[dim];
        Tensor first = samples1.Samples;
        Tensor second = LatentResizing.RepeatTo(samples2.Samples, samples1.Count);
        for (int i = 1; i < 4; i++)
        {
            if (i != dimension && first.Shape[i] != second.Shape[i])
            {
                throw new DiffusionException(
                    DiffusionCodes.Mismatch, $"Latents of {first.Shape} and {second.Shape} cannot be joined along '{dim}': they differ beside it. Scale or crop one first.", "samples2");
            }
        }

        long joined = (long)first.Shape[dimension] + second.Shape[dimension];
        LatentLimits.Checked(first.Shape[0], dimension == 1 ? joined : first.Shape[1], dimension == 2 ? joined : first.Shape[2], dimension == 3 ? joined : first.Shape[3]);
        return samples1 with { Samples = first.Backend.Concat(isTurned ? [second, first] : [first, second], dimension).Detach() };
    }

    /// <summary>Cuts a strip out of latents.</summary>
    /// <param name="samples">The latents; a noise mask stays as it is.</param>
    /// <param name="dim">The direction. Of a picture t takes channels.</param>
    /// <param name="index">Where the strip begins, in latent pixels; negative counts from the end.</param>
    /// <param name="amount">How wide it is; cut off at the end.</param>
    [Node("LatentCut", "model/latent/advanced", DisplayName = "LatentCut")]
    public static LatentBatch Cut(
        LatentBatch samples,
        [Input(Choices = ["x", "y", "t"])] string dim,
        [Input(Default = 0, Min = -PictureLimits.MaxSide, Max = PictureLimits.MaxSide, Step = 1)] int index,
        [Input(Default = 1, Min = 1, Max = PictureLimits.MaxSide, Step = 1)] int amount)
    {
        using TensorScope scope = TensorScope.Begin();
        int dimension = s_dimensions[dim];
        int size = samples.Samples.Shape[dimension];
        int start = index >= 0 ? Math.Min(index, size - 1) : size + Math.Max(index, -size);
        int length = Math.Min(size - start, amount);
        return length < 1
            ? throw new DiffusionException(DiffusionCodes.OutOfRange, "Nothing is left of the latent. Choose an amount of at least 1.", "amount")
            : samples with { Samples = samples.Samples.Slice(dimension, start, length).Clone().Detach() };
    }
}
