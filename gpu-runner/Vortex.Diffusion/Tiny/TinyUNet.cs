using Vortex.Diffusion.Networks;

namespace Vortex.Diffusion.Tiny;

/// <summary>Writes a UNet, or the half of it that a ControlNet has, in the original layout.</summary>
internal static class TinyUNet
{
    /// <summary>Writes a whole UNet.</summary>
    public static void Write(TinyWeights weights, string prefix, UNetConfig config)
    {
        List<int> skips = Encoder(weights, prefix, config);
        int channels = skips[^1];
        int block = 0;
        int transformer = config.TransformerDepthOutput.Length;
        for (int level = config.Levels - 1; level >= 0; level--)
        {
            int outputs = config.ModelChannels * config.ChannelMult[level];
            for (int i = 0; i <= config.NumResBlocks[level]; i++, block++)
            {
                string at = $"{prefix}output_blocks.{block}.";
                ResBlock(weights, at + "0.", channels + skips[^1], outputs, 4 * config.ModelChannels);
                skips.RemoveAt(skips.Count - 1);
                channels = outputs;
                int depth = config.TransformerDepthOutput[--transformer];
                Transformer(weights, at + "1.", outputs, depth, config);
                if (level > 0 && i == config.NumResBlocks[level])
                {
                    weights.Conv($"{at}{(depth > 0 ? 2 : 1)}.conv", outputs, outputs, 3);
                }
            }
        }

        weights.Norm(prefix + "out.0", channels);
        weights.Conv(prefix + "out.2", config.OutChannels, channels, 3, 1.5);
    }

    /// <summary>Writes the embeddings, the way down and the middle.</summary>
    /// <returns>The channels of each block on the way down.</returns>
    public static List<int> Encoder(TinyWeights weights, string prefix, UNetConfig config)
    {
        int width = 4 * config.ModelChannels;
        weights.Linear(prefix + "time_embed.0", width, config.ModelChannels);
        weights.Linear(prefix + "time_embed.2", width, width);
        if (config.AdmInChannels is { } adm)
        {
            weights.Linear(prefix + "label_emb.0.0", width, adm);
            weights.Linear(prefix + "label_emb.0.2", width, width);
        }

        weights.Conv(prefix + "input_blocks.0.0", config.ModelChannels, config.InChannels, 3);
        List<int> skips = [config.ModelChannels];
        int transformer = 0;
        for (int level = 0; level < config.Levels; level++)
        {
            int outputs = config.ModelChannels * config.ChannelMult[level];
            for (int i = 0; i < config.NumResBlocks[level]; i++)
            {
                string at = $"{prefix}input_blocks.{skips.Count}.";
                ResBlock(weights, at + "0.", skips[^1], outputs, width);
                Transformer(weights, at + "1.", outputs, config.TransformerDepth[transformer++], config);
                skips.Add(outputs);
            }

            if (level < config.Levels - 1)
            {
                weights.Conv($"{prefix}input_blocks.{skips.Count}.0.op", outputs, outputs, 3);
                skips.Add(outputs);
            }
        }

        ResBlock(weights, prefix + "middle_block.0.", skips[^1], skips[^1], width);
        Transformer(weights, prefix + "middle_block.1.", skips[^1], config.TransformerDepthMiddle, config);
        ResBlock(weights, prefix + "middle_block.2.", skips[^1], skips[^1], width);
        return skips;
    }

    private static void ResBlock(TinyWeights weights, string at, int inputs, int outputs, int width)
    {
        weights.Norm(at + "in_layers.0", inputs);
        weights.Conv(at + "in_layers.2", outputs, inputs, 3);
        weights.Linear(at + "emb_layers.1", outputs, width);
        weights.Norm(at + "out_layers.0", outputs);
        weights.Conv(at + "out_layers.3", outputs, outputs, 3);
        if (inputs != outputs)
        {
            weights.Conv(at + "skip_connection", outputs, inputs, 1);
        }
    }

    private static void Transformer(TinyWeights weights, string at, int channels, int depth, UNetConfig config)
    {
        if (depth == 0)
        {
            return;
        }

        weights.Norm(at + "norm", channels);
        Projection(weights, at + "proj_in", channels, config);
        for (int i = 0; i < depth; i++)
        {
            string block = $"{at}transformer_blocks.{i}.";
            Attention(weights, block + "attn1.", channels, channels);
            Attention(weights, block + "attn2.", channels, config.ContextDim);
            weights.Linear(block + "ff.net.0.proj", 8 * channels, channels);
            weights.Linear(block + "ff.net.2", channels, 4 * channels);
            weights.Norm(block + "norm1", channels);
            weights.Norm(block + "norm2", channels);
            weights.Norm(block + "norm3", channels);
        }

        Projection(weights, at + "proj_out", channels, config);
    }

    private static void Projection(TinyWeights weights, string at, int channels, UNetConfig config)
    {
        if (config.UseLinearInTransformer)
        {
            weights.Linear(at, channels, channels);
        }
        else
        {
            weights.Conv(at, channels, channels, 1);
        }
    }

    private static void Attention(TinyWeights weights, string at, int channels, int context)
    {
        // Sharper than it would be by itself, so that words make a difference.
        weights.Linear(at + "to_q", channels, channels, 2, hasBias: false);
        weights.Linear(at + "to_k", channels, context, 2, hasBias: false);
        weights.Linear(at + "to_v", channels, context, hasBias: false);
        weights.Linear(at + "to_out.0", channels, channels);
    }
}
