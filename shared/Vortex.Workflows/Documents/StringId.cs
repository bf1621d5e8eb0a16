using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vortex.Workflows;

/// <summary>A name with a type of its own, so that a call cannot swap two of them. In JSON it is a plain string.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface IStringId<TSelf>
    where TSelf : struct, IStringId<TSelf>
{
    /// <summary>Gets the text.</summary>
    string Value { get; }

    /// <summary>Wraps a text without checking it.</summary>
    static abstract TSelf Of(string value);
}

/// <summary>Reads and writes an id as a JSON string, also as a property name.</summary>
public sealed class StringIdConverter<TId> : JsonConverter<TId>
    where TId : struct, IStringId<TId>
{
    /// <inheritdoc />
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TId.Of(reader.GetString() ?? throw new JsonException("An id must be a string."));

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    /// <inheritdoc />
    public override TId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TId.Of(reader.GetString()!);

    /// <inheritdoc />
    public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);
}
