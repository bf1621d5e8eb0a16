namespace Vortex.Diffusion.Tiny;

/// <summary>Writes text and picture encoders: narrow ones, with as many layers and words as the real ones have.</summary>
internal static class TinyEncoders
{
    /// <summary>Channels of a token in both text encoders.</summary>
    public const int TextWidth = 32;

    private const int Vocabulary = 49408;
    private const int Positions = 77;

    /// <summary>Writes CLIP-L as transformers names its keys.</summary>
    /// <param name="weights">Takes them.</param>
    /// <param name="prefix">Goes before every key.</param>
    /// <param name="width">Channels of a token; 768 in the real one.</param>
    public static void ClipL(TinyWeights weights, string prefix, int width = TextWidth)
    {
        string model = prefix + "text_model.";
        weights.AddCount(model + "embeddings.position_ids", Positions);
        weights.Add(model + "embeddings.position_embedding.weight", [Positions, width], 0.2);
        weights.Add(model + "embeddings.token_embedding.weight", [Vocabulary, width], 0.5);
        for (int i = 0; i < 12; i++)
        {
            HuggingLayer(weights, $"{model}encoder.layers.{i}.", width);
        }

        weights.Norm(model + "final_layer_norm", width);
    }

    /// <summary>Writes bigG as OpenCLIP names its keys.</summary>
    public static void ClipG(TinyWeights weights, string prefix)
    {
        weights.Add(prefix + "positional_embedding", [Positions, TextWidth], 0.2);
        weights.Add(prefix + "token_embedding.weight", [Vocabulary, TextWidth], 0.5);
        weights.Add(prefix + "text_projection", [TextWidth, TextWidth], 1 / Math.Sqrt(TextWidth));
        weights.Add(prefix + "logit_scale", [], 0, 4.6052);
        for (int i = 0; i < 32; i++)
        {
            string at = $"{prefix}transformer.resblocks.{i}.";
            weights.Norm(at + "ln_1", TextWidth);
            weights.Add(at + "attn.in_proj_weight", [3 * TextWidth, TextWidth], 1 / Math.Sqrt(TextWidth));
            weights.Add(at + "attn.in_proj_bias", [3 * TextWidth], 0.02);
            weights.Linear(at + "attn.out_proj", TextWidth, TextWidth, 0.3);
            weights.Norm(at + "ln_2", TextWidth);
            weights.Linear(at + "mlp.c_fc", 4 * TextWidth, TextWidth);
            weights.Linear(at + "mlp.c_proj", TextWidth, 4 * TextWidth, 0.3);
        }

        weights.Norm(prefix + "ln_final", TextWidth);
    }

    /// <summary>Writes a CLIP vision model for pictures of 224 pixels as transformers names its keys.</summary>
    public static void Vision(TinyWeights weights)
    {
        const int Width = 64;
        const string Model = "vision_model.";
        weights.Add(Model + "embeddings.class_embedding", [Width], 0.2);
        weights.Add(Model + "embeddings.patch_embedding.weight", [Width, 3, 14, 14], 1 / Math.Sqrt(3 * 14 * 14));
        weights.Add(Model + "embeddings.position_embedding.weight", [257, Width], 0.2);
        weights.AddCount(Model + "embeddings.position_ids", 257);
        weights.Norm(Model + "pre_layrnorm", Width);
        for (int i = 0; i < 4; i++)
        {
            HuggingLayer(weights, $"{Model}encoder.layers.{i}.", Width);
        }

        weights.Norm(Model + "post_layernorm", Width);
        weights.Linear("visual_projection", TextWidth, Width, hasBias: false);
    }

    private static void HuggingLayer(TinyWeights weights, string at, int width)
    {
        weights.Norm(at + "layer_norm1", width);
        weights.Linear(at + "self_attn.q_proj", width, width);
        weights.Linear(at + "self_attn.k_proj", width, width);
        weights.Linear(at + "self_attn.v_proj", width, width);
        weights.Linear(at + "self_attn.out_proj", width, width, 0.3);
        weights.Norm(at + "layer_norm2", width);
        weights.Linear(at + "mlp.fc1", 4 * width, width);
        weights.Linear(at + "mlp.fc2", width, 4 * width, 0.3);
    }
}
