using System.Text.Json.Serialization;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>An artifact of a run: <c>art_</c> and a hash of run, node and position, so that a repeated node names the same artifact.</summary>
[JsonConverter(typeof(StringIdConverter<ArtifactId>))]
public readonly record struct ArtifactId(string Value) : IStringId<ArtifactId>
{
    /// <inheritdoc />
    public static ArtifactId Of(string value) => new(value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
