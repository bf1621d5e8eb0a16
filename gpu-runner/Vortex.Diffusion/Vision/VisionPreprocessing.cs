using Vortex.Tensors;

namespace Vortex.Diffusion.Vision;

/// <summary>Prepares pictures for a picture encoder as ComfyUI does.</summary>
public static class VisionPreprocessing
{
    /// <summary>Scales, crops, rounds to 256 levels and normalises.</summary>
    /// <remarks>
    /// The shorter side becomes the encoder's size by antialiased bicubic scaling, sizes rounded to even, and the middle is cut out;
    /// without cropping both sides are scaled to it. A picture of that very size is not scaled. An alpha channel is dropped.
    /// </remarks>
    /// <param name="pictures">[batch, height, width, channels], three or more channels, 0 to 1.</param>
    /// <param name="config">Size, mean and deviation.</param>
    /// <param name="crop">Whether what is too long is cut off.</param>
    /// <returns>[batch, 3, size, size], kept for the caller's scope.</returns>
    /// <exception cref="DiffusionException">The pictures have fewer than three channels, or no pixels.</exception>
    public static Tensor Prepare(Tensor pictures, VisionConfig config, bool crop = true)
    {
        if (pictures.Rank != 4 || pictures.Shape[3] < 3 || pictures.Count == 0)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"A picture encoder takes pictures of three channels, not {pictures.Shape}.", "image");
        }

        using TensorScope scope = TensorScope.Begin();
        ITensorBackend backend = pictures.Backend;
        Tensor x = pictures.Slice(3, 0, 3).Permute(0, 3, 1, 2);
        (int height, int width, int size) = (x.Shape[2], x.Shape[3], config.ImageSize);
        if (height != size || width != size)
        {
            double scale = (double)size / Math.Min(height, width);
            (int scaledHeight, int scaledWidth) = crop
                ? ((int)Math.Round(scale * height, MidpointRounding.ToEven), (int)Math.Round(scale * width, MidpointRounding.ToEven))
                : (size, size);
            x = backend.Interpolate(backend.Contiguous(x), scaledHeight, scaledWidth, InterpolationMode.Bicubic, antialias: true)
                .Slice(2, (scaledHeight - size) / 2, size)
                .Slice(3, (scaledWidth - size) / 2, size);
        }

        x = (x * 255f).Clamp(0, 255).Map(UnaryOp.Round) / 255f;
        Tensor mean = backend.From(config.Mean.AsSpan(), [1, 3, 1, 1]);
        Tensor deviation = backend.From(config.Deviation.AsSpan(), [1, 3, 1, 1]);
        return scope.Keep((x - mean) / deviation);
    }
}
