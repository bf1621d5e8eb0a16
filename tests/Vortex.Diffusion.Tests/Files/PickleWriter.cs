using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Vortex.Diffusion.Tests.Files;

/// <summary>Writes pickles opcode by opcode, honest and hostile ones, and the archives around them.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public PickleWriter Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleWriter Proto(byte version = 2) => Raw(0x80, version);

    public PickleWriter Stop() => Raw((byte)'.');

    public PickleWriter Mark() => Raw((byte)'(');

    public PickleWriter Global(string module, string name) => Raw((byte)'c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleWriter Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return Raw((byte)'X').Raw(length).Raw(bytes);
    }

    public PickleWriter Number(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleWriter Tuple(params ReadOnlySpan<long> values)
    {
        Mark();
        foreach (long value in values)
        {
            Number(value);
        }

        return Raw((byte)'t');
    }

    /// <summary>A tensor as torch.save writes it.</summary>
    public PickleWriter Tensor(string key, string storage, long count, long offset, long[] shape, long[] strides)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Mark();
        Mark().Text("storage").Global("torch", storage).Text(key).Text("cpu").Number(count).Raw((byte)'t', (byte)'Q');
        return Number(offset).Tuple(shape).Tuple(strides).Raw(0x89).Global("collections", "OrderedDict").Raw((byte)')', (byte)'R', (byte)'t', (byte)'R');
    }

    /// <summary>A dictionary of what the action writes: key, value, key, value.</summary>
    public PickleWriter Dict(Action<PickleWriter> entries)
    {
        Raw((byte)'}').Mark();
        entries(this);
        return Raw((byte)'u');
    }

    public static byte[] Zip(byte[] pickle, params ReadOnlySpan<(string Key, byte[] Data)> storages) => Zip(pickle, CompressionLevel.NoCompression, storages);

    public static byte[] Zip(byte[] pickle, CompressionLevel level, params ReadOnlySpan<(string Key, byte[] Data)> storages)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, true))
        {
            Entry(archive, "archive/data.pkl", pickle, level);
            foreach ((string key, byte[] data) in storages)
            {
                Entry(archive, $"archive/data/{key}", data, level);
            }

            Entry(archive, "archive/version", "3\n"u8.ToArray(), level);
        }

        return stream.ToArray();
    }

    public static byte[] Floats(params float[] values)
    {
        byte[] bytes = new byte[values.Length * 4];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    /// <summary>The format before zip: magic, version, machine, contents, keys, then each storage with its count.</summary>
    public static byte[] Legacy(byte[] contents, params ReadOnlySpan<(string Key, int Count, byte[] Data)> storages)
    {
        PickleWriter writer = new();
        writer.Proto().Raw(0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).Stop();
        writer.Proto().Number(1001).Stop();
        writer.Proto().Dict(dict => dict.Text("little_endian").Raw(0x88)).Stop();
        writer.Raw(contents);
        writer.Proto().Raw((byte)']').Mark();
        foreach ((string key, _, _) in storages)
        {
            writer.Text(key);
        }

        writer.Raw((byte)'e').Stop();
        Span<byte> length = stackalloc byte[8];
        foreach ((_, int count, byte[] data) in storages)
        {
            BinaryPrimitives.WriteInt64LittleEndian(length, count);
            writer.Raw(length).Raw(data);
        }

        return writer.ToArray();
    }

    private static void Entry(ZipArchive archive, string name, byte[] content, CompressionLevel level)
    {
        using Stream entry = archive.CreateEntry(name, level).Open();
        entry.Write(content);
    }
}
