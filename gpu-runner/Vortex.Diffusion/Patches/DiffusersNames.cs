using Vortex.Diffusion.Networks;

namespace Vortex.Diffusion.Patches;

/// <summary>What the diffusers library calls the parts of a UNet: LoRA files are named after them.</summary>
internal static class DiffusersNames
{
    private static readonly (string Native, string Name)[] s_resBlock =
    [
        ("in_layers.2", "conv1"), ("emb_layers.1", "time_emb_proj"), ("out_layers.3", "conv2"),
        ("skip_connection", "conv_shortcut"), ("in_layers.0", "norm1"), ("out_layers.0", "norm2"),
    ];

    private static readonly string[] s_attention = ["proj_in", "proj_out", "norm"];

    private static readonly string[] s_transformer =
    [
        "norm1", "norm2", "norm3", "attn1.to_q", "attn1.to_k", "attn1.to_v", "attn1.to_out.0",
        "attn2.to_q", "attn2.to_k", "attn2.to_v", "attn2.to_out.0", "ff.net.0.proj", "ff.net.2",
    ];

    private static readonly (string Native, string Name)[] s_rest =
    [
        ("label_emb.0.0", "class_embedding.linear_1"), ("label_emb.0.2", "class_embedding.linear_2"),
        ("label_emb.0.0", "add_embedding.linear_1"), ("label_emb.0.2", "add_embedding.linear_2"),
        ("input_blocks.0.0", "conv_in"), ("out.0", "conv_norm_out"), ("out.2", "conv_out"),
        ("time_embed.0", "time_embedding.linear_1"), ("time_embed.2", "time_embedding.linear_2"),
    ];

    /// <summary>Returns the layers with a weight: diffusers' name and the checkpoint's, both without <c>.weight</c>. Some need not exist in that UNet.</summary>
    public static List<(string Name, string Native)> Of(UNetConfig config)
    {
        List<(string, string)> all = [];
        Down(all, config);
        Transformers(all, "mid_block.attentions.0", "middle_block.1", config.TransformerDepthMiddle);
        Residual(all, "mid_block.resnets.0", "middle_block.0");
        Residual(all, "mid_block.resnets.1", "middle_block.2");
        Up(all, config);
        all.AddRange(s_rest.Select(part => (part.Name, part.Native)));
        return all;
    }

    private static void Down(List<(string, string)> all, UNetConfig config)
    {
        int depthAt = 0;
        int block = 1;
        for (int level = 0; level < config.Levels; level++)
        {
            for (int i = 0; i < config.NumResBlocks[level]; i++)
            {
                Residual(all, $"down_blocks.{level}.resnets.{i}", $"input_blocks.{block}.0");
                int depth = DepthAt(config.TransformerDepth, depthAt++);
                if (depth > 0)
                {
                    Transformers(all, $"down_blocks.{level}.attentions.{i}", $"input_blocks.{block}.1", depth);
                }

                block++;
            }

            all.Add(($"down_blocks.{level}.downsamplers.0.conv", $"input_blocks.{block++}.0.op"));
        }
    }

    private static void Up(List<(string, string)> all, UNetConfig config)
    {
        int depthAt = config.TransformerDepthOutput.Length - 1;
        int block = 0;
        for (int level = 0; level < config.Levels; level++)
        {
            int count = config.NumResBlocks[config.Levels - 1 - level] + 1;
            for (int i = 0; i < count; i++)
            {
                Residual(all, $"up_blocks.{level}.resnets.{i}", $"output_blocks.{block}.0");
                int depth = DepthAt(config.TransformerDepthOutput, depthAt--);
                if (depth > 0)
                {
                    Transformers(all, $"up_blocks.{level}.attentions.{i}", $"output_blocks.{block}.1", depth);
                }

                if (i == count - 1)
                {
                    all.Add(($"up_blocks.{level}.upsamplers.0.conv", $"output_blocks.{block}.{(depth > 0 ? 2 : 1)}.conv"));
                }

                block++;
            }
        }
    }

    private static int DepthAt(IReadOnlyList<int> depths, int index) => index >= 0 && index < depths.Count ? depths[index] : 0;

    private static void Residual(List<(string, string)> all, string name, string native) =>
        all.AddRange(s_resBlock.Select(part => ($"{name}.{part.Name}", $"{native}.{part.Native}")));

    private static void Transformers(List<(string, string)> all, string name, string native, int depth)
    {
        all.AddRange(s_attention.Select(part => ($"{name}.{part}", $"{native}.{part}")));
        for (int i = 0; i < depth; i++)
        {
            all.AddRange(s_transformer.Select(part => ($"{name}.transformer_blocks.{i}.{part}", $"{native}.transformer_blocks.{i}.{part}")));
        }
    }
}
