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
        if (entries.FirstOrDefault(entry => entry.Data.Length != entry.Shape.Count * entry.Type.Size()) is { } wrong)
        {
            throw new ArgumentException($"The bytes of '{wrong.Name}' do not fit {wrong.Type} {wrong.Shape}.", nameof(entries));
        }

        stream.Write(Start([.. entries.Select(entry => (entry.Name, entry.Type, entry.Shape))], metadata));
        foreach (SafetensorsEntry entry in entries)
        {
            stream.Write(entry.Data.Span);
        }
    }

    /// <summary>Returns what stands before the values: the header and its length.</summary>
    /// <param name="entries">The tensors in the order their values follow; names must differ.</param>
    /// <param name="metadata">Texts for the header.</param>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    internal static byte[] Start(IReadOnlyList<(string Name, DType Type, Shape Shape)> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        byte[] header = Header(entries, metadata);
        // Spaces round the header up, so that values lie on multiples of 8 in a mapped file.
        byte[] start = new byte[8 + ((header.Length + 7) / 8 * 8)];
        start.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(start, start.Length - 8);
        header.CopyTo(start, 8);
        return start;
    }

    private static byte[] Header(IReadOnlyList<(string Name, DType Type, Shape Shape)> entries, IReadOnlyDictionary<string, string>? metadata)
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
            foreach ((string name, DType type, Shape shape) in entries)
            {
                if (!names.Add(name))
                {
                    throw new ArgumentException($"'{name}' comes twice.", nameof(entries));
                }

                WriteEntry(writer, name, type, shape, offset);
                offset += shape.Count * type.Size();
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter writer, string name, DType type, Shape shape, long offset)
    {
        writer.WriteStartObject(name);
        writer.WriteString("dtype", SafetensorsTypes.NameOf(type));
        writer.WriteStartArray("shape");
        foreach (int size in shape.Span)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(offset);
        writer.WriteNumberValue(offset + (shape.Count * type.Size()));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
