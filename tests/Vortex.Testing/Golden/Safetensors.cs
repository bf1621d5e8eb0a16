using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Testing.Golden;

/// <summary>A safetensors file: 8 bytes header length (little-endian), a JSON header, raw little-endian data.</summary>
/// <remarks>The whole file is read at once; golden files are small.</remarks>
public sealed class Safetensors
{
    private readonly ImmutableDictionary<string, GoldenTensor> _tensors;

    private Safetensors(string path, ImmutableDictionary<string, GoldenTensor> tensors) => (Path, _tensors) = (path, tensors);

    /// <summary>Gets where the file lies.</summary>
    public string Path { get; }

    /// <summary>Gets the names of all tensors.</summary>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>Returns the tensor of that name.</summary>
    /// <exception cref="KeyNotFoundException">The file has no such tensor; the message names both.</exception>
    public GoldenTensor this[string name] => _tensors.TryGetValue(name, out GoldenTensor? tensor)
        ? tensor
        : throw new KeyNotFoundException($"{Path} has no tensor '{name}'.");

    /// <summary>Says whether there is a tensor of that name.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">It is no safetensors file, or a tensor's place and shape disagree.</exception>
    public static Safetensors Read(string path) => Parse(path, File.ReadAllBytes(path));

    /// <summary>Reads the content of a file that is in memory already; the path is for messages.</summary>
    /// <exception cref="InvalidDataException">It is no safetensors file, or a tensor's place and shape disagree.</exception>
    public static Safetensors Parse(string path, byte[] file)
    {
        if (file.Length < 8)
        {
            throw new InvalidDataException($"{path} is too short for a header.");
        }

        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (headerLength > (ulong)(file.Length - 8))
        {
            throw new InvalidDataException($"{path} names a header of {headerLength} bytes and has {file.Length}.");
        }

        ReadOnlyMemory<byte> data = file.AsMemory(8 + (int)headerLength);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, (int)headerLength));
        ImmutableDictionary<string, GoldenTensor>.Builder tensors = ImmutableDictionary.CreateBuilder<string, GoldenTensor>(StringComparer.Ordinal);
        foreach (JsonProperty entry in header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            tensors.Add(entry.Name, Tensor(path, entry, data));
        }

        return new(path, tensors.ToImmutable());
    }

    private static GoldenTensor Tensor(string path, JsonProperty entry, ReadOnlyMemory<byte> data)
    {
        string dtype = entry.Value.GetProperty("dtype").GetString() ?? "";
        int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        JsonElement offsets = entry.Value.GetProperty("data_offsets");
        (long begin, long end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        long expected = shape.Aggregate(GoldenTensor.SizeOf(dtype), (long product, int size) => checked(product * size));
        if (begin < 0 || end > data.Length || end - begin != expected)
        {
            throw new InvalidDataException($"{path}: '{entry.Name}' lies at {begin}..{end}; its shape takes {expected} bytes.");
        }

        return new(entry.Name, dtype, shape, data[(int)begin..(int)end]);
    }
}
