using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Tiny;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Benchmarks;

/// <summary>Random float16 weights of the size of Stable Diffusion 1.5, wrapped without a copy, as a mapped checkpoint is.</summary>
internal static class DiffusionWeights
{
    private const int TextWidth = 768;

    private static readonly int[] s_vaeChannels = [128, 256, 512, 512];

    public static UNetConfig Sd15 { get; } = TinyModels.Sd15 with { ModelChannels = 320, ChannelMult = [1, 2, 4, 4], ContextDim = 768 };

    public static TensorWeights UNet(ITensorBackend backend) => Of(backend, weights => TinyUNet.Write(weights, "", Sd15));

    public static TensorWeights VaeDecoder(ITensorBackend backend) => Of(backend, weights => TinyVae.WriteDecoder(weights, "", s_vaeChannels));

    public static TensorWeights ClipL(ITensorBackend backend) => Of(backend, weights => TinyEncoders.ClipL(weights, "", TextWidth));

    /// <summary>Writes a whole checkpoint as the published one lies on disk: 2.1 GB.</summary>
    public static void WriteCheckpoint(string path)
    {
        TinyWeights weights = new("bench");
        TinyUNet.Write(weights, "model.diffusion_model.", Sd15);
        TinyEncoders.ClipL(weights, "cond_stage_model.transformer.", TextWidth);
        TinyVae.Write(weights, "first_stage_model.", s_vaeChannels);
        SafetensorsWriter.Write(path, weights.Entries);
    }

    /// <summary>Writes a header as of a float32 checkpoint over a hole of 4.3 GB: for opening, which reads no values.</summary>
    public static void WriteHollow(string path)
    {
        TinyWeights weights = new("bench");
        TinyUNet.Write(weights, "model.diffusion_model.", Sd15 with { ModelChannels = 32, ContextDim = 32 });
        TinyEncoders.ClipL(weights, "cond_stage_model.transformer.");
        TinyVae.Write(weights, "first_stage_model.");
        int count = weights.Entries.Count;
        long each = 4_270_000_000 / count / 4;
        JsonObject header = [];
        long at = 0;
        foreach (SafetensorsEntry entry in weights.Entries)
        {
            header[entry.Name] = new JsonObject { ["dtype"] = "F32", ["shape"] = new JsonArray(each), ["data_offsets"] = new JsonArray(at, at + (4 * each)) };
            at += 4 * each;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        using FileStream file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)json.Length));
        file.Write(json);
        file.SetLength(8 + json.Length + at);
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
