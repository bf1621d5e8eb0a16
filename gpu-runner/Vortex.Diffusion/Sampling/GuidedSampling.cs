using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling;

/// <summary>One run of sampling: what SamplerCustom and SamplerCustomAdvanced do.</summary>
public sealed record GuidedSampling
{
    // Latents that a sampler holds at a time: history, noise, answers.
    private const int Latents = 12;

    /// <summary>Gets the model with its prompts.</summary>
    public required Guider Guider { get; init; }

    /// <summary>Gets the sampler.</summary>
    public required SamplerRecipe Sampler { get; init; }

    /// <summary>Gets the noise levels; none leave the latent as it is.</summary>
    public required float[] Sigmas { get; init; }

    /// <summary>Gets the seed of the noise that is drawn on the way.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets what is told of each step.</summary>
    public Action<SamplerStep>? OnStep { get; init; }

    /// <summary>Samples.</summary>
    /// <param name="latent">[batch, channels, height, width] as the autoencoder scales it.</param>
    /// <param name="noise">The noise that sampling begins with, in the latent's shape.</param>
    /// <param name="noiseMask">Where the latent is changed, any size; null for everywhere.</param>
    /// <param name="cancellationToken">Stops between blocks of the network.</param>
    /// <returns>The result, and the last clean latent that the model saw, both as the autoencoder scales them and detached.</returns>
    /// <exception cref="DiffusionException">The latent has other channels than the model, or values that are not numbers; levels or a mask make no sense; the model's answer is not finite.</exception>
    public SampledPictures Sample(Tensor latent, Tensor noise, Tensor? noiseMask = null, CancellationToken cancellationToken = default)
    {
        DiffusionModel model = Guider.Model;
        Check(latent, noise, model);
        SigmaTools.Check(Sigmas);
        if (Sigmas.Length == 0)
        {
            return new SampledPictures(latent.Clone().Detach(), null);
        }

        if (SamplerRegistry.Find(Sampler.Name).ChangesSize)
        {
            CheckFree(noiseMask, model);
        }

        try
        {
            return Run(latent, noise, noiseMask, cancellationToken);
        }
        catch (TensorMemoryException full) when (full.Limit > 0)
        {
            throw DoesNotFit(full, latent.Shape);
        }
    }

    // Told with what would: a smaller batch, or a smaller picture of the same proportions.
    private DiffusionException DoesNotFit(TensorMemoryException full, Shape shape)
    {
        DiffusionModel model = Guider.Model;
        (int count, int height, int width, int scale) = (shape[0], shape[2], shape[3], model.Latents.Downscale);
        long Need(int pictures, int rows, int columns)
        {
            long pixels = (long)pictures * rows * columns;
            long together = Math.Clamp(model.MaxBatchPixels / Math.Max(1, pixels), 1, Math.Max(1, Guider.Lists.Count(list => list is not null)));
            return model.Network.PeakBytes((int)(pictures * together), rows, columns) + (pixels * shape[1] * Latents * sizeof(float));
        }

        int Rows(int side) => Math.Max(1, (int)Math.Round(side / (double)scale * height / width));
        string? Advice(long free)
        {
            int fewer = Enumerable.Range(1, Math.Max(0, count - 1)).LastOrDefault(pictures => Need(pictures, height, width) <= free);
            if (fewer > 0)
            {
                return $"A batch_size of {fewer} fits, which needs about {MemoryAdvice.Bytes(Need(fewer, height, width))}.";
            }

            return MemoryAdvice.Largest((width * scale) - 1, free, side => Need(1, Rows(side), side / scale)) is { } fit
                ? $"{MemoryAdvice.Pictures(1, fit, Rows(fit) * scale)} fits, which needs about {MemoryAdvice.Bytes(Need(1, Rows(fit), fit / scale))}."
                : null;
        }

        return MemoryAdvice.Of(
            full,
            model.Backend,
            $"Sampling {MemoryAdvice.Pictures(count, width * scale, height * scale)}",
            Need(count, height, width),
            free => model.Network.PeakBytes(1, 1, 1) > 0 ? Advice(free) : "A smaller batch or picture needs less.");
    }

    private SampledPictures Run(Tensor latent, Tensor noise, Tensor? noiseMask, CancellationToken cancellationToken)
    {
        DiffusionModel model = Guider.Model;
        using TensorScope scope = TensorScope.Begin();
        using Held last = new();
        Tensor start = SampledLatent.HasPicture(latent) ? model.Latents.ToNetwork(latent) : latent;
        Tensor? mask = noiseMask is null ? null : SampledLatent.FitMask(noiseMask, latent.Shape);
        using PreparedConditionings prepared = PreparedConditionings.Prepare(model, Guider.Lists, latent.Shape, start, mask, Seed);
        using ConditioningEvaluator evaluator = new(model, cancellationToken);
        IDenoiser denoiser = new GuidedDenoiser(Guider, evaluator, prepared);
        if (mask is not null)
        {
            Func<Tensor, float, Tensor>? change = model.Masking is { } masking ? (grey, sigma) => masking.At(grey, sigma, model.Sampling, Sigmas) : null;
            denoiser = new MaskedDenoiser(denoiser, mask, start, SampledLatent.MaskNoise(Sampler.Name, noise, Seed), change);
        }

        Tensor noisy = model.Sampling.AddNoise(Sigmas[0], noise, start, SampledLatent.IsFromPureNoise(model.Sampling, Sigmas));
        using Tensor end = SamplerRegistry.Sample(Sampler, denoiser, noisy, Sigmas, Seed, step =>
        {
            last.Value = step.Denoised.Clone();
            OnStep?.Invoke(step);
        }, cancellationToken);
        Tensor result = model.Latents.FromNetwork(model.Sampling.RemoveScale(Sigmas[^1], end));
        return new SampledPictures(result.Detach(), last.Value is { } picture ? model.Latents.FromNetwork(picture).Detach() : null);
    }

    private void CheckFree(Tensor? noiseMask, DiffusionModel model)
    {
        bool isBound = noiseMask is not null || model.Extra != ExtraChannels.None
            || Guider.Lists.Any(list => list?.Entries.Any(entry => entry.Mask is not null) == true);
        if (isBound)
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch, "A sampler that changes the latent's size cannot be used with a noise mask, masked prompts or a model that sees a picture beside the latent.", "sampler");
        }
    }

    private static void Check(Tensor latent, Tensor noise, DiffusionModel model)
    {
        if (latent.Rank != 4 || latent.Count == 0)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"A latent of shape {latent.Shape} cannot be sampled; [batch, channels, height, width] can.", "latent_image");
        }

        if (latent.Shape[1] != model.Latents.Channels)
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch, $"The latent has {latent.Shape[1]} channels and the model takes {model.Latents.Channels}: it comes from another family's autoencoder.", "latent_image");
        }

        if (noise.Shape != latent.Shape)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"Noise of shape {noise.Shape} does not fit a latent of shape {latent.Shape}.", "noise");
        }
    }
}

/// <summary>What sampling gives. Both tensors are detached and belong to the caller.</summary>
/// <param name="Latent">The result.</param>
/// <param name="Denoised">The last clean latent that the model saw; null where no step was run.</param>
public sealed record SampledPictures(Tensor Latent, Tensor? Denoised);
