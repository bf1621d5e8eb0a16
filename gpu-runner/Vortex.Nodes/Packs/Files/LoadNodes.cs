using Vortex.Imaging;
using Vortex.Imaging.Codecs;

namespace Vortex.Nodes.Packs.Files;

/// <summary>Nodes that load pictures.</summary>
public static class LoadNodes
{
    // What ComfyUI puts in place of the mask of a picture without transparency.
    private const int EmptyMaskSide = 64;

    /// <summary>Loads a picture, turned upright by its EXIF orientation.</summary>
    /// <remarks>The mask selects what is transparent; without transparency it is 64 by 64 and selects nothing. Of an animation the first picture is loaded.</remarks>
    /// <param name="image">A PNG, JPEG or WebP file of the input folder, or an upload.</param>
    /// <param name="cancellationToken">Stops reading and decoding.</param>
    [Node("LoadImage", "image", DisplayName = "Load Image")]
    public static async Task<(ImageBatch Image, MaskBatch Mask)> LoadImage(NodeFile image, CancellationToken cancellationToken)
    {
        DecodedImage picture = await PictureFiles.DecodeAsync(image, "image", cancellationToken);
        MaskBatch mask = picture.ToMask() ?? new MaskBatch(1, EmptyMaskSide, EmptyMaskSide, new float[EmptyMaskSide * EmptyMaskSide]);
        return (picture.ToImageBatch(), mask);
    }

    /// <summary>Loads a picture that a run has saved, turned upright by its EXIF orientation.</summary>
    /// <remarks>The mask selects what is transparent; without transparency it is 64 by 64 and selects nothing.</remarks>
    /// <param name="image">A PNG, JPEG or WebP file of the output folder.</param>
    /// <param name="cancellationToken">Stops reading and decoding.</param>
    [Node("LoadImageOutput", "image", DisplayName = "Load Image (from Outputs)")]
    public static Task<(ImageBatch Image, MaskBatch Mask)> LoadImageOutput(NodeFile image, CancellationToken cancellationToken) =>
        LoadImage(image, cancellationToken);

    /// <summary>Loads one channel of a picture as a mask.</summary>
    /// <remarks>Alpha is turned round, so that what is transparent is selected; an opaque picture then selects nothing.</remarks>
    /// <param name="image">A PNG, JPEG or WebP file of the input folder, or an upload.</param>
    /// <param name="channel">Which channel; a grey picture has the same values in red, green and blue.</param>
    /// <param name="cancellationToken">Stops reading and decoding.</param>
    [Node("LoadImageMask", "image", DisplayName = "Load Image (as Mask)")]
    public static async Task<MaskBatch> LoadImageMask(
        NodeFile image,
        [Input(Choices = ["alpha", "red", "green", "blue"])] string channel,
        CancellationToken cancellationToken)
    {
        DecodedImage picture = await PictureFiles.DecodeAsync(image, "image", cancellationToken);
        if (channel == "alpha")
        {
            return picture.ToTransparencyMask();
        }

        bool isGrey = picture.Channels <= 2;
        int offset = isGrey || channel == "red" ? 0 : channel == "green" ? 1 : 2;
        float[] values = GC.AllocateUninitializedArray<float>(picture.Width * picture.Height);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = picture.Pixels[(i * picture.Channels) + offset] / 255f;
        }

        return new MaskBatch(1, picture.Height, picture.Width, values);
    }
}
