using Vortex.Diffusion;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Vae;
using Vortex.Imaging;
using Vortex.Imaging.Codecs.Png;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Makes the small picture that an event carries of what is being sampled. Of a batch the first is shown.</summary>
internal static class SamplingPreview
{
    // Keeps an event that carries the picture small; larger ones are shrunk.
    private const int MaxSide = 96;

    private const string Folder = "vae_approx";

    /// <summary>Returns the picture, or null where none is wanted or the format has no factors.</summary>
    /// <param name="latent">[batch, channels, height, width], in the network's scale.</param>
    /// <param name="format">The latent's format.</param>
    /// <param name="context">Says which sort is wanted, loads the tiny autoencoder, and is warned where that does not work.</param>
    internal static PreviewPicture? Of(Tensor latent, LatentFormat format, NodeContext context)
    {
        if (context.PreviewMethod == PreviewMethod.None)
        {
            return null;
        }

        using TensorScope scope = TensorScope.Begin();
        Tensor? picture = context.PreviewMethod == PreviewMethod.Tiny ? Decoded(latent, format, context) : null;
        return (picture ?? LatentPreview.Rgb(latent, format)) is { } shown ? Encode(shown) : null;
    }

    // A preview is never worth a failure: what goes wrong is told, and the rough picture shown.
    private static Tensor? Decoded(Tensor latent, LatentFormat format, NodeContext context)
    {
        IModelFiles files = context.Models.Files;
        string? name = format.TinyDecoderName is { } start ? files.List(Folder).FirstOrDefault(file => file.StartsWith(start, StringComparison.Ordinal)) : null;
        if (name is null || files.Find(Folder, name) is not { } found)
        {
            context.Warn($"Previews are rough: {(format.TinyDecoderName is { } wanted ? $"there is no '{wanted}' in the model folder {Folder}" : "there is no tiny autoencoder for this family of models")}.");
            return null;
        }

        try
        {
            using ModelLease<Taesd> decoder = context.Models.PreviewDecoder(found);
            return ((decoder.Value.Decode(latent.Slice(0, 0, 1), context.CancellationToken) + 1) / 2).Clamp(0, 1);
        }
        catch (DiffusionException problem)
        {
            context.Warn($"Previews are rough: {problem.Message}");
        }
        catch (TensorMemoryException)
        {
            context.Warn("Previews are rough: the tiny autoencoder does not fit into memory.");
        }

        return null;
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
            (int y, int x, int colour) = (i / (columns * 3) * step, i / 3 % columns * step, i % 3);
            (int bottom, int right) = (Math.Min(y + step, height), Math.Min(x + step, width));
            float sum = 0;
            for (int row = y; row < bottom; row++)
            {
                for (int column = x; column < right; column++)
                {
                    sum += values[(((colour * height) + row) * width) + column];
                }
            }

            pixels[i] = sum / ((bottom - y) * (right - x));
        }

        byte[] png = PngEncoder.Encode(new ImageBatch(1, rows, columns, 3, pixels), 0, new PngEncoderOptions { CompressionLevel = 1 });
        return new PreviewPicture("image/png", columns, rows, png);
    }
}
