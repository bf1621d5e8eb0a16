using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Vae;
using Vortex.Imaging;
using Vortex.Nodes.Packs.Tensors;
using Vortex.Tensors;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Latents;

/// <summary>Nodes that turn latents into pictures and pictures into latents.</summary>
public static class VaeNodes
{
    /// <summary>Turns latents into pictures. Where the memory does not suffice it works tile by tile.</summary>
    /// <param name="samples">The latents.</param>
    /// <param name="vae">The VAE of the family the latents belong to.</param>
    /// <param name="context">Loads the VAE and takes progress.</param>
    [Node("VAEDecode", "model/latent", DisplayName = "VAE Decode", Cost = NodeCost.Heavy, NeedsGpu = true)]
    public static ImageBatch Decode(LatentBatch samples, VaeRecipe vae, NodeContext context)
    {
        using ModelLease<Autoencoder> loaded = context.Models.Vae(vae);
        using TensorScope scope = TensorScope.Begin();
        return PictureTensors.ToImage(loaded.Value.Decode(samples.Samples, Told(context), context.CancellationToken));
    }

    /// <summary>Turns latents into pictures tile by tile, which takes less memory.</summary>
    /// <param name="samples">The latents.</param>
    /// <param name="vae">The VAE of the family the latents belong to.</param>
    /// <param name="tileSize">The side of a tile in pixels.</param>
    /// <param name="overlap">How many pixels neighbours share.</param>
    /// <param name="temporalSize">For videos: frames at once.</param>
    /// <param name="temporalOverlap">For videos: frames that neighbours share.</param>
    /// <param name="context">Loads the VAE and takes progress.</param>
    [Node("VAEDecodeTiled", "experimental", DisplayName = "VAE Decode (Tiled)", Cost = NodeCost.Heavy, NeedsGpu = true)]
    public static ImageBatch DecodeTiled(
        LatentBatch samples,
        VaeRecipe vae,
        [Input(Default = 512, Min = 64, Max = 4096, Step = 32)] int tileSize,
        [Input(Default = 64, Min = 0, Max = 4096, Step = 32)] int overlap,
        [Input(Default = 64, Min = 8, Max = 4096, Step = 4)] int temporalSize,
        [Input(Default = 8, Min = 4, Max = 4096, Step = 4)] int temporalOverlap,
        NodeContext context)
    {
        _ = (temporalSize, temporalOverlap);
        using ModelLease<Autoencoder> loaded = context.Models.Vae(vae);
        using TensorScope scope = TensorScope.Begin();
        int scale = loaded.Value.Network.Scale;
        int shared = tileSize < overlap * 4 ? tileSize / 4 : overlap;
        return PictureTensors.ToImage(loaded.Value.DecodeTiled(samples.Samples, tileSize / scale, shared / scale, Told(context), context.CancellationToken));
    }

    /// <summary>Turns pictures into latents. Sizes are cut to multiples of 8, the same on both sides.</summary>
    /// <param name="pixels">The pictures.</param>
    /// <param name="vae">The VAE.</param>
    /// <param name="context">Loads the VAE and takes progress.</param>
    [Node("VAEEncode", "model/latent", DisplayName = "VAE Encode", Cost = NodeCost.Heavy, NeedsGpu = true)]
    public static LatentBatch Encode(ImageBatch pixels, VaeRecipe vae, NodeContext context)
    {
        using ModelLease<Autoencoder> loaded = context.Models.Vae(vae);
        using TensorScope scope = TensorScope.Begin();
        return new() { Samples = loaded.Value.Encode(PictureTensors.ToTensor(pixels, context.Backend), Told(context), context.CancellationToken).Detach() };
    }

    /// <summary>Turns pictures into latents tile by tile, which takes less memory.</summary>
    /// <param name="pixels">The pictures.</param>
    /// <param name="vae">The VAE.</param>
    /// <param name="tileSize">The side of a tile in pixels.</param>
    /// <param name="overlap">How many pixels neighbours share.</param>
    /// <param name="temporalSize">For videos: frames at once.</param>
    /// <param name="temporalOverlap">For videos: frames that neighbours share.</param>
    /// <param name="context">Loads the VAE and takes progress.</param>
    [Node("VAEEncodeTiled", "experimental", DisplayName = "VAE Encode (Tiled)", Cost = NodeCost.Heavy, NeedsGpu = true)]
    public static LatentBatch EncodeTiled(
        ImageBatch pixels,
        VaeRecipe vae,
        [Input(Default = 512, Min = 64, Max = 4096, Step = 64)] int tileSize,
        [Input(Default = 64, Min = 0, Max = 4096, Step = 32)] int overlap,
        [Input(Default = 64, Min = 8, Max = 4096, Step = 4)] int temporalSize,
        [Input(Default = 8, Min = 4, Max = 4096, Step = 4)] int temporalOverlap,
        NodeContext context)
    {
        _ = (temporalSize, temporalOverlap);
        using ModelLease<Autoencoder> loaded = context.Models.Vae(vae);
        using TensorScope scope = TensorScope.Begin();
        Tensor picture = PictureTensors.ToTensor(pixels, context.Backend);
        return new() { Samples = loaded.Value.EncodeTiled(picture, tileSize, overlap, Told(context), context.CancellationToken).Detach() };
    }

    /// <summary>Turns pictures into latents to be painted anew where a mask says so. What is masked is made grey first.</summary>
    /// <remarks>Use it with a denoise of 1: nothing of what is masked is left in the latent.</remarks>
    /// <param name="pixels">The pictures.</param>
    /// <param name="vae">The VAE.</param>
    /// <param name="mask">1 is painted anew; scaled to the pictures.</param>
    /// <param name="growMaskBy">By how many pixels more is painted anew, so that no seam shows.</param>
    /// <param name="context">Loads the VAE and takes progress.</param>
    [Node("VAEEncodeForInpaint", "model/latent", DisplayName = "VAE Encode (for Inpainting)", Cost = NodeCost.Heavy, NeedsGpu = true)]
    public static LatentBatch EncodeForInpaint(
        ImageBatch pixels,
        VaeRecipe vae,
        MaskBatch mask,
        [Input(Default = 6, Min = 0, Max = 64, Step = 1)] int growMaskBy,
        NodeContext context)
    {
        using ModelLease<Autoencoder> loaded = context.Models.Vae(vae);
        using TensorScope scope = TensorScope.Begin();
        MaskedPicture masked = MaskedPicture.Of(pixels, mask, loaded.Value.Network.Scale, context.Backend);
        Tensor latent = loaded.Value.Encode(masked.Blanked, Told(context), context.CancellationToken);
        return new() { Samples = latent.Detach(), NoiseMask = MaskedPicture.Grown(masked.Mask, growMaskBy).Detach() };
    }

    /// <summary>Returns what tells people how far a VAE is.</summary>
    internal static Action<int, int> Told(NodeContext context) => (done, all) => context.Report(done, Math.Max(1, all));
}
