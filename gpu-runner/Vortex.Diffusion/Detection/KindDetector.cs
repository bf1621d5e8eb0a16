namespace Vortex.Diffusion.Detection;

/// <summary>Names the sort of model in a file that holds no diffusion model.</summary>
internal static class KindDetector
{
    private static readonly string[] s_loraEndings =
    [
        ".lora_up.weight", ".lora_down.weight", ".lora_A.weight", ".lora_B.weight", ".lora.up.weight", ".lora.down.weight", "_lora.up.weight", "_lora.down.weight",
        ".lora_linear_layer.up.weight", ".lora_A.default.weight", ".hada_w1_a", ".lokr_w1", ".lokr_w1_a", ".oft_blocks", ".oft_diag", ".a1.weight", ".w_norm", ".diff", ".diff_b", ".set_weight",
    ];

    /// <summary>Names the sort, and a detail where there is one to tell.</summary>
    public static (ModelKind Kind, string? Detail) Find(KeyIndex keys)
    {
        return IsControlNet(keys) ? (ModelKind.ControlNet, ControlDetail(keys))
            : keys.Keys.Any(key => Array.Exists(s_loraEndings, ending => key.EndsWith(ending, StringComparison.Ordinal))) ? (ModelKind.Lora, null)
            : IsT2IAdapter(keys) ? (ModelKind.T2IAdapter, null)
            : keys.HasUnder("ip_adapter.") || (keys.HasUnder("image_proj.") && keys.HasUnder("perceiver_resampler.")) ? (ModelKind.IPAdapter, null)
            : keys.HasUnder("position_net.") ? (ModelKind.Gligen, null)
            : keys.HasUnder("redux_up.") || keys.Has("style_embedding") ? (ModelKind.StyleModel, keys.HasUnder("redux_up.") ? "Flux Redux" : null)
            : IsTinyVae(keys) ? (ModelKind.TinyVae, null)
            : IsVae(keys, "") ? (ModelKind.Vae, null)
            : ClipVisionPrefix(keys) is not null ? (ModelKind.ClipVision, keys.Has("vision_model.head.attention.in_proj_weight") ? "SigLIP" : null)
            : UpscalerDesign(keys) is { } design ? (ModelKind.Upscaler, design)
            : TextEncoderDetector.Alone(keys) is { } text ? (ModelKind.TextEncoder, text.Name)
            : IsEmbedding(keys) ? (ModelKind.Embedding, null)
            : keys.Keys.Any(key => key.Length > 3 && char.IsDigit(key[0]) && key.Contains(".linear.", StringComparison.Ordinal)) ? (ModelKind.Hypernetwork, null)
            : (ModelKind.Unknown, null);
    }

    /// <summary>Says whether an autoencoder lies below the prefix, in the original or the diffusers layout.</summary>
    public static bool IsVae(KeyIndex keys, string prefix) =>
        keys.Has(prefix + "decoder.conv_in.weight") && (keys.HasUnder(prefix + "decoder.mid.") || keys.HasUnder(prefix + "decoder.mid_block."));

    /// <summary>Returns what stands before a picture encoder's keys, or null.</summary>
    public static string? ClipVisionPrefix(KeyIndex keys)
    {
        if (keys.HasUnder("vision_model.encoder."))
        {
            return "";
        }

        return new[] { "visual.", "embedder.model.visual.", "conditioner.embedders.0.open_clip.model.visual." }.FirstOrDefault(prefix => keys.Has(prefix + "conv1.weight"));
    }

    /// <summary>Returns what stands before a ControlNet's keys, or null where it is none.</summary>
    public static string? ControlPrefix(KeyIndex keys) =>
        keys.HasUnder("control_model.") ? "control_model." : IsControlNet(keys) ? "" : null;

    private static bool IsControlNet(KeyIndex keys) =>
        keys.Has("control_model.input_blocks.0.0.weight") || keys.Has("zero_convs.0.0.weight") || keys.Has("controlnet_cond_embedding.conv_in.weight")
        || keys.HasUnder("controlnet_blocks.0.") || keys.Has("lora_controlnet") || keys.HasUnder("controlnet_down_blocks.0.")
        || keys.Has("lllite_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q.down.0.weight") || keys.HasUnder("control_add_embedding.");

    private static string? ControlDetail(KeyIndex keys) =>
        keys.Has("lora_controlnet") ? "Control-LoRA"
        : keys.HasUnder("control_add_embedding.") ? "union"
        : keys.HasUnder("controlnet_blocks.0.") ? "for a diffusion transformer"
        : keys.Keys.Any(key => key.StartsWith("lllite_", StringComparison.Ordinal)) ? "LLLite"
        : null;

    private static bool IsT2IAdapter(KeyIndex keys) =>
        keys.Has("adapter.body.0.resnets.0.block1.weight") || keys.Has("body.0.resnets.0.block1.weight")
        || (keys.Has("conv_in.weight") && (keys.Has("body.0.block1.weight") || keys.Has("body.0.block1.bias")))
        || keys.HasAll("conv_in.weight", "body.0.in_conv.weight");

    private static bool IsTinyVae(KeyIndex keys) =>
        keys.HasUnder("taesd_decoder.") || keys.HasUnder("taesd_encoder.") || keys.HasUnder("decoder.layers.0.")
        || (keys.Has("1.weight") && keys.Has("3.conv.0.weight")) || keys.HasAll("0.weight", "1.conv.0.weight");

    private static string? UpscalerDesign(KeyIndex keys)
    {
        foreach (string prefix in (ReadOnlySpan<string>)["", "params_ema.", "params.", "module."])
        {
            string? design = keys.Has(prefix + "model.1.sub.0.RDB1.conv1.0.weight") || keys.Has(prefix + "body.0.rdb1.conv1.weight") || keys.Has(prefix + "RRDB_trunk.0.RDB1.conv1.weight") ? "ESRGAN"
                : keys.HasUnder(prefix + "layers.0.residual_group.") ? (keys.HasUnder(prefix + "layers.0.residual_group.overlap_attn.") ? "HAT" : "SwinIR")
                : keys.Has(prefix + "layers.0.blocks.0.attn.attns.0.rpe_biases") || keys.HasUnder(prefix + "layers.0.blocks.0.attn.attns.") ? "DAT"
                : keys.HasUnder(prefix + "block_1.c1_r.") ? "SPAN"
                : keys.HasAll(prefix + "body.0.weight", prefix + "body.1.weight", prefix + "body.2.weight") ? "Real-ESRGAN compact"
                : null;
            if (design is not null)
            {
                return design;
            }
        }

        return null;
    }

    private static bool IsEmbedding(KeyIndex keys)
    {
        if (keys.HasUnder("string_to_param.") || keys.Has("emb_params") || (keys.HasAll("clip_l", "clip_g") && keys.Count <= 3))
        {
            return true;
        }

        // What diffusers trains is one table of vectors under its trigger word.
        return keys.Count == 1 && keys.ShapeOf(keys.Keys.First()) is { Rank: 1 or 2 } shape && shape[-1] is 768 or 1024 or 1280;
    }
}
