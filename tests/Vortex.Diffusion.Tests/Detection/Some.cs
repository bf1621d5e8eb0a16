using System.Collections.Immutable;
using Vortex.Tensors;

namespace Vortex.Diffusion.Tests.Detection;

/// <summary>Keys of networks for tests.</summary>
internal static class Some
{
    /// <summary>The keys that tell a UNet of four levels, two residual blocks each, transformers on the first three.</summary>
    public static ImmutableArray<KeyValuePair<string, Shape>> UNet(int channels, int context, bool isLinear)
    {
        List<KeyValuePair<string, Shape>> keys = [];
        void Add(string key, params ReadOnlySpan<int> shape) => keys.Add(KeyValuePair.Create("model.diffusion_model." + key, new Shape(shape)));
        Add("input_blocks.0.0.weight", channels, 4, 3, 3);
        int block = 1;
        for (int level = 0; level < 4; level++)
        {
            int width = channels * Math.Min(1 << level, 4);
            for (int i = 0; i < 2; i++, block++)
            {
                Add($"input_blocks.{block}.0.in_layers.0.weight", width);
                Add($"input_blocks.{block}.0.out_layers.3.weight", width, width, 3, 3);
                if (level < 3)
                {
                    Add($"input_blocks.{block}.1.proj_in.weight", isLinear ? [width, width] : [width, width, 1, 1]);
                    Add($"input_blocks.{block}.1.transformer_blocks.0.attn2.to_k.weight", width, context);
                }
            }

            if (level < 3)
            {
                Add($"input_blocks.{block++}.0.op.weight", width, width, 3, 3);
            }
        }

        return [.. keys];
    }
}
