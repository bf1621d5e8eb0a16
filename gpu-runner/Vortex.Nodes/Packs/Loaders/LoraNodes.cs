using Vortex.Diffusion.Recipes;

namespace Vortex.Nodes.Packs.Loaders;

/// <summary>Nodes that put LoRAs and their kin on models.</summary>
public static class LoraNodes
{
    /// <summary>Puts a LoRA on a model and its text encoder.</summary>
    /// <param name="model">The model.</param>
    /// <param name="clip">The text encoder.</param>
    /// <param name="loraName">A file of the loras folder.</param>
    /// <param name="strengthModel">How strongly it changes the model; negative turns it round.</param>
    /// <param name="strengthClip">How strongly it changes the text encoder.</param>
    [Node("LoraLoader", "model/loaders", DisplayName = "Load LoRA (Model and CLIP)")]
    public static (ModelRecipe Model, TextRecipe Clip) Lora(
        ModelRecipe model,
        TextRecipe clip,
        [Input(ModelFolder = "loras")] ModelFileRef loraName,
        [Input(Default = 1.0, Min = -100.0, Max = 100.0, Step = 0.01)] double strengthModel,
        [Input(Default = 1.0, Min = -100.0, Max = 100.0, Step = 0.01)] double strengthClip) =>
        (LoraModelOnly(model, loraName, strengthModel),
            strengthClip == 0 ? clip : clip with { Patches = clip.Patches.Add(new PatchRecipe(loraName, (float)strengthClip)) });

    /// <summary>Puts a hypernetwork on a model: small networks that change what its attentions look at.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hypernetworkName">A file of the hypernetworks folder.</param>
    /// <param name="strength">How strongly it changes the model; negative turns it round.</param>
    [Node("HypernetworkLoader", "loaders", DisplayName = "HypernetworkLoader")]
    public static ModelRecipe Hypernetwork(
        ModelRecipe model,
        [Input(ModelFolder = "hypernetworks")] ModelFileRef hypernetworkName,
        [Input(Default = 1.0, Min = -10.0, Max = 10.0, Step = 0.01)] double strength) => strength == 0
        ? model
        : model with
        {
            Options = model.Options.Add(ModelOptions.Of(
                ModelOptions.Hypernetwork, ("folder", hypernetworkName.Folder), ("name", hypernetworkName.Name), ("digest", hypernetworkName.Digest), ("strength", strength))),
        };

    /// <summary>Puts a LoRA on a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loraName">A file of the loras folder.</param>
    /// <param name="strengthModel">How strongly it changes the model; negative turns it round.</param>
    [Node("LoraLoaderModelOnly", "model/loaders", DisplayName = "Load LoRA")]
    public static ModelRecipe LoraModelOnly(
        ModelRecipe model,
        [Input(ModelFolder = "loras")] ModelFileRef loraName,
        [Input(Default = 1.0, Min = -100.0, Max = 100.0, Step = 0.01)] double strengthModel) =>
        strengthModel == 0 ? model : model with { Patches = model.Patches.Add(new PatchRecipe(loraName, (float)strengthModel)) };
}
