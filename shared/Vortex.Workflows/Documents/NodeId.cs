using System.Text.Json.Serialization;

namespace Vortex.Workflows;

/// <summary>The name of a node, unique within its graph. Compared ordinally.</summary>
/// <param name="Value">1 to 256 characters; any text without control characters.</param>
[JsonConverter(typeof(StringIdConverter<NodeId>))]
public readonly record struct NodeId(string Value) : IStringId<NodeId>, IComparable<NodeId>
{
    /// <summary>The pseudo node whose outputs are a subgraph's inputs.</summary>
    public static NodeId SubgraphInput { get; } = new("$in");

    /// <summary>The pseudo node whose inputs are a subgraph's outputs.</summary>
    public static NodeId SubgraphOutput { get; } = new("$out");

    /// <inheritdoc />
    public static NodeId Of(string value) => new(value);

    /// <inheritdoc />
    public int CompareTo(NodeId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
