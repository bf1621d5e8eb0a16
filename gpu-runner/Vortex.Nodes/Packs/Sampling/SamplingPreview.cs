using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Vae;
using Vortex.Imaging;
using Vortex.Imaging.Codecs.Png;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Makes the small picture that an event carries of what is being sampled. Of a batch the first is shown.</summary>
internal static class SamplingPreview
{
    // Keeps an event that carries the picture small; larger latents are thinned out.
    private const int MaxSide = 96;

    /// <summary>Returns the picture, or null for a format without factors.</summary>
    /// <param name="latent">[batch, channels, height, width], in the network's scale.</param>
    /// <param name="format">The latent's format.</param>
    internal static PreviewPicture? Of(Tensor latent, LatentFormat format)
    {
        using TensorScope scope = TensorScope.Begin();
        return LatentPreview.Rgb(latent, format) is { } picture ? Encode(picture) : null;
    }

    private static PreviewPicture Encode(Tensor picture)
    {
        (int height, int width) = (picture.Shape[2], picture.Shape[3]);
        float[] values = picture.ToArray();
        int step = (Math.Max(height, width) + MaxSide - 1) / MaxSide;
        (int rows, int columns) = ((height + step - 1) / step, (width + step - 1) / step);
        float[] pixels = new float[rows * columns * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int y, int x, int colour) = (i / (columns * 3), i / 3 % columns, i % 3);
            pixels[i] = values[(((colour * height) + (y * step)) * width) + (x * step)];
        }

        byte[] png = PngEncoder.Encode(new ImageBatch(1, rows, columns, 3, pixels), 0, new PngEncoderOptions { CompressionLevel = 1 });
        return new PreviewPicture("image/png", columns, rows, png);
    }
}
