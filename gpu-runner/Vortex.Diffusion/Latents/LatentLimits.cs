using Vortex.Tensors;

namespace Vortex.Diffusion.Latents;

/// <summary>How large latents may become. Checked before anything is allocated.</summary>
public static class LatentLimits
{
    /// <summary>The most values (count * channels * height * width) of one batch: 2^28, which is 1 GiB of float32.</summary>
    public const long MaxValues = 1L << 28;

    /// <summary>Returns the shape where latents of it are possible.</summary>
    /// <exception cref="DiffusionException">A side is less than 1, or the batch is too large: <see cref="DiffusionCodes.OutOfRange"/>.</exception>
    public static Shape Checked(long count, long channels, long height, long width)
    {
        if (count < 1 || channels < 1 || height < 1 || width < 1)
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"A latent of {width}x{height} has no pixels. Choose a width and height of at least 16 pixels.");
        }

        return (UInt128)count * (UInt128)channels * (UInt128)height * (UInt128)width <= (UInt128)MaxValues
            ? [(int)count, (int)channels, (int)height, (int)width]
            : throw new DiffusionException(
                DiffusionCodes.OutOfRange, $"{count} latents of {width}x{height} are more than can be worked with at once. Make fewer at once, or smaller ones.");
    }
}
