using Vortex.Diffusion.Latents;
using Vortex.Imaging;
using Vortex.Nodes.Packs.Tensors;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Latents;

/// <summary>Nodes that lay latents over each other.</summary>
public static class LatentCompositingNodes
{
    private const int Downscale = 8;

    /// <summary>Lays latents over others, with edges that fade out.</summary>
    /// <param name="samplesTo">What is laid under.</param>
    /// <param name="samplesFrom">What is laid over.</param>
    /// <param name="x">Pixels from the left at which it begins.</param>
    /// <param name="y">Pixels from the top at which it begins.</param>
    /// <param name="feather">How many pixels the fade is wide; edges at the border of the picture do not fade.</param>
    [Node("LatentComposite", "model/latent", DisplayName = "Latent Composite")]
    public static LatentBatch Composite(
        LatentBatch samplesTo,
        LatentBatch samplesFrom,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int x,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int y,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int feather)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor result = LatentCompositing.Paste(
            samplesTo.Samples, samplesFrom.Samples, Math.Max(0, x) / Downscale, Math.Max(0, y) / Downscale, Math.Max(0, feather) / Downscale);
        return samplesTo with { Samples = result.Detach() };
    }

    /// <summary>Lays latents over others where a mask says so.</summary>
    /// <param name="destination">What is laid under; it gives size and number.</param>
    /// <param name="source">What is laid over.</param>
    /// <param name="x">Pixels from the left at which it begins.</param>
    /// <param name="y">Pixels from the top at which it begins.</param>
    /// <param name="resizeSource">Whether the source is first stretched to the destination's size.</param>
    /// <param name="mask">1 shows the source; scaled to the source's size. Without a mask the source covers.</param>
    /// <param name="context">Holds the tensors.</param>
    [Node("LatentCompositeMasked", "model/latent", DisplayName = "Latent Composite Masked")]
    public static LatentBatch CompositeMasked(
        LatentBatch destination,
        LatentBatch source,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int x,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int y,
        [Input(Default = false)] bool resizeSource,
        MaskBatch? mask,
        NodeContext context)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor? shown = mask is null ? null : PictureTensors.ToTensor(mask, context.Backend);
        Tensor result = LatentCompositing.PasteMasked(
            destination.Samples, source.Samples, Math.Max(0, x) / Downscale, Math.Max(0, y) / Downscale, shown, resizeSource);
        return destination with { Samples = result.Detach() };
    }

    /// <summary>Mixes two latents. The second is scaled to the size of the first where they differ, with the middle cut out.</summary>
    /// <param name="samples1">The first latents.</param>
    /// <param name="samples2">The second latents.</param>
    /// <param name="blendFactor">1 gives the first, 0 the second.</param>
    [Node("LatentBlend", "experimental", DisplayName = "Latent Blend")]
    public static LatentBatch Blend(
        LatentBatch samples1,
        LatentBatch samples2,
        [Input(Default = 0.5, Min = 0, Max = 1, Step = 0.01)] double blendFactor)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor second = LatentResizing.RepeatTo(LatentResizing.Like(samples2.Samples, samples1.Samples, LatentResizeMethod.Bicubic), samples1.Count);
        Tensor mixed = (samples1.Samples * (float)blendFactor) + (second * (float)(1 - blendFactor));
        return samples1 with { Samples = mixed.Detach() };
    }
}
