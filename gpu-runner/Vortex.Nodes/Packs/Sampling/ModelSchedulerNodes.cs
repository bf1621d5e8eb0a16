using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Schedules;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Nodes that make lists of noise levels for a model.</summary>
public static class ModelSchedulerNodes
{
    /// <summary>Makes the noise levels that KSampler uses.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scheduler">How the levels lie.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="denoise">Which part of the way is gone; below 1 the last steps of a longer way.</param>
    /// <param name="context">Loads the model.</param>
    [Node("BasicScheduler", "model/sampling/schedulers", DisplayName = "BasicScheduler")]
    public static SigmaSchedule Basic(
        ModelRecipe model,
        [Input(ChoicesOf = typeof(SchedulerNames))] string scheduler,
        [Input(Default = 20, Min = 1, Max = 10000)] int steps,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double denoise,
        NodeContext context)
    {
        using UsedModel loaded = UsedModel.Of(model, context);
        return new([.. Schedulers.Compute(scheduler, loaded.Value.Sampling, steps, denoise)]);
    }

    /// <summary>Makes the noise levels of turbo models: one to ten steps.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="denoise">Which part of the way is gone.</param>
    /// <param name="context">Loads the model.</param>
    [Node("SDTurboScheduler", "model/sampling/schedulers", DisplayName = "SDTurboScheduler")]
    public static SigmaSchedule Turbo(
        ModelRecipe model,
        [Input(Default = 1, Min = 1, Max = 10)] int steps,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double denoise,
        NodeContext context)
    {
        using UsedModel loaded = UsedModel.Of(model, context);
        return new([.. NamedSchedules.Turbo(loaded.Value.Sampling, steps, denoise)]);
    }

    /// <summary>Makes noise levels at times that follow a beta distribution.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="alpha">The distribution's first shape.</param>
    /// <param name="beta">The distribution's second shape.</param>
    /// <param name="context">Loads the model.</param>
    [Node("BetaSamplingScheduler", "model/sampling/schedulers", DisplayName = "BetaSamplingScheduler")]
    public static SigmaSchedule Beta(
        ModelRecipe model,
        [Input(Default = 20, Min = 1, Max = 10000)] int steps,
        [Input(Default = 0.6, Min = 0.0, Max = 50.0, Step = 0.01)] double alpha,
        [Input(Default = 0.6, Min = 0.0, Max = 50.0, Step = 0.01)] double beta,
        NodeContext context)
    {
        using UsedModel loaded = UsedModel.Of(model, context);
        return new([.. Schedulers.Beta(loaded.Value.Sampling, steps, alpha, beta)]);
    }

    /// <summary>Tells the noise level at a part of sampling.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samplingPercent">The part: 0 the begin, 1 the end.</param>
    /// <param name="returnActualSigma">Whether begin and end give the model's own bounds instead of values beyond all levels.</param>
    /// <param name="context">Loads the model.</param>
    [Node("SamplingPercentToSigma", "model/sampling/sigmas", DisplayName = "SamplingPercentToSigma")]
    [Outputs("sigma_value")]
    public static double PercentToSigma(
        ModelRecipe model,
        [Input(Default = 0.0, Min = 0.0, Max = 1.0, Step = 0.0001)] double samplingPercent,
        [Input(Default = false)] bool returnActualSigma,
        NodeContext context)
    {
        using UsedModel loaded = UsedModel.Of(model, context);
        ModelSampling sampling = loaded.Value.Sampling;
        return (returnActualSigma, samplingPercent) switch
        {
            (true, 0.0) => sampling.SigmaMax,
            (true, 1.0) => sampling.SigmaMin,
            _ => sampling.PercentToSigma(samplingPercent),
        };
    }
}
