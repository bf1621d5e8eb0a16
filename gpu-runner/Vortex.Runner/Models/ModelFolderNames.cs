using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Vortex.Runner.Models;

/// <summary>ComfyUI's model folders: what they are called, where they lie below a root, and which files count.</summary>
public static class ModelFolderNames
{
    private static readonly FrozenSet<string> s_weights =
        new[] { ".safetensors", ".sft", ".ckpt", ".pt", ".pt2", ".pth", ".bin", ".pkl", ".gguf" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> s_configs = new[] { ".yaml" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Two directories where ComfyUI renamed a folder or reads two as one.
    private static readonly FrozenDictionary<string, ImmutableArray<string>> s_directories = new Dictionary<string, ImmutableArray<string>>
    {
        ["checkpoints"] = ["checkpoints"],
        ["configs"] = ["configs"],
        ["loras"] = ["loras"],
        ["vae"] = ["vae"],
        ["text_encoders"] = ["text_encoders", "clip"],
        ["diffusion_models"] = ["diffusion_models", "unet"],
        ["clip_vision"] = ["clip_vision"],
        ["style_models"] = ["style_models"],
        ["embeddings"] = ["embeddings"],
        ["diffusers"] = ["diffusers"],
        ["vae_approx"] = ["vae_approx"],
        ["controlnet"] = ["controlnet", "t2i_adapter"],
        ["gligen"] = ["gligen"],
        ["upscale_models"] = ["upscale_models"],
        ["latent_upscale_models"] = ["latent_upscale_models"],
        ["hypernetworks"] = ["hypernetworks"],
        ["photomaker"] = ["photomaker"],
        ["classifiers"] = ["classifiers"],
        ["model_patches"] = ["model_patches"],
        ["audio_encoders"] = ["audio_encoders"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Gets the folders, ordered by name.</summary>
    public static ImmutableArray<string> All { get; } = [.. s_directories.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Returns the name in use for a folder's earlier name: <c>clip</c> is <c>text_encoders</c>, <c>unet</c> is <c>diffusion_models</c>.</summary>
    public static string Current(string folder) => folder switch
    {
        "clip" => "text_encoders",
        "unet" => "diffusion_models",
        "t2i_adapter" => "controlnet",
        _ => folder,
    };

    /// <summary>Returns the directories of a folder below a root, the one for new files first. A folder unknown to ComfyUI is a directory of its name.</summary>
    public static ImmutableArray<string> Directories(string folder) => s_directories.GetValueOrDefault(Current(folder), [Current(folder)]);

    /// <summary>Says whether a file counts in a folder, by its extension.</summary>
    public static bool Counts(string folder, string fileName) => (folder == "configs" ? s_configs : s_weights).Contains(Path.GetExtension(fileName));
}
