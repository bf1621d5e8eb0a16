using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Where a node of a run is.</summary>
internal sealed record NodeView(string NodeId, NodeStatus Status)
{
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Gets the number of its last attempt, from 1; absent when it had none.</summary>
    public int? Attempt { get; init; }

    /// <summary>Gets how far it is, of <c>max</c>.</summary>
    public long? Value { get; init; }

    /// <summary>Gets what the value goes up to; absent when it reports nothing.</summary>
    public long? Max { get; init; }

    /// <summary>Gets why its last attempt failed.</summary>
    public ProblemView? Problem { get; init; }

    public static ImmutableArray<NodeView> Of(RunPicture picture) =>
    [
        .. picture.Nodes.Select(entry => new NodeView(entry.Key.Value, entry.Value.Status)
        {
            StartedAt = entry.Value.StartedAt,
            CompletedAt = entry.Value.CompletedAt,
            Attempt = entry.Value.Attempt == 0 ? null : entry.Value.Attempt,
            Value = entry.Value.Max == 0 ? null : entry.Value.Value,
            Max = entry.Value.Max == 0 ? null : entry.Value.Max,
            Problem = entry.Value.Problem is { } problem ? ProblemView.Of(problem) : null,
        }),
    ];
}
