using Vortex.Diffusion.Sampling.Noise;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>What is done to latents, masks and noise before sampling.</summary>
internal static class SampledLatent
{
    /// <summary>Says whether sampling begins at the model's highest noise level, where noise has the spread of noise and picture together.</summary>
    public static bool IsFromPureNoise(ModelSampling sampling, ReadOnlySpan<float> sigmas)
    {
        (double max, double first) = (sampling.SigmaMax, sigmas[0]);
        return first > max || Math.Abs(max - first) <= 1e-5 * Math.Max(Math.Abs(max), Math.Abs(first));
    }

    /// <summary>Returns the noise that the kept part of a masked latent gets.</summary>
    public static Tensor MaskNoise(string sampler, Tensor noise, ulong seed) =>
        SamplerRegistry.Find(sampler).HasOwnMaskNoise ? InitialNoise.Draw(noise.Backend, noise.Shape, seed + 1) : noise;

    /// <summary>Brings a mask to a latent's shape: scaled bilinearly, repeated over channels and pictures.</summary>
    /// <exception cref="DiffusionException">The mask is no picture.</exception>
    public static Tensor FitMask(Tensor mask, Shape shape)
    {
        if (mask.Rank < 2 || mask.Count == 0)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"A noise mask of shape {mask.Shape} is no mask.", "latent_image");
        }

        Tensor pictures = mask.Reshape(-1, 1, mask.Shape[-2], mask.Shape[-1]);
        Tensor scaled = Scale(pictures, shape[2], shape[3]);
        return RepeatTo(scaled, shape[0]).Expand(shape.Span);
    }

    /// <summary>Scales [batch, channels, height, width] bilinearly; the tensor itself where it has the size.</summary>
    public static Tensor Scale(Tensor pictures, int height, int width) =>
        pictures.Shape[2] == height && pictures.Shape[3] == width ? pictures : pictures.Backend.Interpolate(pictures, height, width, InterpolationMode.Bilinear);

    /// <summary>Repeats or cuts the first dimension.</summary>
    public static Tensor RepeatTo(Tensor tensor, int count)
    {
        int have = tensor.Shape[0];
        if (have == count)
        {
            return tensor;
        }

        return have > count
            ? tensor.Slice(0, 0, count)
            : tensor.Backend.IndexSelect(tensor, 0, [.. Enumerable.Range(0, count).Select(i => i % have)]);
    }

    /// <summary>Says whether any value is not 0.</summary>
    /// <exception cref="DiffusionException">A value is not a number.</exception>
    public static bool HasPicture(Tensor latent)
    {
        using TensorScope scope = TensorScope.Begin();
        float greatest = latent.Backend.Reduce(ReduceOp.Max, latent.Map(UnaryOp.Abs), []).Item();
        return float.IsFinite(greatest)
            ? greatest > 0
            : throw new DiffusionException(DiffusionCodes.OutOfRange, "The latent holds values that are not numbers, so nothing can be sampled from it.", "latent_image");
    }
}
