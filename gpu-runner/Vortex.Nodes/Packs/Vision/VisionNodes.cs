using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Vision;
using Vortex.Imaging;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Vision;

/// <summary>Nodes that see pictures.</summary>
public static class VisionNodes
{
    /// <summary>Encodes pictures for models that are shown one.</summary>
    /// <param name="clipVision">The picture encoder.</param>
    /// <param name="image">The pictures.</param>
    /// <param name="crop">Whether the middle is cut out, or the whole picture squeezed to a square.</param>
    /// <param name="context">Loads the encoder.</param>
    [Node("CLIPVisionEncode", "model/conditioning", DisplayName = "CLIP Vision Encode", NeedsGpu = true)]
    public static VisionOutput Encode(
        VisionRecipe clipVision,
        ImageBatch image,
        [Input(Choices = ["center", "none"])] string crop,
        NodeContext context)
    {
        using ModelLease<VisionEncoder> encoder = context.Models.Vision(clipVision);
        using TensorScope scope = TensorScope.Begin();
        Tensor pictures = context.Backend.From(image.Values, [image.Count, image.Height, image.Width, image.Channels]);
        return encoder.Value.Encode(pictures, crop == "center", context.CancellationToken);
    }
}
