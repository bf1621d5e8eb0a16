using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>A run as the store keeps it.</summary>
public sealed record RunRecord
{
    /// <summary>Gets the run.</summary>
    public required RunId Id { get; init; }

    /// <summary>Gets the stored workflow; null when the definition came with the request.</summary>
    public WorkflowId? WorkflowId { get; init; }

    /// <summary>Gets the version of the stored workflow.</summary>
    public int? WorkflowVersion { get; init; }

    /// <summary>Gets the workflow's name, for lists.</summary>
    public string? WorkflowName { get; init; }

    /// <summary>Gets the status. A terminal one never changes.</summary>
    public RunStatus Status { get; init; }

    /// <summary>Gets when it was accepted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when its orchestration began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when it reached a terminal status.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Gets whether somebody asked to stop it.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Gets how it was asked to run.</summary>
    public RunOptions Options { get; init; } = new();

    /// <summary>Gets the frozen snapshot, JSON in the artifact store.</summary>
    public Digest Snapshot { get; init; }

    /// <summary>Gets how it ended; null until then.</summary>
    public RunSummary? Summary { get; init; }

    /// <summary>Gets the request that made it, for support.</summary>
    public string? RequestId { get; init; }

    /// <summary>Gets the hash of the request that made it, where its caller named it by a key: another request under the key then shows.</summary>
    public string? RequestHash { get; init; }

    /// <summary>Gets the number of its last event.</summary>
    public long LastSequence { get; init; }
}

/// <summary>Where a run is.</summary>
public enum RunStatus
{
    /// <summary>Accepted.</summary>
    Queued,

    /// <summary>Its orchestration works on it.</summary>
    Running,

    /// <summary>Every node asked for has its result.</summary>
    Succeeded,

    /// <summary>At least one node asked for has none.</summary>
    Failed,

    /// <summary>Stopped on request.</summary>
    Canceled,
}

/// <summary>What statuses mean.</summary>
public static class RunStatuses
{
    /// <summary>Says whether a status never changes any more.</summary>
    public static bool IsOver(this RunStatus status) => status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Canceled;
}

/// <summary>Where a node of a run is.</summary>
public enum NodeStatus
{
    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>Taken from an earlier result.</summary>
    Cached,

    /// <summary>A runner executes it.</summary>
    Running,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Its last attempt failed.</summary>
    Failed,

    /// <summary>Not run, because something it needs failed or the run was canceled.</summary>
    Skipped,
}

/// <summary>How a run ended, in figures.</summary>
/// <param name="Nodes">Nodes the outputs asked for needed.</param>
/// <param name="Cached">Of these, taken from earlier results.</param>
/// <param name="Succeeded">Executed with success.</param>
/// <param name="Failed">Failed.</param>
/// <param name="Skipped">Not run because of a failure or a cancel.</param>
/// <param name="Artifacts">Files for people, cached ones included.</param>
/// <param name="DurationMs">From start to end in milliseconds.</param>
/// <param name="Problems">The first failures, at most 50.</param>
public sealed record RunSummary(
    int Nodes, int Cached, int Succeeded, int Failed, int Skipped, int Artifacts, long DurationMs, ImmutableArray<RunProblem> Problems);

/// <summary>What changes in a run's record when events are appended. Null leaves a field.</summary>
public sealed record RunChange
{
    /// <summary>Gets the new status. Ignored, with all else of the change, once the status is terminal.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Gets the start.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets the end.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Gets the summary.</summary>
    public RunSummary? Summary { get; init; }

    /// <summary>Gets whether to note a cancel request.</summary>
    public bool? CancelRequested { get; init; }
}

/// <summary>An artifact as the store keeps it: what, from which node of which run, made of what.</summary>
public sealed record ArtifactRecord
{
    /// <summary>Gets the artifact.</summary>
    public required ArtifactId Id { get; init; }

    /// <summary>Gets the run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Gets the node.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary>Gets the file.</summary>
    public required ArtifactRef File { get; init; }

    /// <summary>Gets when it appeared in this run.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets what the node computed; equal keys are equal makings.</summary>
    public CacheKey? Key { get; init; }

    /// <summary>Gets the digests of the files it was made from.</summary>
    public ImmutableArray<Digest> MadeFrom { get; init; } = [];

    /// <summary>Gets whether it came from an earlier result.</summary>
    public bool Cached { get; init; }
}
