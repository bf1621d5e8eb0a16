using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Noise;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling;

/// <summary>Samples a latent by names and numbers: what ComfyUI's KSampler and KSamplerAdvanced do.</summary>
public sealed record KSampler
{
    /// <summary>Gets the seed of the first noise and of the noise drawn on the way; the lower 32 bits count for the first.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets the steps.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Gets the guidance.</summary>
    public float Cfg { get; init; } = 8;

    /// <summary>Gets the sampler's name.</summary>
    public string Sampler { get; init; } = "euler";

    /// <summary>Gets the scheduler's name.</summary>
    public string Scheduler { get; init; } = "normal";

    /// <summary>Gets the part of the way that is gone, 0 to 1.</summary>
    public double Denoise { get; init; } = 1;

    /// <summary>Gets the first step that is run; null for the first of all.</summary>
    public int? StartStep { get; init; }

    /// <summary>Gets the step before which to stop; null for after the last.</summary>
    public int? EndStep { get; init; }

    /// <summary>Gets whether a run that stops before the last step gets rid of all noise all the same.</summary>
    public bool ForcesFullDenoise { get; init; }

    /// <summary>Gets whether no noise is added at the begin.</summary>
    public bool DisablesNoise { get; init; }

    /// <summary>Gets what is told of each step.</summary>
    public Action<SamplerStep>? OnStep { get; init; }

    /// <summary>Samples.</summary>
    /// <param name="model">The model.</param>
    /// <param name="positive">What is wanted.</param>
    /// <param name="negative">What is not.</param>
    /// <param name="latent">What to begin with.</param>
    /// <param name="cancellationToken">Stops between blocks of the network.</param>
    /// <returns>The latent with new values; they are detached and belong to the caller.</returns>
    /// <exception cref="DiffusionException">A value is out of range, or things do not fit each other.</exception>
    public LatentBatch Sample(DiffusionModel model, ConditioningList positive, ConditioningList negative, LatentBatch latent, CancellationToken cancellationToken = default)
    {
        using TensorScope scope = TensorScope.Begin();
        if (!float.IsFinite(Cfg))
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, "The guidance is not a number.", "cfg");
        }

        float[] sigmas = Schedulers.ForSampler(Sampler, Scheduler, model.Sampling, Steps, Denoise);
        SigmaTools.Check(sigmas);
        Tensor samples = FitEmpty(latent.Samples, model);
        if (Part(sigmas) is not { } part)
        {
            return latent with { Samples = samples.Clone().Detach() };
        }

        Tensor noise = DisablesNoise ? samples.Backend.Full(samples.Shape, 0) : InitialNoise.Draw(samples.Backend, samples.Shape, Seed, latent.BatchIndex);
        SampledPictures result = new GuidedSampling
        {
            Guider = new CfgGuider(model, positive, negative, Cfg),
            Sampler = new SamplerRecipe(Sampler),
            Sigmas = part,
            Seed = Seed,
            OnStep = OnStep,
        }.Sample(samples, noise, latent.NoiseMask, cancellationToken);
        result.Denoised?.Dispose();
        return latent with { Samples = result.Latent };
    }

    /// <summary>Gives a latent without a picture the channels of the model; others stay as they are.</summary>
    public static Tensor FitEmpty(Tensor samples, DiffusionModel model) =>
        samples.Rank == 4 && samples.Shape[1] != model.Latents.Channels && !SampledLatent.HasPicture(samples)
            ? samples.Backend.Full(samples.Shape.With(1, model.Latents.Channels), 0)
            : samples;

    private float[]? Part(float[] sigmas)
    {
        if (EndStep is { } end && end < sigmas.Length - 1)
        {
            sigmas = sigmas[..(Math.Max(end, 0) + 1)];
            if (ForcesFullDenoise)
            {
                sigmas[^1] = 0;
            }
        }

        return StartStep is not { } start ? sigmas : start < sigmas.Length - 1 ? sigmas[Math.Max(start, 0)..] : null;
    }
}
