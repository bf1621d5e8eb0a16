using Vortex.Imaging;

namespace Vortex.Nodes.Packs.Images;

/// <summary>Nodes that change the colours of pictures.</summary>
public static class ImageColourNodes
{
    /// <summary>Turns every value into one minus itself.</summary>
    /// <param name="image">The pictures; alpha is inverted too, as in ComfyUI.</param>
    [Node("ImageInvert", "image", DisplayName = "Invert Image")]
    public static ImageBatch Invert(ImageBatch image)
    {
        float[] values = new float[image.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = 1f - image.Values[i];
        }

        return new ImageBatch(image.Count, image.Height, image.Width, image.Channels, values);
    }
}
