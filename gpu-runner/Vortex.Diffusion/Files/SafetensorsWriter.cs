using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Vortex.Tensors;
using Vortex.Tensors.Formats;

namespace Vortex.Diffusion.Files;

/// <summary>A tensor to write.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">Its number format.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Data">Its values, row-major and little-endian.</param>
public sealed record SafetensorsEntry(string Name, DType Type, Shape Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Takes a tensor's values. Floating formats of one byte become float16, which holds them exactly; others stay as they are.</summary>
    /// <exception cref="ArgumentException">The tensor holds small integers or doubles, which nothing here writes.</exception>
    public static SafetensorsEntry From(string name, Tensor tensor)
    {
        switch (tensor.DType)
        {
            case DType.Int64:
                {
                    long[] values = new long[tensor.Count];
                    tensor.Backend.Read(tensor, values);
                    return new(name, DType.Int64, tensor.Shape, MemoryMarshal.AsBytes<long>(values).ToArray());
                }

            case DType.Float32:
                {
                    float[] values = new float[tensor.Count];
                    tensor.Backend.Read(tensor, values);
                    return From(name, DType.Float32, tensor.Shape, values);
                }

            case DType.Float16 or DType.BFloat16 or DType.Float8E4M3 or DType.Float8E5M2:
                {
                    float[] values = new float[tensor.Count];
                    tensor.Backend.Read(tensor, values);
                    return From(name, tensor.DType == DType.BFloat16 ? DType.BFloat16 : DType.Float16, tensor.Shape, values);
                }

            default:
                throw new ArgumentException($"A tensor of {tensor.DType} is not written.", nameof(tensor));
        }
    }

    /// <summary>Takes values and rounds them to float32, float16 or bfloat16, to nearest even.</summary>
    public static SafetensorsEntry From(string name, DType type, Shape shape, ReadOnlySpan<float> values)
    {
        byte[] data = new byte[values.Length * type.Size()];
        for (int i = 0; i < values.Length; i++)
        {
            Span<byte> at = data.AsSpan(i * type.Size());
            switch (type)
            {
                case DType.Float32:
                    BinaryPrimitives.WriteSingleLittleEndian(at, values[i]);
                    break;
                case DType.Float16:
                    BinaryPrimitives.WriteHalfLittleEndian(at, (Half)values[i]);
                    break;
                case DType.BFloat16:
                    BinaryPrimitives.WriteUInt16LittleEndian(at, NumberFormats.ToBFloat16(values[i]));
                    break;
                default:
                    throw new ArgumentException($"{type} is not written.", nameof(type));
            }
        }

        return new(name, type, shape, data);
    }
}

/// <summary>Writes safetensors files: equal entries give equal bytes.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes to a file, replacing it.</summary>
    public static void Write(string path, IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using FileStream stream = File.Create(path);
        Write(stream, entries, metadata);
    }

    /// <summary>Writes to a stream, entries in the order given.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="entries">The tensors; names must differ.</param>
    /// <param name="metadata">Texts for the header.</param>
    /// <exception cref="ArgumentException">An entry's bytes do not fit its shape, or a name comes twice.</exception>
    public static void Write(Stream stream, IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata = null)
    {
        byte[] header = Header(entries, metadata);
        // Spaces round the header up, so that values lie on multiples of 8 in a mapped file.
        int padding = (8 - (header.Length % 8)) % 8;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length + padding);
        stream.Write(length);
        stream.Write(header);
        stream.Write("       "u8[..padding]);
        foreach (SafetensorsEntry entry in entries)
        {
            stream.Write(entry.Data.Span);
        }
    }

    private static byte[] Header(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            long offset = 0;
            foreach (SafetensorsEntry entry in entries)
            {
                if (!names.Add(entry.Name) || entry.Data.Length != entry.Shape.Count * entry.Type.Size())
                {
                    throw new ArgumentException($"'{entry.Name}' comes twice, or its bytes do not fit {entry.Type} {entry.Shape}.", nameof(entries));
                }

                WriteEntry(writer, entry, offset);
                offset += entry.Data.Length;
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter writer, SafetensorsEntry entry, long offset)
    {
        writer.WriteStartObject(entry.Name);
        writer.WriteString("dtype", SafetensorsTypes.NameOf(entry.Type));
        writer.WriteStartArray("shape");
        foreach (int size in entry.Shape.Span)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(offset);
        writer.WriteNumberValue(offset + entry.Data.Length);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
