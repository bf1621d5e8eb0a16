using Vortex.Diffusion.Networks;
using Vortex.Tensors;

namespace Vortex.Diffusion.Detection;

/// <summary>Reads the build of a Stable Diffusion UNet from its keys and shapes, by the rules that ComfyUI reads it with.</summary>
internal static class UNetDetector
{
    /// <summary>Reads the build.</summary>
    /// <param name="keys">The UNet's keys in the original layout, without a prefix.</param>
    /// <returns>The build without its attention heads, which no shape tells; null where this is no such UNet.</returns>
    public static UNetConfig? Read(KeyIndex keys)
    {
        if (keys.ShapeOf("input_blocks.0.0.weight") is not { Rank: 4 } first || first[0] == 0)
        {
            return null;
        }

        Walk walk = new(keys, first[0]);
        walk.Run();
        return new UNetConfig
        {
            InChannels = first[1],
            OutChannels = keys.Size("out.2.weight", 0) ?? 4,
            ModelChannels = first[0],
            ChannelMult = [.. walk.ChannelMult],
            NumResBlocks = [.. walk.ResBlocks],
            TransformerDepth = [.. walk.Depth],
            TransformerDepthOutput = [.. walk.DepthOutput],
            TransformerDepthMiddle = keys.Has("middle_block.1.proj_in.weight") ? keys.CountBlocks("middle_block.1.transformer_blocks.")
                : keys.Has("middle_block.0.in_layers.0.weight") ? -1 : -2,
            ContextDim = walk.ContextDim ?? 0,
            UseLinearInTransformer = walk.UseLinear,
            AdmInChannels = keys.Size("label_emb.0.0.weight", 1),
            ClassCount = keys.Size("label_emb.weight", 0),
            UseTemporalAttention = walk.IsVideo,
            UseTemporalResblock = walk.IsVideo,
        };
    }

    private sealed class Walk(KeyIndex keys, int modelChannels)
    {
        private int _resBlocks;
        private int _channelMult;

        public List<int> ResBlocks { get; } = [];

        public List<int> ChannelMult { get; } = [];

        public List<int> Depth { get; } = [];

        public List<int> DepthOutput { get; } = [];

        public int? ContextDim { get; private set; }

        public bool UseLinear { get; private set; }

        public bool IsVideo { get; private set; }

        public void Run()
        {
            int blocks = keys.CountBlocks("input_blocks.");
            for (int i = 0; i < blocks; i++)
            {
                string output = $"output_blocks.{blocks - i - 1}.";
                if (keys.Has($"input_blocks.{i}.0.op.weight"))
                {
                    CloseLevel();
                    DepthOutput.Add(TransformerDepth(output));
                    continue;
                }

                InputBlock($"input_blocks.{i}.");
                if (keys.Has(output + "0.in_layers.0.weight"))
                {
                    DepthOutput.Add(TransformerDepth(output));
                }
            }

            CloseLevel();
        }

        private void InputBlock(string block)
        {
            if (!keys.Has(block + "0.in_layers.0.weight"))
            {
                return;
            }

            _resBlocks++;
            _channelMult = (keys.Size(block + "0.out_layers.3.weight", 0) ?? 0) / modelChannels;
            int depth = TransformerDepth(block);
            Depth.Add(depth);
            if (depth > 0 && ContextDim is null)
            {
                ContextDim = keys.Size(block + "1.transformer_blocks.0.attn2.to_k.weight", 1);
                UseLinear = keys.ShapeOf(block + "1.proj_in.weight") is { Rank: 2 };
                IsVideo = keys.HasUnder(block + "1.time_stack.");
            }
        }

        private int TransformerDepth(string block) =>
            keys.Has(block + "1.proj_in.weight") ? keys.CountBlocks(block + "1.transformer_blocks.") : 0;

        private void CloseLevel()
        {
            ResBlocks.Add(_resBlocks);
            ChannelMult.Add(_channelMult);
            (_resBlocks, _channelMult) = (0, 0);
        }
    }
}
