using Vortex.Diffusion.Detection;
using Vortex.Imaging;
using Vortex.Imaging.Codecs.Png;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Shows roughly how a latent looks: each place becomes a pixel, its channels mixed to red, green and blue.</summary>
/// <remarks>The factors come with the latent format; they were fitted by ComfyUI's authors. Of a batch the first is shown.</remarks>
internal static class LatentPreview
{
    // Keeps an event that carries the picture small; larger latents are thinned out.
    private const int MaxSide = 96;

    /// <summary>Returns the picture, or null for a format without factors.</summary>
    /// <param name="latent">[batch, channels, height, width], in the network's scale.</param>
    /// <param name="format">The latent's format.</param>
    internal static PreviewPicture? Of(Tensor latent, LatentFormat format)
    {
        if (latent.Rank != 4 || format.RgbFactors.Length != latent.Shape[1] * 3)
        {
            return null;
        }

        using TensorScope scope = TensorScope.Begin();
        (int channels, int height, int width) = (latent.Shape[1], latent.Shape[2], latent.Shape[3]);
        float[] values = latent.Slice(0, 0, 1).ToArray();
        int step = (Math.Max(height, width) + MaxSide - 1) / MaxSide;
        (int rows, int columns) = ((height + step - 1) / step, (width + step - 1) / step);
        float[] pixels = new float[rows * columns * 3];
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                int place = (y * step * width) + (x * step);
                for (int colour = 0; colour < 3; colour++)
                {
                    float sum = format.RgbBias.IsEmpty ? 0 : format.RgbBias[colour];
                    for (int c = 0; c < channels; c++)
                    {
                        sum += values[(c * height * width) + place] * format.RgbFactors[(c * 3) + colour];
                    }

                    pixels[(((y * columns) + x) * 3) + colour] = Math.Clamp((sum + 1) / 2, 0, 1);
                }
            }
        }

        byte[] png = PngEncoder.Encode(new ImageBatch(1, rows, columns, 3, pixels), 0, new PngEncoderOptions { CompressionLevel = 1 });
        return new PreviewPicture("image/png", columns, rows, png);
    }
}
