using System.Text.Json.Serialization;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Content by its SHA-256, 64 lower-case hex characters.</summary>
[JsonConverter(typeof(StringIdConverter<Digest>))]
public readonly record struct Digest(string Value) : IStringId<Digest>
{
    /// <inheritdoc />
    public static Digest Of(string value) => new(value);

    /// <summary>Says whether this is a digest at all and not some other text that came from outside.</summary>
    public bool IsWellFormed() => Value is { Length: 64 } && Value.All(character => character is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    /// <inheritdoc />
    public override string ToString() => Value;
}
