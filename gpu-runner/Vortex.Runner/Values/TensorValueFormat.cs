using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Vortex.Tensors;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>Values that are records with tensors in them: a header, the record as JSON, then the tensors' values.</summary>
/// <remarks>
/// Header: <c>VXTN</c>, version (1) and zero as uint16, the length of the JSON as int32, all little-endian. The JSON is
/// <c>{"shapes": [[…]], "value": …}</c>, where tensors are numbers that count the shapes. Then each tensor, float32, without gaps.
/// Sizes are checked against the length of the whole before memory is taken.
/// </remarks>
/// <typeparam name="T">The record.</typeparam>
/// <param name="name">The port type's name; in the media type in lower case.</param>
/// <param name="backend">What tensors are made with.</param>
/// <param name="describe">Describes a value in a few words.</param>
/// <param name="check">Says what is wrong with a value that was read; null when nothing is.</param>
/// <param name="tensors">The tensors of a value.</param>
internal sealed class TensorValueFormat<T>(
    string name, ITensorBackend backend, Func<T, string> describe, Func<T, string?> check, Func<T, IEnumerable<Tensor?>> tensors) : ValueFormat
    where T : class
{
    private const int HeaderLength = 12;
    private const int FormatVersion = 1;
    private const int MaxJsonLength = 16 << 20;
    private const int MaxTensors = 65_536;

    /// <inheritdoc />
    public override string MediaType { get; } = $"application/vnd.vortex.{name.ToLowerInvariant().Replace('_', '-')}";

    /// <inheritdoc />
    public override PortType Type { get; } = new(name);

    /// <inheritdoc />
    public override bool Holds(object value) => value is T;

    /// <inheritdoc />
    public override long SizeOf(object value) => 1024 + tensors((T)value).Sum(tensor => (tensor?.Count ?? 0) * sizeof(float));

    /// <inheritdoc />
    public override string Describe(object value) => describe((T)value);

    /// <inheritdoc />
    public override Stream Encode(object value)
    {
        (JsonSerializerOptions options, TensorJson written) = TensorJson.Writer();
        JsonElement record = JsonSerializer.SerializeToElement((T)value, options);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new { shapes = written.Written.Select(tensor => tensor.Shape.Span.ToArray()), value = record });
        MemoryStream result = new();
        Span<byte> header = stackalloc byte[HeaderLength];
        "VXTN"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], FormatVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], json.Length);
        result.Write(header);
        result.Write(json);
        foreach (Tensor tensor in written.Written)
        {
            float[] values = tensor.ToArray();
            Swap(values);
            result.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        result.Position = 0;
        return result;
    }

    /// <inheritdoc />
    public override async ValueTask<object> DecodeAsync(Stream content, long length, CancellationToken cancellationToken = default)
    {
        byte[] header = new byte[HeaderLength];
        await content.ReadExactlyAsync(header, cancellationToken);
        int jsonLength = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        if (!header.AsSpan().StartsWith("VXTN"u8) || BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(4)) != FormatVersion)
        {
            throw new InvalidDataException($"The stored value is not in the format {MediaType}.");
        }

        if (jsonLength is < 2 or > MaxJsonLength || jsonLength > length - HeaderLength)
        {
            throw new InvalidDataException($"The stored value of {length} bytes cannot have a description of {jsonLength}.");
        }

        byte[] json = new byte[jsonLength];
        await content.ReadExactlyAsync(json, cancellationToken);
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 72 });
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("shapes", out JsonElement shapes)
            || !document.RootElement.TryGetProperty("value", out JsonElement record))
        {
            throw new InvalidDataException("The stored value has no shapes, or no record.");
        }

        Shape[] known = Shapes(shapes, length - HeaderLength - jsonLength);
        List<Tensor> read = new(known.Length);
        foreach (Shape shape in known)
        {
            float[] values = new float[shape.Count];
            byte[] bytes = new byte[values.Length * sizeof(float)];
            await content.ReadExactlyAsync(bytes, cancellationToken);
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            Swap(values);
            read.Add(backend.From(values, shape).Detach());
        }

        return Value(record, read);
    }

    private T Value(JsonElement record, List<Tensor> read)
    {
        try
        {
            T value = record.Deserialize<T>(TensorJson.Reader(read)) ?? throw new InvalidDataException("The stored value is empty.");
            return check(value) is { } wrong ? throw new InvalidDataException(wrong) : value;
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or NullReferenceException or FormatException)
        {
            // What a record's own constructor or an unknown kind of recipe makes of hostile JSON.
            throw new InvalidDataException($"The stored value cannot be understood: {exception.Message}", exception);
        }
    }

    private static Shape[] Shapes(JsonElement shapes, long bytes)
    {
        if (shapes.ValueKind != JsonValueKind.Array || shapes.GetArrayLength() > MaxTensors)
        {
            throw new InvalidDataException("The stored value has no list of shapes, or one that is too long.");
        }

        List<Shape> known = [];
        UInt128 total = 0;
        foreach (JsonElement shape in shapes.EnumerateArray())
        {
            int[] sizes = shape.Deserialize<int[]>() ?? throw new InvalidDataException("A shape is empty.");
            UInt128 count = 1;
            foreach (int size in sizes)
            {
                // At most eight factors below 2^31 would not fit; the running check keeps it below the length.
                count = size < 0 ? throw new InvalidDataException("A size is negative.") : count * (uint)size;
                if (count > (UInt128)Array.MaxLength / sizeof(float))
                {
                    throw new InvalidDataException("A tensor is too large.");
                }
            }

            total += count * sizeof(float);
            known.Add(sizes.Length <= 8 ? new Shape(sizes) : throw new InvalidDataException("A tensor has too many dimensions."));
        }

        return total == (UInt128)bytes ? [.. known] : throw new InvalidDataException($"{bytes} bytes do not hold tensors of {total}.");
    }

    private static void Swap(float[] values)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
