using System.Buffers.Binary;
using Vortex.Diffusion.Files;
using Vortex.Tensors;

namespace Vortex.Diffusion.Latents;

/// <summary>Latents as files: ComfyUI's <c>.latent</c>, a safetensors file with the tensor <c>latent_tensor</c>.</summary>
/// <remarks>A tensor <c>latent_format_version_0</c> says that values are not scaled; files before it hold values times 0.18215.</remarks>
public static class LatentFile
{
    private const string Samples = "latent_tensor";
    private const string Version = "latent_format_version_0";
    private const float OldScale = 0.18215f;

    /// <summary>The longest file read: the largest latent, and a header.</summary>
    public const long MaxBytes = (LatentLimits.MaxValues * sizeof(float)) + (1 << 24);

    /// <summary>Writes a latent; its noise mask and numbers are not kept.</summary>
    /// <param name="samples">[batch, channels, height, width].</param>
    /// <param name="metadata">Texts for the header.</param>
    public static byte[] Write(Tensor samples, IReadOnlyDictionary<string, string> metadata)
    {
        using MemoryStream stream = new();
        SafetensorsWriter.Write(stream, [SafetensorsEntry.From(Samples, samples), new SafetensorsEntry(Version, DType.Float32, [0], ReadOnlyMemory<byte>.Empty)], metadata);
        return stream.ToArray();
    }

    /// <summary>Reads a latent; the tensor is detached.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="backend">What makes the tensor.</param>
    /// <exception cref="DiffusionException">The file is damaged, holds no latent, or one that cannot be worked with.</exception>
    public static Tensor Read(ReadOnlySpan<byte> content, string name, ITensorBackend backend)
    {
        if (content.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(content) > (ulong)(content.Length - 8))
        {
            throw ModelFileErrors.Damaged(name, "it is cut short, or no .latent file");
        }

        int headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(content);
        ReadOnlySpan<byte> data = content[(8 + headerLength)..];
        SafetensorsHeader header = SafetensorsHeader.Parse(content.Slice(8, headerLength), data.Length, name);
        if (!header.Tensors.TryGetValue(Samples, out TensorInfo? info) || info.Shape.Rank != 4)
        {
            throw new DiffusionException(
                DiffusionCodes.FileUnsupported, $"'{name}' holds no latent of pictures{(info is null ? "" : $", but one of shape {info.Shape}")}. Save one with SaveLatent.", "latent");
        }

        Shape shape = LatentLimits.Checked(info.Shape[0], info.Shape[1], info.Shape[2], info.Shape[3]);
        (long begin, long end) = header.Places[Samples];
        float[] values = Values(data[(int)begin..(int)end], info.Type, name);
        if (!header.Tensors.ContainsKey(Version))
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= 1 / OldScale;
            }
        }

        return backend.From(values, shape).Detach();
    }

    private static float[] Values(ReadOnlySpan<byte> data, DType type, string name)
    {
        float[] values = new float[data.Length / type.Size()];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> at = data[(i * type.Size())..];
            values[i] = type switch
            {
                DType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(at),
                DType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(at),
                DType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
                _ => throw ModelFileErrors.Unsupported(name, $"its latent is stored as {type}"),
            };
        }

        return values;
    }
}
