using Vortex.Imaging;
using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Jpeg;
using Vortex.Imaging.Codecs.Png;
using Vortex.Imaging.Codecs.WebP;

namespace Vortex.Nodes.Packs.Files;

/// <summary>Nodes that make picture files for people.</summary>
public static class SaveNodes
{
    // Fast to write: it is looked at and forgotten.
    private const int PreviewCompression = 1;

    /// <summary>Saves pictures as PNG, with the workflow inside, so that the file can be opened as the workflow that made it.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="filenamePrefix">The beginning of the file names; a slash makes a folder, %date:yyyy-MM-dd%, %width% and the like are replaced.</param>
    /// <param name="context">Takes the files.</param>
    [Node("SaveImage", "image", DisplayName = "Save Image", IsOutput = true)]
    public static void SaveImage(ImageBatch images, [Input(Default = "ComfyUI")] string filenamePrefix, NodeContext context)
    {
        PngEncoderOptions options = new() { Text = PictureText.Of(context) };
        Emit(images, filenamePrefix, "png", "image/png", isPreview: false, context, index => PngEncoder.Encode(images, index, options, context.CancellationToken));
    }

    /// <summary>Shows pictures without keeping them among the results.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="context">Takes the files.</param>
    [Node("PreviewImage", "image", DisplayName = "Preview Image", IsOutput = true)]
    public static void PreviewImage(ImageBatch images, NodeContext context)
    {
        PngEncoderOptions options = new() { CompressionLevel = PreviewCompression, Text = PictureText.Of(context) };
        Emit(images, "ComfyUI_temp", "png", "image/png", isPreview: true, context, index => PngEncoder.Encode(images, index, options, context.CancellationToken));
    }

    /// <summary>Saves pictures as PNG, JPEG or WebP, with the workflow inside where the format has room for it.</summary>
    /// <param name="images">The pictures. JPEG drops transparency.</param>
    /// <param name="filenamePrefix">The beginning of the file names; a slash makes a folder, %date:yyyy-MM-dd%, %width% and the like are replaced.</param>
    /// <param name="format">The file format.</param>
    /// <param name="quality">For JPEG and WebP: higher looks better and makes larger files. PNG loses nothing whatever it is.</param>
    /// <param name="context">Takes the files.</param>
    [Node("vortex.SaveImage", "image", DisplayName = "Save Image (format)", IsOutput = true)]
    public static void SaveAs(
        ImageBatch images,
        [Input(Default = "Vortex")] string filenamePrefix,
        [Input(Choices = ["png", "jpeg", "webp"], Default = "png")] string format,
        [Input(Default = 90, Min = 1, Max = 100)] int quality,
        NodeContext context)
    {
        if (quality is < 1 or > 100)
        {
            throw new NodeProblemException("node.out_of_range", "quality", $"'quality' is {quality}; it must lie between 1 and 100.");
        }

        PngEncoderOptions png = new() { Text = PictureText.Of(context) };
        JpegEncoderOptions jpeg = new() { Quality = quality, Text = PictureText.ThatFitExif(context) };
        WebPEncoderOptions webp = new() { Quality = quality, Text = PictureText.ThatFitExif(context) };
        Emit(images, filenamePrefix, format == "jpeg" ? "jpg" : format, $"image/{format}", isPreview: false, context, index => format switch
        {
            "jpeg" => JpegEncoder.Encode(images, index, jpeg, context.CancellationToken),
            "webp" => WebPEncoder.Encode(images, index, webp, context.CancellationToken),
            _ => PngEncoder.Encode(images, index, png, context.CancellationToken),
        });
    }

    private static void Emit(
        ImageBatch images, string prefix, string extension, string mediaType, bool isPreview, NodeContext context, Func<int, byte[]> encode)
    {
        string name = FileNamePrefix.Resolve(prefix, "filename_prefix", context.Now, images.Width, images.Height);
        for (int i = 0; i < images.Count; i++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            byte[] content;
            try
            {
                content = encode(i);
            }
            catch (ImageFormatException exception)
            {
                throw new NodeProblemException(exception.Code, "images", exception.Message);
            }

            context.Emit(new EmittedFile(NumberedName.Next(name, extension, context, i), mediaType, content, isPreview) { Width = images.Width, Height = images.Height });
            context.Report(i + 1, images.Count);
        }
    }
}
