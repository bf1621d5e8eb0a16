using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Saving;
using Vortex.Nodes.Packs.Files;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Models;

/// <summary>Nodes that make model files, with the workflow inside.</summary>
/// <remarks>Keys are those of the original checkpoints and formats those of the loaded files; LoRAs and merges become part of the weights.</remarks>
public static class ModelSaveNodes
{
    /// <summary>Saves a model, its text encoder and its VAE as one checkpoint.</summary>
    /// <remarks>LoRAs and merges become part of the weights. What other nodes change beside the weights, such as FreeU, is not saved.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="clip">The text encoder of the model's family.</param>
    /// <param name="vae">The VAE.</param>
    /// <param name="filenamePrefix">The beginning of the file name; a slash makes a folder, %date:yyyy-MM-dd% and the like are replaced.</param>
    /// <param name="context">Opens the models and takes the file.</param>
    [Node("CheckpointSave", "model/merging", DisplayName = "Save Checkpoint", IsOutput = true, Cost = NodeCost.Heavy)]
    public static async Task Checkpoint(
        ModelRecipe model, TextRecipe clip, VaeRecipe vae, [Input(Default = "checkpoints/ComfyUI")] string filenamePrefix, NodeContext context)
    {
        using SavedModel saved = context.Models.SavedCheckpoint(model, clip, vae);
        await EmitAsync(saved, filenamePrefix, context);
    }

    /// <summary>Saves a model without text encoder and VAE.</summary>
    /// <remarks>LoRAs and merges become part of the weights. What other nodes change beside the weights, such as FreeU, is not saved.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="filenamePrefix">The beginning of the file name; a slash makes a folder, %date:yyyy-MM-dd% and the like are replaced.</param>
    /// <param name="context">Opens the model and takes the file.</param>
    [Node("ModelSave", "model/merging", DisplayName = "ModelSave", IsOutput = true, Cost = NodeCost.Heavy)]
    public static async Task Model(ModelRecipe model, [Input(Default = "diffusion_models/ComfyUI")] string filenamePrefix, NodeContext context)
    {
        using SavedModel saved = context.Models.SavedCheckpoint(model);
        await EmitAsync(saved, filenamePrefix, context);
    }

    /// <summary>Saves a text encoder; of several that work together each gets a file, named clip_l, clip_g or clip_h.</summary>
    /// <param name="clip">The text encoder, with its LoRAs.</param>
    /// <param name="filenamePrefix">The beginning of the file names; a slash makes a folder, %date:yyyy-MM-dd% and the like are replaced.</param>
    /// <param name="context">Opens the text encoder and takes the files.</param>
    [Node("CLIPSave", "model/merging", DisplayName = "CLIPSave", IsOutput = true, Cost = NodeCost.Heavy)]
    public static async Task Clip(TextRecipe clip, [Input(Default = "clip/ComfyUI")] string filenamePrefix, NodeContext context)
    {
        using SavedModel saved = context.Models.SavedText(clip);
        await EmitAsync(saved, filenamePrefix, context);
    }

    /// <summary>Saves a VAE. Tiny ones (TAESD) are not saved: copy their files.</summary>
    /// <param name="vae">The VAE.</param>
    /// <param name="filenamePrefix">The beginning of the file name; a slash makes a folder, %date:yyyy-MM-dd% and the like are replaced.</param>
    /// <param name="context">Opens the VAE and takes the file.</param>
    [Node("VAESave", "model/merging", DisplayName = "VAESave", IsOutput = true, Cost = NodeCost.Heavy)]
    public static async Task Vae(VaeRecipe vae, [Input(Default = "vae/ComfyUI_vae")] string filenamePrefix, NodeContext context)
    {
        using SavedModel saved = context.Models.SavedVae(vae);
        await EmitAsync(saved, filenamePrefix, context);
    }

    private static async Task EmitAsync(SavedModel saved, string prefix, NodeContext context)
    {
        foreach (string warning in saved.Warnings)
        {
            context.Warn(warning);
        }

        foreach (SavedFile file in saved.Files)
        {
            string name = FileNamePrefix.Resolve(file.Part is null ? prefix : $"{prefix}_{file.Part}", "filename_prefix", context.Now, 0, 0);
            string numbered = NumberedName.Next(name, "safetensors", context);
            Dictionary<string, string> metadata = new(file.Facts, StringComparer.Ordinal);
            foreach ((string key, string text) in PictureText.Of(context))
            {
                metadata[key] = text;
            }

            if (metadata.ContainsKey("modelspec.architecture"))
            {
                metadata["modelspec.title"] = Path.GetFileNameWithoutExtension(numbered).Trim('_').Replace('_', ' ');
            }

            await context.EmitAsync(new StreamedFile(numbered, "application/octet-stream", () => file.Open(metadata, context.CancellationToken)));
        }
    }
}
