using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Noise;
using Vortex.Tensors;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Nodes that make a latent picture out of noise, put together of sampler, noise levels and guider.</summary>
public static class CustomSamplingNodes
{
    /// <summary>Makes a latent out of noise with a sampler and noise levels of your choice.</summary>
    /// <param name="model">The model.</param>
    /// <param name="addNoise">Whether noise is added at the begin.</param>
    /// <param name="noiseSeed">The seed of the noise.</param>
    /// <param name="cfg">How far beyond the positive prompt, seen from the negative one.</param>
    /// <param name="positive">What is wanted.</param>
    /// <param name="negative">What is not wanted.</param>
    /// <param name="sampler">How a step is made.</param>
    /// <param name="sigmas">The noise levels.</param>
    /// <param name="latentImage">The latent; its noise mask says what is changed.</param>
    /// <param name="context">Loads the model and takes progress.</param>
    [Node("SamplerCustom", "model/sampling/custom", DisplayName = "SamplerCustom", Cost = NodeCost.Heavy, NeedsGpu = true)]
    [Outputs("output", "denoised_output")]
    public static (LatentBatch Output, LatentBatch Denoised) Sample(
        ModelRecipe model,
        [Input(Default = true)] bool addNoise,
        [Input(Default = 0, Min = 0, Max = ulong.MaxValue, ControlAfterGenerate = true)] ulong noiseSeed,
        [Input(Default = 8.0, Min = 0.0, Max = 100.0, Step = 0.1)] double cfg,
        ConditioningList positive,
        ConditioningList negative,
        SamplerRecipe sampler,
        SigmaSchedule sigmas,
        LatentBatch latentImage,
        NodeContext context) =>
        Run(new GuiderRecipe("cfg", model, [positive, negative], [(float)cfg]), addNoise, noiseSeed, sampler, sigmas, latentImage, context);

    /// <summary>Makes a latent out of noise, with everything given by other nodes.</summary>
    /// <param name="noise">The noise.</param>
    /// <param name="guider">The model and its prompts.</param>
    /// <param name="sampler">How a step is made.</param>
    /// <param name="sigmas">The noise levels.</param>
    /// <param name="latentImage">The latent; its noise mask says what is changed.</param>
    /// <param name="context">Loads the model and takes progress.</param>
    [Node("SamplerCustomAdvanced", "model/sampling/custom", DisplayName = "SamplerCustomAdvanced", Cost = NodeCost.Heavy, NeedsGpu = true)]
    [Outputs("output", "denoised_output")]
    public static (LatentBatch Output, LatentBatch Denoised) SampleAdvanced(
        NoiseRecipe noise,
        GuiderRecipe guider,
        SamplerRecipe sampler,
        SigmaSchedule sigmas,
        LatentBatch latentImage,
        NodeContext context) =>
        Run(guider, noise.Seed is not null, noise.Seed ?? 0, sampler, sigmas, latentImage, context);

    private static (LatentBatch Output, LatentBatch Denoised) Run(
        GuiderRecipe guider, bool addNoise, ulong seed, SamplerRecipe sampler, SigmaSchedule sigmas, LatentBatch latent, NodeContext context)
    {
        using UsedModel model = UsedModel.Of(guider.Model, context);
        using TensorScope scope = TensorScope.Begin();
        Tensor samples = KSampler.FitEmpty(latent.Samples, model.Value);
        Tensor noise = addNoise ? InitialNoise.Draw(samples.Backend, samples.Shape, seed, latent.BatchIndex) : samples.Backend.Full(samples.Shape, 0);
        SampledPictures result = new GuidedSampling
        {
            Guider = Guider.Of(guider, model.Value),
            Sampler = sampler,
            Sigmas = [.. sigmas.Values],
            Seed = seed,
            OnStep = KSamplerNodes.Told(context, model.Value),
        }.Sample(samples, noise, latent.NoiseMask, context.CancellationToken);
        LatentBatch output = latent with { Samples = result.Latent };
        return (output, result.Denoised is { } denoised ? latent with { Samples = denoised } : output);
    }
}
