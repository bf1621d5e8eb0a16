using System.Collections.Immutable;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Guidance.Changes;
using Vortex.Diffusion.Sampling.Schedules;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>Applies the options of recipes to a model.</summary>
public static class DiffusionModelOptions
{
    /// <summary>Returns the model changed by options, in their order. Options of other kinds of recipe are passed over.</summary>
    /// <exception cref="DiffusionException">A setting is missing or out of range.</exception>
    public static DiffusionModel WithOptions(this DiffusionModel model, ImmutableArray<OptionRecipe> options) =>
        options.Aggregate(model, Apply);

    private static DiffusionModel Apply(DiffusionModel model, OptionRecipe option) => option.Name switch
    {
        ModelOptions.FreeU or ModelOptions.FreeUV2 => WithFreeU(model, option),
        ModelOptions.RescaleCfg => model with { Guidance = new RescaledGuidance((float)option.Number("multiplier")) },
        ModelOptions.PerturbedAttention => model with { Changes = model.Changes.Add(new PerturbedAttentionGuidance((float)option.Number("scale"))) },
        ModelOptions.SelfAttention => WithSelfAttention(model, option),
        ModelOptions.Differential => model with { Masking = new DifferentialMask((float)option.Number("strength")) },
        ModelOptions.SamplingDiscrete => model with
        {
            Sampling = DiscreteSampling.Create(Discrete(option.Text("sampling")), option.Flag("zsnr"), model.BetaStart, model.BetaEnd),
        },
        ModelOptions.SamplingContinuousEdm => WithContinuous(model, option),
        _ => model,
    };

    private static DiffusionModel WithFreeU(DiffusionModel model, OptionRecipe option)
    {
        (float Hidden, float Skip) Factors(int level) => ((float)option.Number($"b{level}"), (float)option.Number($"s{level}"));
        FreeU hook = new(model.ModelChannels, Factors(1), Factors(2), option.Name == ModelOptions.FreeUV2);
        return model with { Hooks = model.Hooks with { OutputBlocks = [.. model.Hooks.OutputBlocks, hook.Apply] } };
    }

    private static DiffusionModel WithSelfAttention(DiffusionModel model, OptionRecipe option)
    {
        AttentionMap map = new();
        SelfAttentionGuidance change = new((float)option.Number("scale"), (float)option.Number("blur_sigma"), map);
        return model with { Changes = model.Changes.Add(change), Hooks = model.Hooks with { Attention = [.. model.Hooks.Attention, map] } };
    }

    private static DiffusionModel WithContinuous(DiffusionModel model, OptionRecipe option)
    {
        string sampling = option.Text("sampling");
        (double low, double high) = (option.Number("sigma_min"), option.Number("sigma_max"));
        return sampling switch
        {
            "eps" => model with { Sampling = ContinuousSampling.Logarithmic(PredictionKind.Noise, low, high) },
            "v_prediction" => model with { Sampling = ContinuousSampling.Logarithmic(PredictionKind.Velocity, low, high) },
            "edm" => model with { Sampling = ContinuousSampling.Logarithmic(PredictionKind.Edm, low, high, 0.5f) },
            "edm_playground_v2.5" => model with
            {
                Sampling = ContinuousSampling.Logarithmic(PredictionKind.Edm, low, high, 0.5f),
                Latents = LatentFormats.SdxlPlayground,
            },
            _ => throw Unknown(sampling),
        };
    }

    private static PredictionKind Discrete(string sampling) => sampling switch
    {
        "eps" => PredictionKind.Noise,
        "v_prediction" => PredictionKind.Velocity,
        "lcm" => PredictionKind.Consistency,
        "x0" => PredictionKind.Sample,
        "img_to_img" => PredictionKind.ImageToImage,
        _ => throw Unknown(sampling),
    };

    private static DiffusionException Unknown(string sampling) =>
        new(DiffusionCodes.OutOfRange, $"There is no model sampling '{sampling}' here.", "sampling");
}
