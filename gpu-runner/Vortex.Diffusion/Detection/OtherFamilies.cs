namespace Vortex.Diffusion.Detection;

/// <summary>Names diffusion models that are no Stable Diffusion UNet, by the keys that ComfyUI 0.3.64 tells them by. None of them is supported yet.</summary>
internal static class OtherFamilies
{
    /// <summary>Names the family.</summary>
    /// <param name="keys">The network's keys without a prefix.</param>
    /// <returns>The family, or null where none is known by these keys.</returns>
    public static ModelFamily? Find(KeyIndex keys)
    {
        if (keys.Has("joint_blocks.0.context_block.attn.qkv.weight"))
        {
            return new("SD3", "Stable Diffusion 3") { Latents = LatentFormats.Sd3 };
        }

        if (keys.Has("clf.1.weight"))
        {
            return keys.Has("clip_txt_mapper.weight") ? new("Stable_Cascade_C", "Stable Cascade stage C")
                : keys.Has("clip_mapper.weight") ? new("Stable_Cascade_B", "Stable Cascade stage B") : null;
        }

        return keys.Has("transformer.rotary_pos_emb.inv_freq") ? new("StableAudio", "Stable Audio")
            : keys.Has("double_layers.0.attn.w1q.weight") ? new("AuraFlow", "AuraFlow") { Latents = LatentFormats.Sdxl }
            : keys.Has("mlp_t5.0.weight") ? HunyuanDit(keys)
            : keys.Has("txt_in.individual_token_refiner.blocks.0.norm1.weight") ? HunyuanVideo(keys)
            : keys.Has("double_blocks.0.img_attn.norm.key_norm.scale") && FluxLike(keys) is { } flux ? flux
            : keys.Has("t5_yproj.weight") ? new("GenmoMochi", "Mochi")
            : keys.Has("adaln_single.emb.timestep_embedder.linear_1.bias") ? new("LTXV", "LTX Video")
            : keys.Has("genre_embedder.weight") ? new("ACEStep", "ACE-Step")
            : keys.Has("t_block.1.weight") ? PixArt(keys)
            : keys.Has("cap_embedder.1.weight") ? new("Lumina2", "Lumina 2") { Latents = LatentFormats.Flux }
            : keys.Has("head.modulation") ? Wan(keys)
            : keys.Has("latent_in.weight") ? Hunyuan3D(keys)
            : keys.HasAll("t_embedder.mlp.2.weight", "x_embedder.weight") ? new("Hunyuan3Dv2_1", "Hunyuan3D 2.1")
            : keys.Has("caption_projection.0.linear.weight") ? new("HiDream", "HiDream") { Latents = LatentFormats.Flux }
            : keys.HasAll("blocks.block0.blocks.0.block.attn.to_q.0.weight", "x_embedder.proj.1.weight") ? Cosmos(keys, "", "Cosmos")
            : keys.HasAll("blocks.0.mlp.layer1.weight", "x_embedder.proj.1.weight") ? Cosmos(keys, "Predict2", "Cosmos Predict2")
            : keys.Has("time_caption_embed.timestep_embedder.linear_1.bias") ? new("Omnigen2", "OmniGen 2") { Latents = LatentFormats.Flux }
            : keys.Has("txt_norm.weight") ? new("QwenImage", "Qwen-Image")
            : null;
    }

    private static ModelFamily HunyuanDit(KeyIndex keys) => keys.Size("extra_embedder.0.weight", 1) == 3968
        ? new("HunyuanDiT1", "HunyuanDiT 1.1") { Latents = LatentFormats.Sdxl }
        : new("HunyuanDiT", "HunyuanDiT") { Latents = LatentFormats.Sdxl };

    private static ModelFamily HunyuanVideo(KeyIndex keys)
    {
        int rank = keys.ShapeOf("img_in.proj.weight")?.Rank ?? 0;
        if (!keys.Has("vector_in.in_layer.weight"))
        {
            return rank == 5 ? new("HunyuanImage21Refiner", "HunyuanImage 2.1 refiner") : new("HunyuanImage21", "HunyuanImage 2.1");
        }

        return keys.Size("img_in.proj.weight", 1) switch
        {
            32 => new("HunyuanVideoSkyreelsI2V", "SkyReels image to video"),
            33 => new("HunyuanVideoI2V", "HunyuanVideo image to video"),
            _ => new("HunyuanVideo", "HunyuanVideo"),
        };
    }

    private static ModelFamily? FluxLike(KeyIndex keys)
    {
        if (keys.HasUnder("distilled_guidance_layer."))
        {
            return keys.HasUnder("nerf_blocks.0.") ? new("ChromaRadiance", "Chroma Radiance") : new("Chroma", "Chroma") { Latents = LatentFormats.Flux };
        }

        // The network sees two by two patches.
        return keys.Size("img_in.weight", 1) is not { } inputs ? null
            : !keys.Has("guidance_in.in_layer.weight") ? new("FluxSchnell", "Flux schnell") { Latents = LatentFormats.Flux }
            : inputs / 4 == 96 ? new("FluxInpaint", "Flux Fill") { Latents = LatentFormats.Flux }
            : new("Flux", "Flux") { Latents = LatentFormats.Flux };
    }

    private static ModelFamily PixArt(KeyIndex keys) => keys.Has("ar_embedder.mlp.0.weight")
        ? new("PixArtAlpha", "PixArt Alpha") { Latents = LatentFormats.Sd15 }
        : new("PixArtSigma", "PixArt Sigma") { Latents = LatentFormats.Sdxl };

    private static ModelFamily Hunyuan3D(KeyIndex keys) => keys.CountBlocks("double_blocks.") == 8
        ? new("Hunyuan3Dv2mini", "Hunyuan3D 2 mini")
        : new("Hunyuan3Dv2", "Hunyuan3D 2");

    private static ModelFamily Wan(KeyIndex keys)
    {
        bool seesPicture = keys.Has("img_emb.proj.0.bias");
        return keys.Has("vace_patch_embedding.weight") ? new("WAN21_Vace", "Wan 2.1 VACE")
            : keys.Has("control_adapter.conv.weight") && seesPicture ? new("WAN21_Camera", "Wan 2.1 camera control")
            : keys.Has("control_adapter.conv.weight") ? new("WAN22_Camera", "Wan 2.2 camera control")
            : keys.HasUnder("casual_audio_encoder.") ? new("WAN22_S2V", "Wan 2.2 speech to video")
            : keys.HasUnder("audio_proj.audio_proj_glob_1.") ? new("WAN21_HuMo", "Wan 2.1 HuMo")
            : keys.Has("face_adapter.fuser_blocks.0.k_norm.weight") ? new("WAN22_Animate", "Wan 2.2 Animate")
            : seesPicture && keys.Size("patch_embedding.weight", 1) == 48 ? new("WAN21_FunControl2V", "Wan Fun control")
            : seesPicture ? new("WAN21_I2V", "Wan image to video")
            : keys.Size("head.head.weight", 0) == 192 ? new("WAN22_T2V", "Wan 2.2 5B")
            : new("WAN21_T2V", "Wan text to video");
    }

    // The input is patches of four, with a mask channel beside the latent's.
    private static ModelFamily Cosmos(KeyIndex keys, string suffix, string title) => keys.Size("x_embedder.proj.1.weight", 1) == 72
        ? new($"CosmosI2V{suffix}", $"{title} image to video")
        : new(suffix.Length > 0 ? $"CosmosT2I{suffix}" : "CosmosT2V", $"{title} text to {(suffix.Length > 0 ? "image" : "video")}");
}
