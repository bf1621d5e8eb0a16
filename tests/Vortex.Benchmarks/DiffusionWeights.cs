using System.Runtime.InteropServices;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Tiny;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Benchmarks;

/// <summary>Random float16 weights of the size of Stable Diffusion 1.5, wrapped without a copy, as a mapped checkpoint is.</summary>
internal static class DiffusionWeights
{
    private static readonly int[] s_vaeChannels = [128, 256, 512, 512];

    public static UNetConfig Sd15 { get; } = TinyModels.Sd15 with { ModelChannels = 320, ChannelMult = [1, 2, 4, 4], ContextDim = 768 };

    public static TensorWeights UNet(ITensorBackend backend) => Of(backend, weights => TinyUNet.Write(weights, "", Sd15));

    public static TensorWeights VaeDecoder(ITensorBackend backend) => Of(backend, Decoder);

    private static void Decoder(TinyWeights weights)
    {
        int channels = s_vaeChannels[^1];
        weights.Conv("post_quant_conv", 4, 4, 1);
        weights.Conv("decoder.conv_in", channels, 4, 3);
        foreach (string block in (string[])["block_1", "block_2"])
        {
            ResBlock(weights, $"decoder.mid.{block}", channels, channels);
        }

        weights.Norm("decoder.mid.attn_1.norm", channels);
        foreach (string part in (string[])["q", "k", "v", "proj_out"])
        {
            weights.Conv($"decoder.mid.attn_1.{part}", channels, channels, 1);
        }

        for (int level = s_vaeChannels.Length - 1; level >= 0; level--)
        {
            for (int i = 0; i < 3; i++)
            {
                ResBlock(weights, $"decoder.up.{level}.block.{i}", channels, s_vaeChannels[level]);
                channels = s_vaeChannels[level];
            }

            if (level > 0)
            {
                weights.Conv($"decoder.up.{level}.upsample.conv", channels, channels, 3);
            }
        }

        weights.Norm("decoder.norm_out", channels);
        weights.Conv("decoder.conv_out", 3, channels, 3);
    }

    private static void ResBlock(TinyWeights weights, string at, int inputs, int outputs)
    {
        weights.Norm($"{at}.norm1", inputs);
        weights.Conv($"{at}.conv1", outputs, inputs, 3);
        weights.Norm($"{at}.norm2", outputs);
        weights.Conv($"{at}.conv2", outputs, outputs, 3);
        if (inputs != outputs)
        {
            weights.Conv($"{at}.nin_shortcut", outputs, inputs, 1);
        }
    }

    private static TensorWeights Of(ITensorBackend backend, Action<TinyWeights> write)
    {
        TinyWeights weights = new("bench");
        write(weights);
        Dictionary<string, Tensor> tensors = [];
        foreach (SafetensorsEntry entry in weights.Entries)
        {
            MemoryMarshal.TryGetArray(entry.Data, out ArraySegment<byte> data);

            // Pinned for the life of the process: a benchmark ends with it.
            GCHandle handle = GCHandle.Alloc(data.Array, GCHandleType.Pinned);
            tensors[entry.Name] = backend.Wrap(new NativeRegion(handle.AddrOfPinnedObject(), data.Count, data.Array!), entry.Type, entry.Shape).Detach();
        }

        return new TensorWeights(backend, tensors);
    }
}
