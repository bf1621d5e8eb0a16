using System.Collections.Immutable;
using Vortex.Diffusion.Latents;
using Vortex.Imaging;
using Vortex.Nodes.Packs.Tensors;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Latents;

/// <summary>Nodes that put batches of latents together and take them apart.</summary>
public static class LatentBatchNodes
{
    /// <summary>Takes some latents out of a batch. They get the noise they had there.</summary>
    /// <param name="samples">The batch.</param>
    /// <param name="batchIndex">The first one, counted from 0.</param>
    /// <param name="length">How many; cut off at the end of the batch.</param>
    [Node("LatentFromBatch", "model/latent/batch", DisplayName = "Get Latent From Batch")]
    public static LatentBatch Take(
        LatentBatch samples,
        [Input(Default = 0, Min = 0, Max = 63)] int batchIndex,
        [Input(Default = 1, Min = 1, Max = 64)] int length) =>
        LatentBatching.Take(samples, batchIndex, length);

    /// <summary>Repeats a batch of latents. Each repetition gets noise of its own.</summary>
    /// <param name="samples">The batch.</param>
    /// <param name="amount">How many times it is there afterwards.</param>
    [Node("RepeatLatentBatch", "model/latent/batch", DisplayName = "Repeat Latent Batch")]
    public static LatentBatch Repeat(LatentBatch samples, [Input(Default = 1, Min = 1, Max = 64)] int amount) =>
        Scoped(() => LatentBatching.Repeat(samples, amount));

    /// <summary>Cuts batches of latents anew into batches of one size. Latents of different sizes are not mixed.</summary>
    /// <param name="latents">The batches.</param>
    /// <param name="batchSize">How many latents each new batch has; the last one has the rest.</param>
    [Node("RebatchLatents", "model/latent/batch", DisplayName = "Rebatch Latents", TakesLists = true)]
    [Outputs("LATENT", Lists = [0])]
    public static IReadOnlyList<LatentBatch> Rebatch(
        IReadOnlyList<LatentBatch> latents,
        [Input(Default = 1, Min = 1, Max = 4096)] IReadOnlyList<int> batchSize)
    {
        using TensorScope scope = TensorScope.Begin();
        ImmutableArray<LatentBatch> batches = LatentBatching.Rebatch(latents, Math.Max(1, batchSize[0]));
        return batches;
    }

    /// <summary>Puts two batches of latents into one. The second is scaled to the size of the first where they differ.</summary>
    /// <param name="samples1">The first batch; it gives the size.</param>
    /// <param name="samples2">The second batch.</param>
    [Node("LatentBatch", "model/latent/batch", DisplayName = "Batch Latents")]
    public static LatentBatch Join(LatentBatch samples1, LatentBatch samples2) => Scoped(() => LatentBatching.Join(samples1, samples2));

    /// <summary>Decides whether the latents of a batch get noise of their own or all the same.</summary>
    /// <param name="samples">The batch.</param>
    /// <param name="seedBehavior">Noise of their own (random), or that of the first one (fixed).</param>
    [Node("LatentBatchSeedBehavior", "model/latent/advanced", DisplayName = "LatentBatchSeedBehavior")]
    public static LatentBatch SeedBehavior(
        LatentBatch samples,
        [Input(Default = "fixed", Choices = ["random", "fixed"])] string seedBehavior) =>
        samples with
        {
            BatchIndex = seedBehavior == "fixed" ? [.. Enumerable.Repeat(LatentBatching.Numbers(samples, 0).First(), samples.Count)] : null,
        };

    /// <summary>Says where noise is put when the latents are sampled: 1 is changed, 0 is kept.</summary>
    /// <param name="samples">The latents.</param>
    /// <param name="mask">The mask, of any size; it is scaled to the latents.</param>
    /// <param name="context">Holds the tensors.</param>
    [Node("SetLatentNoiseMask", "model/latent", DisplayName = "Set Latent Noise Mask")]
    public static LatentBatch SetNoiseMask(LatentBatch samples, MaskBatch mask, NodeContext context) =>
        samples with { NoiseMask = PictureTensors.ToTensor(mask, context.Backend).Detach() };

    private static LatentBatch Scoped(Func<LatentBatch> compute)
    {
        using TensorScope scope = TensorScope.Begin();
        return compute();
    }
}
