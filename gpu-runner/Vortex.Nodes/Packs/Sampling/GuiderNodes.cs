using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Recipes;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Nodes that say how a model is asked, and with which noise sampling begins.</summary>
public static class GuiderNodes
{
    /// <summary>Asks a model for one prompt, without a negative one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="conditioning">The prompt.</param>
    [Node("BasicGuider", "model/sampling/guiders", DisplayName = "Basic Guider")]
    public static GuiderRecipe Basic(ModelRecipe model, ConditioningList conditioning) => new("basic", model, [conditioning], []);

    /// <summary>Asks a model for a prompt and a negative one, and goes on from the second through the first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="positive">What is wanted.</param>
    /// <param name="negative">What is not wanted.</param>
    /// <param name="cfg">How far; 1 leaves the negative prompt out.</param>
    [Node("CFGGuider", "model/sampling/guiders", DisplayName = "CFG Guider")]
    public static GuiderRecipe Cfg(
        ModelRecipe model,
        ConditioningList positive,
        ConditioningList negative,
        [Input(Default = 8.0, Min = 0.0, Max = 100.0, Step = 0.1)] double cfg) =>
        new("cfg", model, [positive, negative], [(float)cfg]);

    /// <summary>Asks a model for two prompts and a negative one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cond1">The first prompt.</param>
    /// <param name="cond2">The second prompt.</param>
    /// <param name="negative">What is not wanted.</param>
    /// <param name="cfgConds">How far from the second prompt to the first.</param>
    /// <param name="cfgCond2Negative">How far from the negative prompt to the second.</param>
    /// <param name="style">Whether the two ways are added (regular), or the first is gone inside of the second (nested).</param>
    [Node("DualCFGGuider", "model/sampling/guiders", DisplayName = "Dual CFG Guider")]
    public static GuiderRecipe DualCfg(
        ModelRecipe model,
        ConditioningList cond1,
        ConditioningList cond2,
        ConditioningList negative,
        [Input(Default = 8.0, Min = 0.0, Max = 100.0, Step = 0.1)] double cfgConds,
        [Input(Name = "cfg_cond2_negative", Default = 8.0, Min = 0.0, Max = 100.0, Step = 0.1)] double cfgCond2Negative,
        [Input(Choices = ["regular", "nested"])] string style) =>
        new("dual_cfg", model, [cond1, cond2, negative], [(float)cfgConds, (float)cfgCond2Negative], style);

    /// <summary>Asks a model for a prompt and a negative one, of which only what the prompt does not want counts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="positive">What is wanted.</param>
    /// <param name="negative">What is not wanted.</param>
    /// <param name="emptyConditioning">The encoding of an empty text.</param>
    /// <param name="cfg">How far from the empty prompt.</param>
    /// <param name="negScale">How much of the negative prompt counts; 0 leaves it out.</param>
    [Node("PerpNegGuider", "experimental", DisplayName = "PerpNegGuider")]
    public static GuiderRecipe PerpNeg(
        ModelRecipe model,
        ConditioningList positive,
        ConditioningList negative,
        ConditioningList emptyConditioning,
        [Input(Default = 8.0, Min = 0.0, Max = 100.0, Step = 0.1)] double cfg,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double negScale) =>
        new("perp_neg", model, [positive, negative, emptyConditioning], [(float)cfg, (float)negScale]);

    /// <summary>Makes noise of a seed.</summary>
    /// <param name="noiseSeed">The seed.</param>
    [Node("RandomNoise", "model/sampling/noise", DisplayName = "RandomNoise")]
    public static NoiseRecipe RandomNoise([Input(Default = 0, Min = 0, Max = ulong.MaxValue, ControlAfterGenerate = true)] ulong noiseSeed) => new(noiseSeed);

    /// <summary>Makes no noise, where a latent has its noise already.</summary>
    [Node("DisableNoise", "model/sampling/noise", DisplayName = "DisableNoise")]
    public static NoiseRecipe DisableNoise() => new((ulong?)null);
}
