using System.Collections.Immutable;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Networks;

namespace Vortex.Diffusion.Tiny;

/// <summary>A tiny model that can be written.</summary>
/// <param name="Folder">The model folder it belongs to, such as <c>checkpoints</c>.</param>
/// <param name="Name">Its file name.</param>
/// <param name="Title">What it is.</param>
public sealed record TinyModel(string Folder, string Name, string Title)
{
    internal Action<TinyWeights> Fill { get; init; } = _ => { };

    /// <summary>Gets texts for the file's header.</summary>
    internal ImmutableDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Writes it to a file, replacing it.</summary>
    public void Write(string path)
    {
        TinyWeights weights = new(Name);
        Fill(weights);
        SafetensorsWriter.Write(path, weights.Entries, Metadata);
    }
}

/// <summary>Tiny models with seeded random weights and the keys of real ones, so that every workflow runs without a download. Their pictures show nothing.</summary>
/// <remarks>The same version writes the same bytes on every machine.</remarks>
public static class TinyModels
{
    /// <summary>Gets the build of the tiny SD 1.5's UNet: the real topology, narrow.</summary>
    public static UNetConfig Sd15 { get; } = new()
    {
        ModelChannels = 32,
        ChannelMult = [1, 1, 2, 2],
        NumResBlocks = [2, 2, 2, 2],
        TransformerDepth = [1, 1, 1, 1, 1, 1, 0, 0],
        TransformerDepthOutput = [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
        TransformerDepthMiddle = 1,
        ContextDim = TinyEncoders.TextWidth,
        NumHeads = 8,
    };

    /// <summary>Gets the build of the tiny SDXL's UNet.</summary>
    public static UNetConfig Sdxl { get; } = new()
    {
        ModelChannels = 32,
        ChannelMult = [1, 1, 2],
        NumResBlocks = [2, 2, 2],
        TransformerDepth = [0, 0, 1, 1, 2, 2],
        TransformerDepthOutput = [0, 0, 0, 1, 1, 1, 2, 2, 2],
        TransformerDepthMiddle = 2,
        ContextDim = 2 * TinyEncoders.TextWidth,
        UseLinearInTransformer = true,
        NumHeadChannels = 16,
        // The pooled text and six sizes of 256 numbers each.
        AdmInChannels = TinyEncoders.TextWidth + (6 * 256),
    };

    /// <summary>Gets all of them.</summary>
    public static ImmutableArray<TinyModel> All { get; } =
    [
        new("checkpoints", "tiny-sd15.safetensors", "Stable Diffusion 1.5 with CLIP-L and VAE") { Fill = weights => Checkpoint1(weights, Sd15) },
        new("checkpoints", "tiny-sd15-inpainting.safetensors", "Stable Diffusion 1.5 for inpainting, 9 channels") { Fill = weights => Checkpoint1(weights, Sd15 with { InChannels = 9 }) },
        new("checkpoints", "tiny-sdxl.safetensors", "SDXL with both text encoders and VAE") { Fill = CheckpointXl },
        new("vae", "tiny-vae.safetensors", "autoencoder") { Fill = weights => TinyVae.Write(weights, "") },
        new("vae_approx", "taesd_decoder.safetensors", "tiny decoder for previews") { Fill = weights => TinyVae.WriteTaesd(weights, isDecoder: true) },
        new("vae_approx", "taesd_encoder.safetensors", "tiny encoder") { Fill = weights => TinyVae.WriteTaesd(weights, isDecoder: false) },
        new("loras", "tiny-sd15-lora.safetensors", "LoRA for tiny-sd15")
        {
            Fill = weights => TinyExtras.Lora(weights, Sd15),
            Metadata = ImmutableDictionary<string, string>.Empty.Add("ss_network_module", "networks.lora").Add("ss_network_dim", "4").Add("ss_network_alpha", "4.0").Add("ss_base_model_version", "sd_v1"),
        },
        new("controlnet", "tiny-sd15-control.safetensors", "ControlNet for tiny-sd15") { Fill = weights => TinyExtras.ControlNet(weights, Sd15) },
        new("controlnet", "tiny-sd15-t2iadapter.safetensors", "T2I-Adapter for tiny-sd15") { Fill = weights => TinyExtras.T2IAdapter(weights, Sd15) },
        new("upscale_models", "tiny-esrgan-x4.safetensors", "ESRGAN upscaler by 4") { Fill = TinyExtras.Esrgan },
        new("clip_vision", "tiny-clip-vision.safetensors", "CLIP vision") { Fill = TinyEncoders.Vision },
        new("embeddings", "tiny-style.safetensors", "textual inversion for tiny-sd15, two vectors") { Fill = weights => weights.Add("emb_params", [2, TinyEncoders.TextWidth], 0.5) },
    ];

    /// <summary>Writes all of them below a folder, each into the folder of its kind as ComfyUI lays models out. Files of the same names are replaced.</summary>
    /// <returns>What was written, in order.</returns>
    public static ImmutableArray<TinyModel> WriteAll(string folder)
    {
        foreach (TinyModel model in All)
        {
            string inner = Path.Combine(folder, model.Folder);
            Directory.CreateDirectory(inner);
            model.Write(Path.Combine(inner, model.Name));
        }

        return All;
    }

    private static void Checkpoint1(TinyWeights weights, UNetConfig config)
    {
        TinyUNet.Write(weights, "model.diffusion_model.", config);
        TinyEncoders.ClipL(weights, "cond_stage_model.transformer.");
        TinyVae.Write(weights, "first_stage_model.");
    }

    private static void CheckpointXl(TinyWeights weights)
    {
        TinyUNet.Write(weights, "model.diffusion_model.", Sdxl);
        TinyEncoders.ClipL(weights, "conditioner.embedders.0.transformer.");
        TinyEncoders.ClipG(weights, "conditioner.embedders.1.model.");
        TinyVae.Write(weights, "first_stage_model.");
    }
}
