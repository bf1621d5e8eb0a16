using System.Text.Json.Serialization;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>A run. Sorts by creation time: <c>run_</c> and 26 characters of Crockford's base 32 (a ULID).</summary>
[JsonConverter(typeof(StringIdConverter<RunId>))]
public readonly record struct RunId(string Value) : IStringId<RunId>
{
    /// <inheritdoc />
    public static RunId Of(string value) => new(value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
