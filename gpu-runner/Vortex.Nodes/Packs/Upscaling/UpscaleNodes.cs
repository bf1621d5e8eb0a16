using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Upscale;
using Vortex.Imaging;
using Vortex.Nodes.Packs.Tensors;
using Vortex.Tensors;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Upscaling;

/// <summary>Nodes that enlarge pictures with a network.</summary>
public static class UpscaleNodes
{
    /// <summary>Enlarges pictures with an upscaler, tile by tile, by the factor it was trained for.</summary>
    /// <param name="upscaleModel">The upscaler.</param>
    /// <param name="image">The pictures.</param>
    /// <param name="context">Loads the upscaler and takes progress.</param>
    [Node("ImageUpscaleWithModel", "image/upscaling", DisplayName = "Upscale Image (using Model)", Cost = NodeCost.Heavy, NeedsGpu = true)]
    public static ImageBatch Upscale(UpscalerRecipe upscaleModel, ImageBatch image, NodeContext context)
    {
        using ModelLease<Upscaler> upscaler = context.Models.Upscaler(upscaleModel);
        using TensorScope scope = TensorScope.Begin();
        int scale = upscaler.Value.Scale;
        if ((long)image.Width * scale > PictureLimits.MaxSide || (long)image.Height * scale > PictureLimits.MaxSide
            || (long)image.Count * image.Width * image.Height * scale * scale * 3 > PictureLimits.MaxValues)
        {
            throw new NodeProblemException(
                "node.out_of_range", "image", $"Pictures of {image.Width}x{image.Height} become too large by a factor of {scale}: a side has at most {PictureLimits.MaxSide} pixels. Make them smaller first.");
        }

        Tensor pixels = PictureTensors.ToTensor(image, context.Backend);
        return PictureTensors.ToImage(upscaler.Value.Run(pixels, (done, all) => context.Report(done, Math.Max(1, all)), context.CancellationToken));
    }
}
