using Vortex.Imaging;
using Vortex.Imaging.Masks;

namespace Vortex.Nodes.Packs.Masks;

/// <summary>Nodes between pictures and masks.</summary>
public static class MaskConversionNodes
{
    private static readonly Choices<MaskChannel> s_channels = new(
        "channel",
        ["red", "green", "blue", "alpha"],
        [MaskChannel.Red, MaskChannel.Green, MaskChannel.Blue, MaskChannel.Alpha]);

    /// <summary>Shows masks as grey pictures.</summary>
    /// <param name="mask">The masks.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("MaskToImage", "image/mask", DisplayName = "Convert Mask to Image")]
    public static ImageBatch ToImage(MaskBatch mask, CancellationToken cancellationToken) => MaskConversion.ToImage(mask, cancellationToken);

    /// <summary>Takes one channel of pictures as masks.</summary>
    /// <param name="image">The pictures.</param>
    /// <param name="channel">The channel; alpha needs pictures that have it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageToMask", "image/mask", DisplayName = "Convert Image to Mask")]
    public static MaskBatch FromChannel(
        ImageBatch image,
        [Input(Choices = ["red", "green", "blue", "alpha"])] string channel,
        CancellationToken cancellationToken) =>
        MaskConversion.FromChannel(image, s_channels[channel], cancellationToken);

    /// <summary>Selects the pixels of one colour.</summary>
    /// <param name="image">The pictures; they are rounded to 8 bits first.</param>
    /// <param name="color">The colour as a number, 0xRRGGBB.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageColorToMask", "image/mask", DisplayName = "Image Color to Mask")]
    public static MaskBatch FromColour(
        ImageBatch image,
        [Input(Default = 0, Min = 0, Max = 0xFFFFFF, Step = 1)] int color,
        CancellationToken cancellationToken) =>
        MaskConversion.FromColour(image, color, cancellationToken);
}
