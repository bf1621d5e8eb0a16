using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vortex.Diffusion.Recipes;

/// <summary>A model file, frozen by its content.</summary>
/// <param name="Folder">The model folder, such as <c>checkpoints</c>.</param>
/// <param name="Name">The name below it.</param>
/// <param name="Digest">SHA-256 of the content, lower-case hex.</param>
public sealed record ModelFileRef(string Folder, string Name, string Digest);

/// <summary>How a network is made: files and what is done to them. Pure data, equal by value; nothing is loaded until something computes.</summary>
/// <remarks>ComfyUI's MODEL, CLIP, VAE, CONTROL_NET, … values are recipes here, so planning, caching and moving them between runners costs nothing.</remarks>
/// <param name="Source">Where the weights come from.</param>
[JsonDerivedType(typeof(ModelRecipe), "model")]
[JsonDerivedType(typeof(TextRecipe), "text")]
[JsonDerivedType(typeof(VaeRecipe), "vae")]
[JsonDerivedType(typeof(ControlRecipe), "control")]
[JsonDerivedType(typeof(VisionRecipe), "vision")]
[JsonDerivedType(typeof(UpscalerRecipe), "upscaler")]
[JsonDerivedType(typeof(StyleRecipe), "style")]
[JsonDerivedType(typeof(GligenRecipe), "gligen")]
public abstract record Recipe(WeightsRecipe Source)
{
    /// <summary>Gets patches in the order they are applied.</summary>
    public ImmutableArray<PatchRecipe> Patches { get; init; } = [];

    /// <summary>Gets changes beside weights, by name, in the order they were made: <c>freeu</c>, <c>model_sampling_discrete</c>, <c>rescale_cfg</c>, <c>clip_skip</c>, …</summary>
    public ImmutableArray<OptionRecipe> Options { get; init; } = [];
}

/// <summary>The network that predicts: MODEL.</summary>
public sealed record ModelRecipe(WeightsRecipe Source) : Recipe(Source);

/// <summary>Text encoders: CLIP.</summary>
public sealed record TextRecipe(WeightsRecipe Source) : Recipe(Source);

/// <summary>The autoencoder: VAE.</summary>
public sealed record VaeRecipe(WeightsRecipe Source) : Recipe(Source)
{
    /// <summary>The kind of a source without files: latents are the pictures themselves, -1 to 1.</summary>
    public const string PixelSpace = "pixel_space";
}

/// <summary>A ControlNet or T2I-Adapter: CONTROL_NET.</summary>
public sealed record ControlRecipe(WeightsRecipe Source) : Recipe(Source)
{
    /// <summary>Gets the model that a file of differences is added to; null for files that stand alone.</summary>
    public ModelRecipe? Base { get; init; }
}

/// <summary>The picture encoder: CLIP_VISION.</summary>
public sealed record VisionRecipe(WeightsRecipe Source) : Recipe(Source);

/// <summary>An upscaler: UPSCALE_MODEL.</summary>
public sealed record UpscalerRecipe(WeightsRecipe Source) : Recipe(Source);

/// <summary>What says where in the picture something is: GLIGEN.</summary>
public sealed record GligenRecipe(WeightsRecipe Source) : Recipe(Source);

/// <summary>Where weights come from.</summary>
[JsonDerivedType(typeof(FromFiles), "files")]
[JsonDerivedType(typeof(Merged), "merged")]
public abstract record WeightsRecipe
{
    /// <summary>One or more files; text encoders may take several.</summary>
    /// <param name="Files">The files.</param>
    /// <param name="Kind">What a node was told of them, such as <c>stable_diffusion</c>; null to detect it.</param>
    public sealed record FromFiles(ImmutableArray<ModelFileRef> Files, string? Kind = null) : WeightsRecipe;

    /// <summary>Two networks merged: key by key first * ratio + second * (1 - ratio), or as the method says.</summary>
    /// <param name="Method"><c>simple</c>, <c>blocks</c>, <c>add</c>, <c>subtract</c>.</param>
    /// <param name="First">One.</param>
    /// <param name="Second">The other.</param>
    /// <param name="Ratios">The ratio by prefix of the key; the longest that fits counts; <c>""</c> fits all.</param>
    public sealed record Merged(string Method, Recipe First, Recipe Second, ImmutableSortedDictionary<string, float> Ratios) : WeightsRecipe;
}

/// <summary>A LoRA or another patch file, applied to weights.</summary>
/// <param name="File">The file.</param>
/// <param name="Strength">How strongly.</param>
public sealed record PatchRecipe(ModelFileRef File, float Strength);

/// <summary>A change beside the weights.</summary>
/// <param name="Name">Which.</param>
/// <param name="Values">Its settings.</param>
public sealed record OptionRecipe(string Name, ImmutableSortedDictionary<string, JsonElement> Values);
