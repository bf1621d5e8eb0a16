using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Nodes that make a latent picture out of noise, by names and numbers.</summary>
public static class KSamplerNodes
{
    /// <summary>Makes a latent out of noise, or changes one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">The seed of the noise. The same seed and settings give the same picture.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="cfg">How far beyond the positive prompt, seen from the negative one. 1 leaves the negative prompt out.</param>
    /// <param name="samplerName">How a step is made.</param>
    /// <param name="scheduler">How the noise levels of the steps lie.</param>
    /// <param name="positive">What is wanted.</param>
    /// <param name="negative">What is not wanted.</param>
    /// <param name="latentImage">The latent; its noise mask says what is changed.</param>
    /// <param name="denoise">Which part of the way is gone: below 1 something of the latent stays.</param>
    /// <param name="context">Loads the model and takes progress.</param>
    [Node("KSampler", "model/sampling", DisplayName = "KSampler", Cost = NodeCost.Heavy, NeedsGpu = true)]
    public static LatentBatch Sample(
        ModelRecipe model,
        [Input(Default = 0, Min = 0, Max = ulong.MaxValue, ControlAfterGenerate = true)] ulong seed,
        [Input(Default = 20, Min = 1, Max = 10000)] int steps,
        [Input(Default = 8.0, Min = 0.0, Max = 100.0, Step = 0.1)] double cfg,
        [Input(ChoicesOf = typeof(SamplerNames))] string samplerName,
        [Input(ChoicesOf = typeof(SchedulerNames))] string scheduler,
        ConditioningList positive,
        ConditioningList negative,
        LatentBatch latentImage,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double denoise,
        NodeContext context)
    {
        KSampler sampler = new() { Seed = seed, Steps = steps, Cfg = (float)cfg, Sampler = samplerName, Scheduler = scheduler, Denoise = denoise };
        return Run(sampler, model, positive, negative, latentImage, context);
    }

    /// <summary>Makes a part of the steps from noise to a latent.</summary>
    /// <param name="model">The model.</param>
    /// <param name="addNoise">Whether noise is added at the begin; a latent that comes from another sampler has its own.</param>
    /// <param name="noiseSeed">The seed of the noise.</param>
    /// <param name="steps">How many steps the whole way has.</param>
    /// <param name="cfg">How far beyond the positive prompt, seen from the negative one.</param>
    /// <param name="samplerName">How a step is made.</param>
    /// <param name="scheduler">How the noise levels of the steps lie.</param>
    /// <param name="positive">What is wanted.</param>
    /// <param name="negative">What is not wanted.</param>
    /// <param name="latentImage">The latent; its noise mask says what is changed.</param>
    /// <param name="startAtStep">The first step that is made.</param>
    /// <param name="endAtStep">The step before which to stop.</param>
    /// <param name="returnWithLeftoverNoise">Whether noise that is left after the last step stays, for another sampler to go on with.</param>
    /// <param name="context">Loads the model and takes progress.</param>
    [Node("KSamplerAdvanced", "model/sampling", DisplayName = "KSampler (Advanced)", Cost = NodeCost.Heavy, NeedsGpu = true)]
    public static LatentBatch SampleAdvanced(
        ModelRecipe model,
        [Input(Choices = ["enable", "disable"])] string addNoise,
        [Input(Default = 0, Min = 0, Max = ulong.MaxValue, ControlAfterGenerate = true)] ulong noiseSeed,
        [Input(Default = 20, Min = 1, Max = 10000)] int steps,
        [Input(Default = 8.0, Min = 0.0, Max = 100.0, Step = 0.1)] double cfg,
        [Input(ChoicesOf = typeof(SamplerNames))] string samplerName,
        [Input(ChoicesOf = typeof(SchedulerNames))] string scheduler,
        ConditioningList positive,
        ConditioningList negative,
        LatentBatch latentImage,
        [Input(Default = 0, Min = 0, Max = 10000)] int startAtStep,
        [Input(Default = 10000, Min = 0, Max = 10000)] int endAtStep,
        [Input(Choices = ["disable", "enable"])] string returnWithLeftoverNoise,
        NodeContext context)
    {
        KSampler sampler = new()
        {
            Seed = noiseSeed,
            Steps = steps,
            Cfg = (float)cfg,
            Sampler = samplerName,
            Scheduler = scheduler,
            StartStep = startAtStep,
            EndStep = endAtStep,
            ForcesFullDenoise = returnWithLeftoverNoise == "disable",
            DisablesNoise = addNoise == "disable",
        };
        return Run(sampler, model, positive, negative, latentImage, context);
    }

    /// <summary>Returns what tells people of each step.</summary>
    internal static Action<SamplerStep> Told(NodeContext context, DiffusionModel model) =>
        step => context.Report(step.Index + 1, Math.Max(step.Total, step.Index + 1), () => SamplingPreview.Of(step.Denoised, model.Latents, context));

    private static LatentBatch Run(
        KSampler sampler, ModelRecipe recipe, ConditioningList positive, ConditioningList negative, LatentBatch latent, NodeContext context)
    {
        using UsedModel model = UsedModel.Of(recipe, context);
        return (sampler with { OnStep = Told(context, model.Value) }).Sample(model.Value, positive, negative, latent, context.CancellationToken);
    }
}
