using System.Text.Json.Serialization;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Content by its SHA-256, 64 lower-case hex characters.</summary>
[JsonConverter(typeof(StringIdConverter<Digest>))]
public readonly record struct Digest(string Value) : IStringId<Digest>
{
    /// <inheritdoc />
    public static Digest Of(string value) => new(value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
