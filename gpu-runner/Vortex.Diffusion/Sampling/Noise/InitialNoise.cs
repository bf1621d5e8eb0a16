using System.Collections.Immutable;
using Vortex.Tensors;
using Vortex.Tensors.Noise;

namespace Vortex.Diffusion.Sampling.Noise;

/// <summary>The noise that sampling begins with, bit for bit as PyTorch's CPU generator draws it.</summary>
public static class InitialNoise
{
    /// <summary>The greatest number of a picture in its batch.</summary>
    public const int MaxBatchIndex = 4096;

    /// <summary>Draws noise for a latent.</summary>
    /// <param name="backend">Where the noise is kept.</param>
    /// <param name="shape">[batch, channels, height, width].</param>
    /// <param name="seed">Its lower 32 bits count.</param>
    /// <param name="batchIndex">Which numbers the pictures had in the batch they were made in; null for 0, 1, 2, … drawn at once.</param>
    /// <exception cref="DiffusionException">The numbers do not fit the batch, or are too large.</exception>
    public static Tensor Draw(ITensorBackend backend, Shape shape, ulong seed, ImmutableArray<int>? batchIndex = null)
    {
        NormalSource source = new(seed);
        float[] values = new float[checked((int)shape.Count)];
        if (batchIndex is not { } indices)
        {
            source.Fill(values);
            return backend.From(values, shape);
        }

        if (indices.Length != shape[0] || indices.Any(index => index is < 0 or > MaxBatchIndex))
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch, $"A latent of {shape[0]} pictures names {indices.Length} numbers in their batch; each must be 0 to {MaxBatchIndex}.", "latent_image");
        }

        int size = values.Length / shape[0];
        float[] picture = new float[size];
        for (int number = 0; number <= indices.Max(); number++)
        {
            source.Fill(picture);
            for (int i = 0; i < indices.Length; i++)
            {
                if (indices[i] == number)
                {
                    picture.CopyTo(values, i * size);
                }
            }
        }

        return backend.From(values, shape);
    }
}
