using System.Text.Json;
using Vortex.Tensors;

namespace Vortex.Diffusion.Files;

/// <summary>The JSON header of a safetensors file, read in one pass without building a document, and checked before anything trusts it.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The most bytes a header may have, as in the reference implementation.</summary>
    public const int MaxLength = 100_000_000;

    private const int MaxRank = 16;

    // Real files hold some thousands; each entry costs more memory than its text.
    private const int MaxTensors = 200_000;

    private readonly string _file;

    private SafetensorsHeader(string file) => _file = file;

    /// <summary>Gets the tensors.</summary>
    public Dictionary<string, TensorInfo> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets where each tensor's bytes lie behind the header.</summary>
    public Dictionary<string, (long Begin, long End)> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the texts of <c>__metadata__</c>.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">The bytes behind it.</param>
    /// <param name="file">What the file is called in messages.</param>
    /// <exception cref="DiffusionException">It is damaged or names a number format that is not read.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string file)
    {
        SafetensorsHeader header = new(file);
        try
        {
            header.Read(json);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException)
        {
            throw ModelFileErrors.Damaged(file, "its header is not valid JSON of the expected form");
        }

        header.CheckPlaces(dataLength);
        return header;
    }

    private void Read(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 8 });
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (name == "__metadata__")
            {
                ReadMetadata(ref reader);
            }
            else
            {
                ReadTensor(ref reader, name);
            }
        }

        if (reader.Read())
        {
            throw new JsonException();
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String);
            Metadata[key] = reader.GetString()!;
        }
    }

    private void ReadTensor(ref Utf8JsonReader reader, string name)
    {
        (string? type, Shape? shape, (long Begin, long End)? place) = (null, null, null);
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype"u8))
            {
                Expect(ref reader, JsonTokenType.String);
                type = reader.GetString();
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                shape = ReadShape(ref reader, name);
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                place = ReadPlace(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        if (type is null || shape is not { } sizes || place is not { } at)
        {
            throw Damaged($"the entry of '{Short(name)}' is incomplete");
        }

        if (!SafetensorsTypes.TryParse(type, out DType known))
        {
            // Sub-byte and exponent-only formats exist in the specification; anything else is an accident.
            throw type.StartsWith('F') ? ModelFileErrors.Unsupported(_file, $"'{Short(name)}' is stored as {Short(type)}") : Damaged($"'{Short(name)}' has the unknown number format {Short(type)}");
        }

        if (!Tensors.TryAdd(name, new TensorInfo(name, known, sizes)))
        {
            throw Damaged($"'{Short(name)}' is listed twice");
        }

        if (Tensors.Count > MaxTensors)
        {
            throw Damaged($"it lists more than {MaxTensors:N0} tensors");
        }

        if (at.Begin < 0 || at.End < at.Begin || at.End - at.Begin != sizes.Count * known.Size())
        {
            throw Damaged($"'{Short(name)}' has {at.End - at.Begin:N0} bytes where {known} {sizes} takes {sizes.Count * known.Size():N0}");
        }

        Places.Add(name, at);
    }

    private Shape ReadShape(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.StartArray);
        List<int> sizes = [];
        // Zeros are left out of the product, so that no order of the sizes can overflow.
        Int128 count = 1;
        while (Next(ref reader) == JsonTokenType.Number)
        {
            long size = reader.TryGetInt64(out long read) ? read : -1;
            count *= Math.Max(size, 1);
            if (size is < 0 or > int.MaxValue || count > 1L << 48 || sizes.Count == MaxRank)
            {
                throw Damaged($"the shape of '{Short(name)}' is impossible");
            }

            sizes.Add((int)size);
        }

        return reader.TokenType == JsonTokenType.EndArray ? new Shape(sizes.ToArray()) : throw new JsonException();
    }

    private static (long Begin, long End) ReadPlace(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray);
        Expect(ref reader, JsonTokenType.Number);
        long begin = reader.GetInt64();
        Expect(ref reader, JsonTokenType.Number);
        long end = reader.GetInt64();
        Expect(ref reader, JsonTokenType.EndArray);
        return (begin, end);
    }

    // Every byte belongs to exactly one tensor: what is left over or shared could be anything, and a cut file shows here.
    private void CheckPlaces(long dataLength)
    {
        KeyValuePair<string, (long Begin, long End)>[] places = [.. Places];
        Array.Sort(places, (a, b) => a.Value.CompareTo(b.Value));
        long end = 0;
        foreach ((string name, (long Begin, long End) place) in places)
        {
            if (place.End > dataLength)
            {
                throw Damaged($"'{Short(name)}' ends at byte {place.End:N0}, but there are only {dataLength:N0}; the file is cut short");
            }

            if (place.Begin != end)
            {
                throw Damaged($"'{Short(name)}' {(place.Begin < end ? "overlaps the tensor before it" : "leaves a gap behind the tensor before it")}");
            }

            end = place.End;
        }

        if (end != dataLength)
        {
            throw Damaged($"{dataLength - end:N0} bytes at its end belong to no tensor");
        }
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : throw new JsonException();

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (Next(ref reader) != type)
        {
            throw new JsonException();
        }
    }

    private static string Short(string name) => name.Length <= 100 ? name : name[..100] + "…";

    private DiffusionException Damaged(string what) => ModelFileErrors.Damaged(_file, what);
}
