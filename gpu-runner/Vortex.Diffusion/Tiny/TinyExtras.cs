using Vortex.Diffusion.Networks;

namespace Vortex.Diffusion.Tiny;

/// <summary>Writes what goes with a checkpoint: LoRA, ControlNet, T2I-Adapter, upscaler, embeddings.</summary>
internal static class TinyExtras
{
    /// <summary>Writes a LoRA of rank 4 on all attentions of a UNet and of CLIP-L, with kohya's keys.</summary>
    public static void Lora(TinyWeights weights, UNetConfig config)
    {
        int transformer = 0;
        for (int level = 0; level < config.Levels; level++)
        {
            for (int i = 0; i < config.NumResBlocks[level]; i++, transformer++)
            {
                LoraBlock(weights, $"lora_unet_down_blocks_{level}_attentions_{i}_", config.ModelChannels * config.ChannelMult[level], config.TransformerDepth[transformer], config.ContextDim);
            }
        }

        LoraBlock(weights, "lora_unet_mid_block_attentions_0_", config.ModelChannels * config.ChannelMult[^1], config.TransformerDepthMiddle, config.ContextDim);
        transformer = config.TransformerDepthOutput.Length;
        for (int level = config.Levels - 1; level >= 0; level--)
        {
            for (int i = 0; i <= config.NumResBlocks[level]; i++)
            {
                LoraBlock(weights, $"lora_unet_up_blocks_{config.Levels - 1 - level}_attentions_{i}_", config.ModelChannels * config.ChannelMult[level], config.TransformerDepthOutput[--transformer], config.ContextDim);
            }
        }

        for (int i = 0; i < 12; i++)
        {
            foreach (string part in (ReadOnlySpan<string>)["q_proj", "k_proj", "v_proj", "out_proj"])
            {
                Pair(weights, $"lora_te_text_model_encoder_layers_{i}_self_attn_{part}", TinyEncoders.TextWidth, TinyEncoders.TextWidth);
            }
        }
    }

    /// <summary>Writes a ControlNet with the original keys.</summary>
    public static void ControlNet(TinyWeights weights, UNetConfig config)
    {
        const string Prefix = "control_model.";
        List<int> skips = TinyUNet.Encoder(weights, Prefix, config);
        int inputs = 3;
        foreach ((int index, int outputs) in (ReadOnlySpan<(int, int)>)[(0, 16), (2, 16), (4, 32), (6, 32), (8, 96), (10, 96), (12, 256), (14, config.ModelChannels)])
        {
            weights.Conv($"{Prefix}input_hint_block.{index}", outputs, inputs, 3, 1.4);
            inputs = outputs;
        }

        for (int i = 0; i < skips.Count; i++)
        {
            // A trained network begins with zeros here and stays small.
            weights.Conv($"{Prefix}zero_convs.{i}.0", skips[i], skips[i], 1, 0.3);
        }

        weights.Conv(Prefix + "middle_block_out.0", skips[^1], skips[^1], 1, 0.3);
    }

    /// <summary>Writes a T2I-Adapter that fits the levels of a UNet.</summary>
    public static void T2IAdapter(TinyWeights weights, UNetConfig config)
    {
        int channels = config.ModelChannels * config.ChannelMult[0];
        weights.Conv("conv_in", channels, 3 * 64, 3);
        for (int i = 0; i < 2 * config.Levels; i++)
        {
            int outputs = config.ModelChannels * config.ChannelMult[i / 2];
            if (outputs != channels)
            {
                weights.Conv($"body.{i}.in_conv", outputs, channels, 1);
                channels = outputs;
            }

            weights.Conv($"body.{i}.block1", channels, channels, 3, 1.4);
            weights.Conv($"body.{i}.block2", channels, channels, 1, 0.5);
        }
    }

    /// <summary>Writes an ESRGAN upscaler by 4 with the keys of the first ESRGAN.</summary>
    public static void Esrgan(TinyWeights weights)
    {
        const int Filters = 16;
        const int Growth = 32;
        const int Blocks = 2;
        weights.Conv("model.0", Filters, 3, 3);
        for (int block = 0; block < Blocks; block++)
        {
            for (int dense = 1; dense <= 3; dense++)
            {
                for (int i = 1; i <= 5; i++)
                {
                    weights.Conv($"model.1.sub.{block}.RDB{dense}.conv{i}.0", i < 5 ? Growth : Filters, Filters + ((i - 1) * Growth), 3, i < 5 ? 1.2 : 0.5);
                }
            }
        }

        weights.Conv($"model.1.sub.{Blocks}", Filters, Filters, 3, 0.5);
        weights.Conv("model.3", Filters, Filters, 3, 1.2);
        weights.Conv("model.6", Filters, Filters, 3, 1.2);
        weights.Conv("model.8", Filters, Filters, 3, 1.2);
        weights.Conv("model.10", 3, Filters, 3, 0.5, biasCentre: 0.4);
    }

    private static void LoraBlock(TinyWeights weights, string at, int channels, int depth, int context)
    {
        for (int i = 0; i < depth; i++)
        {
            string block = $"{at}transformer_blocks_{i}_";
            foreach (string part in (ReadOnlySpan<string>)["to_q", "to_k", "to_v", "to_out_0"])
            {
                Pair(weights, $"{block}attn1_{part}", channels, channels);
                Pair(weights, $"{block}attn2_{part}", channels, part is "to_k" or "to_v" ? context : channels);
            }

            Pair(weights, block + "ff_net_0_proj", 8 * channels, channels);
            Pair(weights, block + "ff_net_2", channels, 4 * channels);
        }
    }

    private static void Pair(TinyWeights weights, string name, int outputs, int inputs)
    {
        const int Rank = 4;
        weights.Add(name + ".lora_down.weight", [Rank, inputs], 1 / Math.Sqrt(inputs));
        weights.Add(name + ".lora_up.weight", [outputs, Rank], 0.3 / Math.Sqrt(Rank));
        weights.Add(name + ".alpha", [], 0, Rank);
    }
}
