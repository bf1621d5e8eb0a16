using System.Text.Json;
using System.Text.Json.Serialization;
using Vortex.Tensors;

namespace Vortex.Runner;

/// <summary>Writes values that hold tensors as JSON in which each tensor is a number: its place in a list beside the JSON.</summary>
internal sealed class TensorJson : JsonConverter<Tensor>
{
    private readonly IReadOnlyList<Tensor>? _known;

    private TensorJson(IReadOnlyList<Tensor>? known) => _known = known;

    public List<Tensor> Written { get; } = [];

    /// <summary>Returns what writes; the tensors are in <see cref="Written"/> afterwards.</summary>
    public static (JsonSerializerOptions Options, TensorJson Tensors) Writer()
    {
        TensorJson converter = new(null);
        return (Options(converter), converter);
    }

    /// <summary>Returns what reads values whose tensors are known.</summary>
    public static JsonSerializerOptions Reader(IReadOnlyList<Tensor> tensors) => Options(new TensorJson(tensors));

    public override Tensor Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        int index = reader.GetInt32();
        return _known is not null && index >= 0 && index < _known.Count ? _known[index] : throw new JsonException($"There is no tensor {index}.");
    }

    public override void Write(Utf8JsonWriter writer, Tensor value, JsonSerializerOptions options)
    {
        // A tensor that several entries share, such as the hint of a control network, is written once.
        int index = Written.FindIndex(tensor => ReferenceEquals(tensor, value));
        if (index < 0)
        {
            index = Written.Count;
            Written.Add(value);
        }

        writer.WriteNumberValue(index);
    }

    public override bool CanConvert(Type typeToConvert) => typeof(Tensor).IsAssignableFrom(typeToConvert);

    private static JsonSerializerOptions Options(TensorJson converter) => new(JsonSerializerDefaults.Web)
    {
        Converters = { converter },
        IgnoreReadOnlyProperties = true,
        MaxDepth = 64,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}
