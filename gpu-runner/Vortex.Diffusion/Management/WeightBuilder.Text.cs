using System.Collections.Immutable;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Patches;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Text;
using Vortex.Diffusion.Vision;
using Vortex.Diffusion.Weights;

namespace Vortex.Diffusion.Management;

internal sealed partial class WeightBuilder
{
    private static readonly string[] s_networkNames = ["lora_unet", "lora_prior_unet", "lora_transformer", "unet.", "diffusion_model.", "lycoris_", "transformer."];

    /// <summary>Makes the weights of text encoders, named as <see cref="TextWeights"/> names them.</summary>
    public (NetworkWeights Weights, TextFamily Family) Text(TextRecipe recipe)
    {
        (NetworkWeights weights, TextFamily family) = recipe.Source switch
        {
            WeightsRecipe.FromFiles files => TextFiles(files),
            WeightsRecipe.Merged { First: TextRecipe first, Second: TextRecipe second } merged => MergeText(merged, first, second),
            _ => throw Mixed(),
        };
        PatchKeyMap map = PatchKeyMap.ForText(recipe.Patches.IsEmpty ? [] : weights.Weights.Names);
        return (Patched(recipe, weights, map, key => key, s_networkNames), family);
    }

    /// <summary>Makes the weights of a picture encoder, named as <see cref="VisionWeights"/> names them.</summary>
    public NetworkWeights Vision(VisionRecipe recipe)
    {
        OpenModelFile opened = Single(recipe, ModelKind.ClipVision, ModelKind.Checkpoint);
        if (opened.Detected is { Kind: ModelKind.Checkpoint, VisionPrefix: null })
        {
            throw new DiffusionException(DiffusionCodes.WeightsMissing, $"'{opened.File.Name}' holds no picture encoder. Load one with CLIPVisionLoader and connect that.");
        }

        return new NetworkWeights(Own(VisionWeights.From(opened.Weights)), opened.Detected, Bytes(opened.File, opened.Detected.VisionPrefix ?? ""));
    }

    /// <summary>Makes the weights of a style model, named as <see cref="StyleModel.Weights"/> names them.</summary>
    public NetworkWeights Style(StyleRecipe recipe)
    {
        OpenModelFile opened = Single(recipe, ModelKind.StyleModel);
        return new NetworkWeights(Own(StyleModel.Weights(opened.Weights)), opened.Detected, Bytes(opened.File));
    }

    private (NetworkWeights Weights, TextFamily Family) TextFiles(WeightsRecipe.FromFiles recipe)
    {
        if (recipe.Kind is not (null or "stable_diffusion" or "sdxl"))
        {
            throw new DiffusionException(
                DiffusionCodes.FamilyUnsupported, $"Text encoders of the type '{recipe.Kind}' are not supported; supported are stable_diffusion and sdxl.", "type");
        }

        OpenModelFile[] opened = [.. recipe.Files.Select(Open)];
        ImmutableArray<(IWeightSource, DetectedTextEncoder)>.Builder parts = ImmutableArray.CreateBuilder<(IWeightSource, DetectedTextEncoder)>();
        long bytes = 0;
        foreach (OpenModelFile file in opened)
        {
            file.Detected.Expect(ModelKind.Checkpoint, ModelKind.TextEncoder);
            foreach (DetectedTextEncoder encoder in file.Detected.TextEncoders)
            {
                parts.Add((file.Weights, encoder));
                bytes += Bytes(file.File, encoder.Prefix);
            }
        }

        (MappedWeights weights, TextFamily family) = TextWeights.From(parts.ToImmutable());
        return (new NetworkWeights(Own(weights), opened[0].Detected, bytes), family);
    }

    private (NetworkWeights Weights, TextFamily Family) MergeText(WeightsRecipe.Merged recipe, TextRecipe first, TextRecipe second)
    {
        (NetworkWeights firstWeights, TextFamily family) = Text(first);
        return (Merge(recipe, firstWeights, Text(second).Weights), family);
    }
}
