using Vortex.Imaging;
using Vortex.Imaging.Resampling;

namespace Vortex.Nodes.Packs.Images;

/// <summary>Nodes that give pictures another size, or tell their size.</summary>
public static class ImageSizeNodes
{
    internal const string Nearest = "nearest-exact";
    internal const string Bilinear = "bilinear";
    internal const string Area = "area";
    internal const string Bicubic = "bicubic";
    internal const string Lanczos = "lanczos";

    private static readonly Choices<ResizeMethod> s_methods = new(
        "upscale_method",
        [Nearest, Bilinear, Area, Bicubic, Lanczos],
        [ResizeMethod.NearestExact, ResizeMethod.Bilinear, ResizeMethod.Area, ResizeMethod.Bicubic, ResizeMethod.Lanczos]);

    private static readonly Choices<ResizeCrop> s_crops = new("crop", ["disabled", "center"], [ResizeCrop.Disabled, ResizeCrop.Center]);

    /// <summary>Scales pictures to a size.</summary>
    /// <remarks>With a width or height of 0 that side follows from the other one and the picture's proportions; with both 0 nothing changes.</remarks>
    /// <param name="image">The pictures.</param>
    /// <param name="upscaleMethod">How pixels are computed. Area and lanczos suit shrinking; lanczos goes through 8 bits.</param>
    /// <param name="width">The new width in pixels, or 0.</param>
    /// <param name="height">The new height in pixels, or 0.</param>
    /// <param name="crop">Whether the middle is cut out to keep proportions, or the picture is stretched.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageScale", "image/upscaling", DisplayName = "Upscale Image")]
    public static ImageBatch Scale(
        ImageBatch image,
        [Input(Choices = [Nearest, Bilinear, Area, Bicubic, Lanczos])] string upscaleMethod,
        [Input(Default = 512, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int width,
        [Input(Default = 512, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int height,
        [Input(Choices = ["disabled", "center"])] string crop,
        CancellationToken cancellationToken)
    {
        CheckSide("width", width);
        CheckSide("height", height);
        return TargetSize.Of(image.Width, image.Height, width, height) is { } size
            ? Resized(image, size, s_methods[upscaleMethod], s_crops[crop], cancellationToken)
            : image;
    }

    /// <summary>Scales pictures by a factor.</summary>
    /// <param name="image">The pictures.</param>
    /// <param name="upscaleMethod">How pixels are computed.</param>
    /// <param name="scaleBy">The factor for both sides.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageScaleBy", "image/upscaling", DisplayName = "Upscale Image By")]
    public static ImageBatch ScaleBy(
        ImageBatch image,
        [Input(Choices = [Nearest, Bilinear, Area, Bicubic, Lanczos])] string upscaleMethod,
        [Input(Default = 1.0, Min = 0.01, Max = 8.0, Step = 0.01)] double scaleBy,
        CancellationToken cancellationToken) =>
        Resized(image, TargetSize.Scaled(image.Width, image.Height, scaleBy), s_methods[upscaleMethod], ResizeCrop.Disabled, cancellationToken);

    /// <summary>Scales pictures to about so many pixels, keeping proportions.</summary>
    /// <param name="image">The pictures.</param>
    /// <param name="upscaleMethod">How pixels are computed.</param>
    /// <param name="megapixels">How many pixels to come close to; a megapixel is 1024 times 1024.</param>
    /// <param name="resolutionSteps">Each side becomes a multiple of this.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageScaleToTotalPixels", "image/upscaling", DisplayName = "Scale Image to Total Pixels")]
    public static ImageBatch ScaleToTotalPixels(
        ImageBatch image,
        [Input(Choices = [Nearest, Bilinear, Area, Bicubic, Lanczos])] string upscaleMethod,
        [Input(Default = 1.0, Min = 0.01, Max = 16.0, Step = 0.01)] double megapixels,
        [Input(Default = 1, Min = 1, Max = 256)] int resolutionSteps,
        CancellationToken cancellationToken)
    {
        if (resolutionSteps is < 1 or > 256)
        {
            throw new NodeProblemException("node.out_of_range", "resolution_steps", $"'resolution_steps' is {resolutionSteps}; it must lie between 1 and 256.");
        }

        TargetSize size = TargetSize.OfTotalPixels(image.Width, image.Height, megapixels, resolutionSteps);
        return Resized(image, size, s_methods[upscaleMethod], ResizeCrop.Disabled, cancellationToken);
    }

    /// <summary>Tells the size of pictures and how many there are.</summary>
    /// <param name="image">The pictures.</param>
    [Node("GetImageSize", "image", DisplayName = "Get Image Size")]
    [Outputs("width", "height", "batch_size")]
    public static (long Width, long Height, long BatchSize) Size(ImageBatch image) => (image.Width, image.Height, image.Count);

    private static ImageBatch Resized(ImageBatch image, TargetSize size, ResizeMethod method, ResizeCrop crop, CancellationToken cancellationToken) =>
        new Resize { Width = size.Width, Height = size.Height, Method = method, Crop = crop }.Apply(image, cancellationToken);

    private static void CheckSide(string input, int side)
    {
        if (side is < 0 or > PictureLimits.MaxSide)
        {
            throw new NodeProblemException("node.out_of_range", input, $"'{input}' is {side}; it must lie between 0 and {PictureLimits.MaxSide}.");
        }
    }
}
