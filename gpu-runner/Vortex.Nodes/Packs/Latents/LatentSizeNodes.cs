using Vortex.Diffusion;
using Vortex.Diffusion.Latents;
using Vortex.Imaging;
using Vortex.Imaging.Resampling;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Latents;

/// <summary>Nodes that give latents another size or orientation.</summary>
public static class LatentSizeNodes
{
    private const int Downscale = 8;

    // What ComfyUI never goes below, in pixels.
    private const int MinSide = 64;

    private static readonly Choices<LatentResizeMethod> s_methods = new(
        "upscale_method",
        ["nearest-exact", "bilinear", "area", "bicubic", "bislerp"],
        [LatentResizeMethod.NearestExact, LatentResizeMethod.Bilinear, LatentResizeMethod.Area, LatentResizeMethod.Bicubic, LatentResizeMethod.Bislerp]);

    /// <summary>Scales latents to a picture size.</summary>
    /// <remarks>With a width or height of 0 that side follows from the other one and the proportions; with both 0 nothing changes. A noise mask stays as it is.</remarks>
    /// <param name="samples">The latents.</param>
    /// <param name="upscaleMethod">How places in between are computed; bislerp turns directions and suits latents.</param>
    /// <param name="width">The new width in pixels of the picture, or 0; at least 64.</param>
    /// <param name="height">The new height in pixels of the picture, or 0; at least 64.</param>
    /// <param name="crop">Whether the middle is cut out to keep proportions, or the latent is stretched.</param>
    [Node("LatentUpscale", "model/latent", DisplayName = "Upscale Latent")]
    public static LatentBatch Upscale(
        LatentBatch samples,
        [Input(Choices = ["nearest-exact", "bilinear", "area", "bicubic", "bislerp"])] string upscaleMethod,
        [Input(Default = 512, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int width,
        [Input(Default = 512, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int height,
        [Input(Choices = ["disabled", "center"])] string crop)
    {
        if (TargetSize.Of(samples.Width, samples.Height, Bounded(width), Bounded(height)) is not { } size)
        {
            return samples;
        }

        return Resized(samples, Bounded(size.Width) / Downscale, Bounded(size.Height) / Downscale, s_methods[upscaleMethod], crop == "center");
    }

    /// <summary>Scales latents by a factor.</summary>
    /// <param name="samples">The latents.</param>
    /// <param name="upscaleMethod">How places in between are computed; bislerp turns directions and suits latents.</param>
    /// <param name="scaleBy">The factor for both sides.</param>
    [Node("LatentUpscaleBy", "model/latent", DisplayName = "Upscale Latent By")]
    public static LatentBatch UpscaleBy(
        LatentBatch samples,
        [Input(Choices = ["nearest-exact", "bilinear", "area", "bicubic", "bislerp"])] string upscaleMethod,
        [Input(Default = 1.5, Min = 0.01, Max = 8.0, Step = 0.01)] double scaleBy)
    {
        TargetSize size = TargetSize.Scaled(samples.Width, samples.Height, scaleBy);
        return Resized(samples, size.Width, size.Height, s_methods[upscaleMethod], crop: false);
    }

    /// <summary>Turns latents clockwise.</summary>
    /// <param name="samples">The latents.</param>
    /// <param name="rotation">By how much.</param>
    [Node("LatentRotate", "model/latent/transform", DisplayName = "Rotate Latent")]
    public static LatentBatch Rotate(
        LatentBatch samples,
        [Input(Choices = ["none", "90 degrees", "180 degrees", "270 degrees"])] string rotation)
    {
        ITensorBackend backend = samples.Samples.Backend;
        return Changed(samples, x => rotation switch
        {
            "90 degrees" => backend.Flip(x, 2).Transpose(2, 3),
            "180 degrees" => backend.Flip(backend.Flip(x, 2), 3),
            "270 degrees" => backend.Flip(x, 3).Transpose(2, 3),
            _ => x,
        });
    }

    /// <summary>Mirrors latents.</summary>
    /// <param name="samples">The latents.</param>
    /// <param name="flipMethod">Upside down, or left to right.</param>
    [Node("LatentFlip", "model/latent/transform", DisplayName = "Flip Latent")]
    public static LatentBatch Flip(
        LatentBatch samples,
        [Input(Choices = ["x-axis: vertically", "y-axis: horizontally"])] string flipMethod) =>
        Changed(samples, x => x.Backend.Flip(x, flipMethod.StartsWith('x') ? 2 : 3));

    /// <summary>Cuts a rectangle out of latents.</summary>
    /// <remarks>A rectangle that begins beyond the last 64 pixels is moved back to them; what lies outside is cut off.</remarks>
    /// <param name="samples">The latents.</param>
    /// <param name="width">The width in pixels of the picture.</param>
    /// <param name="height">The height in pixels of the picture.</param>
    /// <param name="x">Pixels from the left.</param>
    /// <param name="y">Pixels from the top.</param>
    [Node("LatentCrop", "model/latent/transform", DisplayName = "Crop Latent")]
    public static LatentBatch Crop(
        LatentBatch samples,
        [Input(Default = 512, Min = 64, Max = PictureLimits.MaxSide, Step = 8)] int width,
        [Input(Default = 512, Min = 64, Max = PictureLimits.MaxSide, Step = 8)] int height,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int x,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int y)
    {
        (int left, int columns) = Span(samples.Width, x / Downscale, width / Downscale);
        (int top, int rows) = Span(samples.Height, y / Downscale, height / Downscale);
        return columns < 1 || rows < 1
            ? throw new DiffusionException(DiffusionCodes.OutOfRange, "Nothing is left of the latent. Choose a rectangle inside of it.", columns < 1 ? "width" : "height")
            : Changed(samples, values => values.Slice(2, top, rows).Slice(3, left, columns));
    }

    // A side of 0 stays 0; others do not go below what a latent needs.
    private static int Bounded(int side) => side == 0 ? 0 : Math.Max(MinSide, side);

    // The start may be negative where the latent is small: it counts from behind then, as Python's slices do.
    private static (int Start, int Length) Span(int size, int start, int length)
    {
        start = Math.Min(start, size - (MinSide / Downscale));
        int end = start + length;
        int first = start < 0 ? Math.Max(0, start + size) : start;
        int last = end < 0 ? end + size : Math.Min(end, size);
        return (first, last - first);
    }

    private static LatentBatch Resized(LatentBatch latent, int width, int height, LatentResizeMethod method, bool crop) =>
        Changed(latent, x => LatentResizing.Resize(x, width, height, method, crop));

    private static LatentBatch Changed(LatentBatch latent, Func<Tensor, Tensor> change)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor result = change(latent.Samples);
        return result == latent.Samples ? latent : latent with { Samples = result.Backend.Contiguous(result).Detach() };
    }
}
