using Vortex.Diffusion.Recipes;

namespace Vortex.Nodes.Packs.Models;

/// <summary>Nodes that change how a model is guided, and where a mask lets it change something.</summary>
public static class GuidancePatchNodes
{
    /// <summary>Leads away from what the model makes when its middle block attends to nothing: clearer structure, without a negative prompt.</summary>
    /// <remarks>Asks the network once more in every step.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="scale">How far; 0 changes nothing.</param>
    [Node("PerturbedAttentionGuidance", "model/patch/unet", DisplayName = "PerturbedAttentionGuidance")]
    public static ModelRecipe PerturbedAttention(
        ModelRecipe model,
        [Input(Default = 3.0, Min = 0.0, Max = 100.0, Step = 0.01)] double scale) =>
        With(model, ModelOptions.Of(ModelOptions.PerturbedAttention, ("scale", scale)));

    /// <summary>Leads away from what the model makes of a latent that is blurred where it looks most: more detail there.</summary>
    /// <remarks>Asks the network once more in every step, and needs a negative prompt, even with a CFG of 1.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="scale">How far; negative blurs.</param>
    /// <param name="blurSigma">How wide the blur is, in latent pixels; 0 blurs nothing.</param>
    [Node("SelfAttentionGuidance", "experimental", DisplayName = "Self-Attention Guidance")]
    public static ModelRecipe SelfAttention(
        ModelRecipe model,
        [Input(Default = 0.5, Min = -2.0, Max = 5.0, Step = 0.01)] double scale,
        [Input(Default = 2.0, Min = 0.0, Max = 10.0, Step = 0.1)] double blurSigma) =>
        With(model, ModelOptions.Of(ModelOptions.SelfAttention, ("scale", scale), ("blur_sigma", blurSigma)));

    /// <summary>Makes a grey noise mask say from when on a pixel changes: lighter is earlier, so that edges of a mask blend.</summary>
    /// <param name="model">The model.</param>
    /// <param name="strength">How much of it: below 1 the grey mask itself counts for the rest. 0 works as 1, as in ComfyUI.</param>
    [Node("DifferentialDiffusion", "experimental", DisplayName = "Differential Diffusion")]
    public static ModelRecipe Differential(
        ModelRecipe model,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01, Optional = true)] double strength = 1.0) =>
        With(model, ModelOptions.Of(ModelOptions.Differential, ("strength", strength)));

    private static ModelRecipe With(ModelRecipe model, OptionRecipe option) => model with { Options = model.Options.Add(option) };
}
