using Vortex.Imaging;
using Vortex.Imaging.Colour;

namespace Vortex.Nodes.Packs.Images;

/// <summary>Nodes that make or change the colours of pictures, pixel by pixel.</summary>
public static class ImageColourNodes
{
    /// <summary>Makes pictures of one colour.</summary>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="batchSize">How many.</param>
    /// <param name="color">The colour as a number, 0xRRGGBB.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("EmptyImage", "image", DisplayName = "Empty Image")]
    public static ImageBatch Empty(
        [Input(Default = 512, Min = 1, Max = PictureLimits.MaxSide, Step = 1)] int width,
        [Input(Default = 512, Min = 1, Max = PictureLimits.MaxSide, Step = 1)] int height,
        [Input(Default = 1, Min = 1, Max = 4096)] int batchSize,
        [Input(Default = 0, Min = 0, Max = 0xFFFFFF, Step = 1)] int color,
        CancellationToken cancellationToken) =>
        Colours.Solid(width, height, batchSize, color, cancellationToken);

    /// <summary>Turns every value into one minus itself.</summary>
    /// <param name="image">The pictures; alpha is inverted too, as in ComfyUI.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageInvert", "image/color", DisplayName = "Invert Image Colors")]
    public static ImageBatch Invert(ImageBatch image, CancellationToken cancellationToken) => Colours.Invert(image, cancellationToken);

    /// <summary>Splits colours into brightness and two colour differences, each a grey picture.</summary>
    /// <param name="image">RGB pictures.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageRGBToYUV", "image/color", DisplayName = "Image RGB to YUV")]
    [Outputs("Y", "U", "V")]
    public static (ImageBatch Y, ImageBatch U, ImageBatch V) RgbToYuv(ImageBatch image, CancellationToken cancellationToken) =>
        Colours.RgbToYuv(image, cancellationToken);

    /// <summary>Puts brightness and two colour differences together again.</summary>
    /// <param name="luma">Brightness.</param>
    /// <param name="blue">How far blue lies above it, around 0.5.</param>
    /// <param name="red">How far red lies above it, around 0.5.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageYUVToRGB", "image/color", DisplayName = "Image YUV to RGB")]
    public static ImageBatch YuvToRgb(
        [Input(Name = "Y")] ImageBatch luma,
        [Input(Name = "U")] ImageBatch blue,
        [Input(Name = "V")] ImageBatch red,
        CancellationToken cancellationToken) =>
        Colours.YuvToRgb(luma, blue, red, cancellationToken);
}
