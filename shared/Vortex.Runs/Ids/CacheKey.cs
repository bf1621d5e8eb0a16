using System.Text.Json.Serialization;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>What a node will compute: lower-case hex SHA-256 over its type, parameters and upstream keys.</summary>
[JsonConverter(typeof(StringIdConverter<CacheKey>))]
public readonly record struct CacheKey(string Value) : IStringId<CacheKey>
{
    /// <inheritdoc />
    public static CacheKey Of(string value) => new(value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
