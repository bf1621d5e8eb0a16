using Vortex.Diffusion.Latents;
using Vortex.Imaging;

namespace Vortex.Nodes.Packs.Latents;

/// <summary>Nodes that make latents out of nothing.</summary>
public static class EmptyLatentNodes
{
    private const int Downscale = 8;

    /// <summary>Makes empty latents for a picture size, for models of Stable Diffusion 1, 2 and XL.</summary>
    /// <param name="width">The picture's width in pixels; cut to a multiple of 8.</param>
    /// <param name="height">The picture's height in pixels; cut to a multiple of 8.</param>
    /// <param name="batchSize">How many pictures are made at once.</param>
    /// <param name="context">Holds the tensors.</param>
    [Node("EmptyLatentImage", "model/latent", DisplayName = "Empty Latent Image")]
    public static LatentBatch Empty(
        [Input(Default = 512, Min = 16, Max = PictureLimits.MaxSide, Step = 8)] int width,
        [Input(Default = 512, Min = 16, Max = PictureLimits.MaxSide, Step = 8)] int height,
        [Input(Default = 1, Min = 1, Max = 4096)] int batchSize,
        NodeContext context) =>
        Make(4, width, height, batchSize, context);

    /// <summary>Makes empty latents for a picture size, for models with 16 channels such as Stable Diffusion 3 and Flux.</summary>
    /// <param name="width">The picture's width in pixels; cut to a multiple of 8.</param>
    /// <param name="height">The picture's height in pixels; cut to a multiple of 8.</param>
    /// <param name="batchSize">How many pictures are made at once.</param>
    /// <param name="context">Holds the tensors.</param>
    [Node("EmptySD3LatentImage", "model/latent/stable diffusion", DisplayName = "EmptySD3LatentImage")]
    public static LatentBatch EmptySd3(
        [Input(Default = 1024, Min = 16, Max = PictureLimits.MaxSide, Step = 16)] int width,
        [Input(Default = 1024, Min = 16, Max = PictureLimits.MaxSide, Step = 16)] int height,
        [Input(Default = 1, Min = 1, Max = 4096)] int batchSize,
        NodeContext context) =>
        Make(16, width, height, batchSize, context);

    private static LatentBatch Make(int channels, int width, int height, int batchSize, NodeContext context) =>
        new() { Samples = context.Backend.Full(LatentLimits.Checked(batchSize, channels, height / Downscale, width / Downscale), 0).Detach() };
}
