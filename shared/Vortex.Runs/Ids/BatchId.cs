using System.Text.Json.Serialization;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>A batch of a run: the run's id, a dot and the batch's number in the plan. Also the queue's message id.</summary>
[JsonConverter(typeof(StringIdConverter<BatchId>))]
public readonly record struct BatchId(string Value) : IStringId<BatchId>
{
    /// <inheritdoc />
    public static BatchId Of(string value) => new(value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
