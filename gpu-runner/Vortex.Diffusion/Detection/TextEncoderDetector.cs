using System.Collections.Immutable;

namespace Vortex.Diffusion.Detection;

/// <summary>Finds text encoders in checkpoints and in files of their own.</summary>
internal static class TextEncoderDetector
{
    private static readonly ImmutableArray<string> s_single = ["cond_stage_model.transformer.", "cond_stage_model.model.", "cond_stage_model.clip_l.transformer.", "cond_stage_model.clip_h.transformer."];

    /// <summary>Finds those of a checkpoint of a Stable Diffusion family.</summary>
    public static ImmutableArray<DetectedTextEncoder> InCheckpoint(KeyIndex keys, ModelFamily family)
    {
        ImmutableArray<TextEncoderKind> wanted = family.TextEncoders;
        return wanted.Length switch
        {
            1 when wanted[0] == TextEncoderKind.ClipG => Found(At(keys, "conditioner.embedders.0.model.", TextEncoderKind.ClipG) ?? At(keys, "conditioner.embedders.0.transformer.", TextEncoderKind.ClipG)),
            1 => Found(s_single.Select(prefix => At(keys, prefix, wanted[0])).FirstOrDefault(found => found is not null)),
            2 => Found(
                At(keys, "conditioner.embedders.0.transformer.", TextEncoderKind.ClipL),
                At(keys, "conditioner.embedders.1.model.", TextEncoderKind.ClipG) ?? At(keys, "conditioner.embedders.1.transformer.", TextEncoderKind.ClipG)),
            _ => [],
        };
    }

    /// <summary>Names the encoder of a file that holds nothing else, by ComfyUI's order; null where there is none.</summary>
    public static DetectedTextEncoder? Alone(KeyIndex keys)
    {
        string? prefix = new[] { "", "text_encoders.", "transformer.", "cond_stage_model.transformer.", "clip_l.transformer.", "clip_g.transformer." }
            .FirstOrDefault(prefix => keys.Has(prefix + "text_model.encoder.layers.0.mlp.fc1.weight"));
        if (prefix is not null)
        {
            return At(keys, prefix, ByLayers(keys.CountBlocks(prefix + "text_model.encoder.layers.")));
        }

        return keys.HasAll("transformer.resblocks.0.ln_1.weight", "token_embedding.weight")
            ? At(keys, "", ByLayers(keys.CountBlocks("transformer.resblocks.")))
            : Unsupported(keys) is { } name ? new DetectedTextEncoder(TextEncoderKind.Other, "", EncoderLayout.HuggingFace) { Name = name } : null;
    }

    private static TextEncoderKind ByLayers(int layers) => layers > 30 ? TextEncoderKind.ClipG : layers > 22 ? TextEncoderKind.ClipH : TextEncoderKind.ClipL;

    private static string? Unsupported(KeyIndex keys)
    {
        const string T5 = "encoder.block.23.layer.1.DenseReluDense.";
        const string T5First = "encoder.block.0.layer.0.SelfAttention.k.weight";
        return keys.Size(T5 + "wi_1.weight", 1) is { } width ? (width == 2048 ? "T5 XL" : "T5 XXL")
            : keys.Has(T5 + "wi.weight") ? "T5 XXL (old layout)"
            : keys.Has(T5First) ? (keys.Size(T5First, 0) == 384 ? "ByT5 small" : "T5 base")
            : keys.Has("model.layers.0.post_feedforward_layernorm.weight") ? (keys.Has("model.layers.0.self_attn.q_norm.weight") ? "Gemma 3 4B" : "Gemma 2 2B")
            : keys.Size("model.layers.0.self_attn.k_proj.bias", 0) switch
            {
                256 => "Qwen 2.5 3B",
                512 => "Qwen 2.5 7B",
                _ => keys.Has("model.layers.0.post_attention_layernorm.weight") ? "Llama 3 8B" : null,
            };
    }

    private static DetectedTextEncoder? At(KeyIndex keys, string prefix, TextEncoderKind kind)
    {
        // Checkpoints from before transformers 4.30 lack the 'text_model' in between.
        foreach (string inner in (ReadOnlySpan<string>)["text_model.", ""])
        {
            if (keys.Size($"{prefix}{inner}embeddings.token_embedding.weight", 1) is { } width)
            {
                return new DetectedTextEncoder(kind, prefix, EncoderLayout.HuggingFace) { Width = width, Layers = keys.CountBlocks($"{prefix}{inner}encoder.layers.") };
            }
        }

        return keys.Size(prefix + "token_embedding.weight", 1) is { } openWidth
            ? new DetectedTextEncoder(kind, prefix, EncoderLayout.OpenClip) { Width = openWidth, Layers = keys.CountBlocks(prefix + "transformer.resblocks.") }
            : null;
    }

    private static ImmutableArray<DetectedTextEncoder> Found(params ReadOnlySpan<DetectedTextEncoder?> encoders)
    {
        ImmutableArray<DetectedTextEncoder>.Builder found = ImmutableArray.CreateBuilder<DetectedTextEncoder>();
        foreach (DetectedTextEncoder? encoder in encoders)
        {
            if (encoder is not null)
            {
                found.Add(encoder);
            }
        }

        return found.ToImmutable();
    }
}
