using Vortex.Imaging;
using Vortex.Imaging.Geometry;

namespace Vortex.Nodes.Packs.Images;

/// <summary>Nodes that cut, turn, mirror and pad pictures.</summary>
public static class ImageTransformNodes
{
    internal const string Vertically = "x-axis: vertically";
    internal const string Horizontally = "y-axis: horizontally";

    private static readonly Choices<FlipAxis> s_axes = new("flip_method", [Vertically, Horizontally], [FlipAxis.Vertical, FlipAxis.Horizontal]);

    private static readonly Choices<Turn> s_turns = new(
        "rotation",
        ["none", "90 degrees", "180 degrees", "270 degrees"],
        [Turn.None, Turn.Quarter, Turn.Half, Turn.ThreeQuarters]);

    /// <summary>Cuts a part out of pictures.</summary>
    /// <remarks>A corner beyond the picture moves to its last pixel; what reaches beyond the edge is left out.</remarks>
    /// <param name="image">The pictures.</param>
    /// <param name="width">The width of the part.</param>
    /// <param name="height">The height of the part.</param>
    /// <param name="x">The left edge of the part.</param>
    /// <param name="y">The upper edge of the part.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageCrop", "image/transform", DisplayName = "Crop Image", IsDeprecated = true)]
    public static ImageBatch Crop(
        ImageBatch image,
        [Input(Default = 512, Min = 1, Max = PictureLimits.MaxSide, Step = 1)] int width,
        [Input(Default = 512, Min = 1, Max = PictureLimits.MaxSide, Step = 1)] int height,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int x,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int y,
        CancellationToken cancellationToken) =>
        Arrangement.Crop(image, x, y, width, height, cancellationToken);

    /// <summary>Mirrors pictures.</summary>
    /// <param name="image">The pictures.</param>
    /// <param name="flipMethod">Upside down, or left to right.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageFlip", "image/transform", DisplayName = "Flip Image")]
    public static ImageBatch Flip(
        ImageBatch image,
        [Input(Choices = [Vertically, Horizontally])] string flipMethod,
        CancellationToken cancellationToken) =>
        Arrangement.Flip(image, s_axes[flipMethod], cancellationToken);

    /// <summary>Turns pictures clockwise.</summary>
    /// <param name="image">The pictures.</param>
    /// <param name="rotation">How far.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageRotate", "image/transform", DisplayName = "Rotate Image")]
    public static ImageBatch Rotate(
        ImageBatch image,
        [Input(Choices = ["none", "90 degrees", "180 degrees", "270 degrees"])] string rotation,
        CancellationToken cancellationToken) =>
        Arrangement.Rotate(image, s_turns[rotation], cancellationToken);

    /// <summary>Adds grey borders for outpainting, and a mask that is 1 there and fades into the picture.</summary>
    /// <param name="image">The pictures.</param>
    /// <param name="left">Pixels added at the left.</param>
    /// <param name="top">Pixels added at the top.</param>
    /// <param name="right">Pixels added at the right.</param>
    /// <param name="bottom">Pixels added at the bottom.</param>
    /// <param name="feathering">How far the mask fades into the picture; without effect where it is half of a side or more.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImagePadForOutpaint", "image/transform", DisplayName = "Pad Image for Outpainting")]
    public static (ImageBatch Image, MaskBatch Mask) PadForOutpaint(
        ImageBatch image,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int left,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int top,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int right,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int bottom,
        [Input(Default = 40, Min = 0, Max = PictureLimits.MaxSide, Step = 1)] int feathering,
        CancellationToken cancellationToken) =>
        new OutpaintPadding { Left = left, Top = top, Right = right, Bottom = bottom, Feathering = feathering }.Apply(image, cancellationToken);
}
