using System.Text.Json.Serialization;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>A stored workflow: <c>wf_</c> and a ULID.</summary>
[JsonConverter(typeof(StringIdConverter<WorkflowId>))]
public readonly record struct WorkflowId(string Value) : IStringId<WorkflowId>
{
    /// <inheritdoc />
    public static WorkflowId Of(string value) => new(value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
