using System.Collections.Immutable;
using Vortex.Diffusion.Recipes;

namespace Vortex.Nodes.Packs.Models;

/// <summary>Nodes that make one model out of two.</summary>
public static class ModelMergeNodes
{
    /// <summary>Mixes two models.</summary>
    /// <param name="model1">The first model; it gives everything beside the weights.</param>
    /// <param name="model2">The second model.</param>
    /// <param name="ratio">1 gives the first model, 0 the second.</param>
    [Node("ModelMergeSimple", "model/merging", DisplayName = "ModelMergeSimple")]
    public static ModelRecipe Simple(ModelRecipe model1, ModelRecipe model2, [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double ratio) =>
        Merged("simple", model1, model2, ("", ratio));

    /// <summary>Mixes two models, with a ratio for each part of the network.</summary>
    /// <param name="model1">The first model; it gives everything beside the weights.</param>
    /// <param name="model2">The second model.</param>
    /// <param name="input">The ratio of the input blocks, and of what is neither of the others: 1 gives the first model, 0 the second.</param>
    /// <param name="middle">The ratio of the middle block.</param>
    /// <param name="out">The ratio of the output blocks.</param>
    [Node("ModelMergeBlocks", "model/merging", DisplayName = "ModelMergeBlocks")]
    public static ModelRecipe Blocks(
        ModelRecipe model1,
        ModelRecipe model2,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double input,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double middle,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double @out) =>
        Merged("blocks", model1, model2, ("", input), ("input", input), ("middle", middle), ("out", @out));

    /// <summary>Adds the weights of a second model to those of a first.</summary>
    /// <param name="model1">The first model; it gives everything beside the weights.</param>
    /// <param name="model2">What is added, usually a difference.</param>
    [Node("ModelMergeAdd", "model/merging", DisplayName = "ModelMergeAdd")]
    public static ModelRecipe Add(ModelRecipe model1, ModelRecipe model2) => Merged("add", model1, model2, ("", 1));

    /// <summary>Takes the weights of a second model away from those of a first.</summary>
    /// <param name="model1">The first model; it gives everything beside the weights.</param>
    /// <param name="model2">What is taken away.</param>
    /// <param name="multiplier">The factor of the difference.</param>
    [Node("ModelMergeSubtract", "model/merging", DisplayName = "ModelMergeSubtract")]
    public static ModelRecipe Subtract(
        ModelRecipe model1, ModelRecipe model2, [Input(Default = 1.0, Min = -10.0, Max = 10.0, Step = 0.01)] double multiplier) =>
        Merged("subtract", model1, model2, ("", multiplier));

    /// <summary>Mixes two text encoders.</summary>
    /// <param name="clip1">The first one; it gives everything beside the weights.</param>
    /// <param name="clip2">The second one.</param>
    /// <param name="ratio">1 gives the first, 0 the second.</param>
    [Node("CLIPMergeSimple", "model/merging", DisplayName = "CLIPMergeSimple")]
    public static TextRecipe ClipSimple(TextRecipe clip1, TextRecipe clip2, [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double ratio) =>
        Merged("simple", clip1, clip2, ("", ratio));

    /// <summary>Adds the weights of a second text encoder to those of a first.</summary>
    /// <param name="clip1">The first one; it gives everything beside the weights.</param>
    /// <param name="clip2">What is added, usually a difference.</param>
    [Node("CLIPMergeAdd", "model/merging", DisplayName = "CLIPMergeAdd")]
    public static TextRecipe ClipAdd(TextRecipe clip1, TextRecipe clip2) => Merged("add", clip1, clip2, ("", 1));

    /// <summary>Takes the weights of a second text encoder away from those of a first.</summary>
    /// <param name="clip1">The first one; it gives everything beside the weights.</param>
    /// <param name="clip2">What is taken away.</param>
    /// <param name="multiplier">The factor of the difference.</param>
    [Node("CLIPMergeSubtract", "model/merging", DisplayName = "CLIPMergeSubtract")]
    public static TextRecipe ClipSubtract(
        TextRecipe clip1, TextRecipe clip2, [Input(Default = 1.0, Min = -10.0, Max = 10.0, Step = 0.01)] double multiplier) =>
        Merged("subtract", clip1, clip2, ("", multiplier));

    private static ModelRecipe Merged(string method, ModelRecipe first, ModelRecipe second, params ReadOnlySpan<(string Prefix, double Ratio)> ratios) =>
        new(Source(method, first, second, ratios)) { Options = first.Options };

    private static TextRecipe Merged(string method, TextRecipe first, TextRecipe second, params ReadOnlySpan<(string Prefix, double Ratio)> ratios) =>
        new(Source(method, first, second, ratios)) { Options = first.Options };

    private static WeightsRecipe.Merged Source(string method, Recipe first, Recipe second, ReadOnlySpan<(string Prefix, double Ratio)> ratios)
    {
        ImmutableSortedDictionary<string, float>.Builder byPrefix = ImmutableSortedDictionary.CreateBuilder<string, float>(StringComparer.Ordinal);
        foreach ((string prefix, double ratio) in ratios)
        {
            byPrefix.Add(prefix, (float)ratio);
        }

        return new WeightsRecipe.Merged(method, first, second, byPrefix.ToImmutable());
    }
}
