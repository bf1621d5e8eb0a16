using Vortex.Diffusion.Recipes;

namespace Vortex.Nodes.Packs.Models;

/// <summary>Nodes that change how a model works without touching its weights.</summary>
public static class ModelPatchNodes
{
    /// <summary>Shifts weight between the network's backbone and its skip connections (FreeU).</summary>
    /// <param name="model">The model.</param>
    /// <param name="b1">The factor for the backbone of the deepest blocks.</param>
    /// <param name="b2">The factor for the backbone of the blocks after them.</param>
    /// <param name="s1">The factor for low frequencies of the deepest skips.</param>
    /// <param name="s2">The factor for low frequencies of the skips after them.</param>
    [Node("FreeU", "model/patch/unet", DisplayName = "FreeU")]
    public static ModelRecipe FreeU(
        ModelRecipe model,
        [Input(Default = 1.1, Min = 0.0, Max = 10.0, Step = 0.01)] double b1,
        [Input(Default = 1.2, Min = 0.0, Max = 10.0, Step = 0.01)] double b2,
        [Input(Default = 0.9, Min = 0.0, Max = 10.0, Step = 0.01)] double s1,
        [Input(Default = 0.2, Min = 0.0, Max = 10.0, Step = 0.01)] double s2) =>
        With(model, ModelOptions.Of(ModelOptions.FreeU, ("b1", b1), ("b2", b2), ("s1", s1), ("s2", s2)));

    /// <summary>Shifts weight between the network's backbone and its skip connections, more where the backbone says more (FreeU version 2).</summary>
    /// <param name="model">The model.</param>
    /// <param name="b1">The factor for the backbone of the deepest blocks.</param>
    /// <param name="b2">The factor for the backbone of the blocks after them.</param>
    /// <param name="s1">The factor for low frequencies of the deepest skips.</param>
    /// <param name="s2">The factor for low frequencies of the skips after them.</param>
    [Node("FreeU_V2", "model/patch/unet", DisplayName = "FreeU_V2")]
    public static ModelRecipe FreeU2(
        ModelRecipe model,
        [Input(Default = 1.3, Min = 0.0, Max = 10.0, Step = 0.01)] double b1,
        [Input(Default = 1.4, Min = 0.0, Max = 10.0, Step = 0.01)] double b2,
        [Input(Default = 0.9, Min = 0.0, Max = 10.0, Step = 0.01)] double s1,
        [Input(Default = 0.2, Min = 0.0, Max = 10.0, Step = 0.01)] double s2) =>
        With(model, ModelOptions.Of(ModelOptions.FreeUV2, ("b1", b1), ("b2", b2), ("s1", s1), ("s2", s2)));

    /// <summary>Keeps high CFG from washing the picture out, by bringing its contrast back to that of the prompt alone.</summary>
    /// <param name="model">The model.</param>
    /// <param name="multiplier">How much: 0 changes nothing.</param>
    [Node("RescaleCFG", "model/patch", DisplayName = "RescaleCFG")]
    public static ModelRecipe RescaleCfg(
        ModelRecipe model,
        [Input(Default = 0.7, Min = 0.0, Max = 1.0, Step = 0.01)] double multiplier) =>
        With(model, ModelOptions.Of(ModelOptions.RescaleCfg, ("multiplier", multiplier)));

    /// <summary>Says what a model predicts, where that cannot be told from its file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sampling">What it predicts.</param>
    /// <param name="zsnr">Whether sampling begins at pure noise (zero terminal signal).</param>
    [Node("ModelSamplingDiscrete", "model/patch", DisplayName = "ModelSamplingDiscrete")]
    public static ModelRecipe SamplingDiscrete(
        ModelRecipe model,
        [Input(Choices = ["eps", "v_prediction", "lcm", "x0", "img_to_img", "img_to_img_flow"])] string sampling,
        [Input(Default = false)] bool zsnr) =>
        With(model, ModelOptions.Of(ModelOptions.SamplingDiscrete, ("sampling", sampling), ("zsnr", zsnr)));

    /// <summary>Says what a model predicts that was trained on continuous noise levels.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sampling">What it predicts.</param>
    /// <param name="sigmaMax">The highest noise level.</param>
    /// <param name="sigmaMin">The lowest noise level.</param>
    [Node("ModelSamplingContinuousEDM", "model/patch", DisplayName = "ModelSamplingContinuousEDM")]
    public static ModelRecipe SamplingContinuousEdm(
        ModelRecipe model,
        [Input(Choices = ["v_prediction", "edm", "edm_playground_v2.5", "eps", "cosmos_rflow"])] string sampling,
        [Input(Default = 120.0, Min = 0.0, Max = 1000.0, Step = 0.001)] double sigmaMax,
        [Input(Default = 0.002, Min = 0.0, Max = 1000.0, Step = 0.001)] double sigmaMin) =>
        With(model, ModelOptions.Of(ModelOptions.SamplingContinuousEdm, ("sampling", sampling), ("sigma_max", sigmaMax), ("sigma_min", sigmaMin)));

    /// <summary>Takes text from an earlier layer of the text encoder (clip skip).</summary>
    /// <param name="clip">The text encoder.</param>
    /// <param name="stopAtClipLayer">The layer, counted from behind: -1 is the last.</param>
    [Node("CLIPSetLastLayer", "model/conditioning", DisplayName = "CLIP Set Last Layer")]
    public static TextRecipe SetLastLayer(TextRecipe clip, [Input(Default = -1, Min = -24, Max = -1, Step = 1)] int stopAtClipLayer) =>
        clip with
        {
            Options = clip.Options.RemoveAll(option => option.Name == ModelOptions.ClipSkip).Add(ModelOptions.Of(ModelOptions.ClipSkip, ("layer", stopAtClipLayer))),
        };

    private static ModelRecipe With(ModelRecipe model, OptionRecipe option) => model with { Options = model.Options.Add(option) };
}
