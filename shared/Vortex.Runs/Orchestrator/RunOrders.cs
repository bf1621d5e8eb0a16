using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>What the run orchestration begins with.</summary>
public sealed record RunOrder
{
    /// <summary>Gets the run; also the instance's name.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Gets the frozen snapshot.</summary>
    public required Digest Snapshot { get; init; }

    /// <summary>Gets the run's priority.</summary>
    public int Priority { get; init; }

    /// <summary>Gets how earlier results are treated.</summary>
    public CachePolicy CachePolicy { get; init; }

    /// <summary>Gets how transient failures are tried again, unless a node says otherwise.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>Gets whether a batch that ran out of memory is sent once more, to a larger runner.</summary>
    public bool RetryOutOfMemory { get; init; }

    /// <summary>Gets how long the run may take; null for no bound.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Gets how long leased batches have to answer after a cancel.</summary>
    public TimeSpan CancelTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the W3C trace parent of the request.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Gets where the orchestration was when it began anew; null at first.</summary>
    public RunProgress? Progress { get; init; }
}

/// <summary>Where a run's orchestration is between two beginnings. Batches are told by position.</summary>
public sealed record RunProgress
{
    /// <summary>Gets the plan in short.</summary>
    public required PlanSummary Plan { get; init; }

    /// <summary>Gets the state of each batch.</summary>
    public required ImmutableArray<BatchState> Batches { get; init; }

    /// <summary>Gets the sum over the answers so far.</summary>
    public required RunFigures Figures { get; init; }

    /// <summary>Gets the first failures.</summary>
    public ImmutableArray<RunProblem> Problems { get; init; } = [];

    /// <summary>Gets when the run is given up; null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Gets why nothing is dispatched any more; null while something is.</summary>
    public StopReason? Stopping { get; init; }

    /// <summary>Gets when answers are no longer waited for.</summary>
    public DateTimeOffset? StopDeadline { get; init; }
}

/// <summary>Why a run stops before everything is done.</summary>
public enum StopReason
{
    /// <summary>Somebody asked.</summary>
    Canceled,

    /// <summary>It took too long.</summary>
    TimedOut,
}

/// <summary>A plan in short: what the orchestration needs to decide, small enough for its history.</summary>
public sealed record PlanSummary
{
    /// <summary>Gets the plan in the artifact store.</summary>
    public required Digest Plan { get; init; }

    /// <summary>Gets the number of nodes of each batch.</summary>
    public ImmutableArray<int> Sizes { get; init; } = [];

    /// <summary>Gets, for each batch, the earlier batches it depends on: bit N of byte N/8 for batch N, in base 64.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>Gets how many nodes the outputs asked for need.</summary>
    public int Nodes { get; init; }

    /// <summary>Gets how many of these earlier results serve.</summary>
    public int Cached { get; init; }

    /// <summary>Gets whether nodes have retry policies of their own.</summary>
    public bool HasRetries { get; init; }

    /// <summary>Gets whether the run had ended before it was planned.</summary>
    public bool HasEnded { get; init; }
}

/// <summary>Sums over nodes.</summary>
public sealed record RunFigures(int Cached = 0, int Succeeded = 0, int Failed = 0, int Skipped = 0);

/// <summary>Where a batch is.</summary>
/// <param name="Phase">Waiting, at work, or how it ended.</param>
/// <param name="Dispatch">How often it was sent.</param>
/// <param name="DueAt">When it is sent again.</param>
/// <param name="Larger">Whether it goes to a larger runner.</param>
public sealed record BatchState(BatchPhase Phase = BatchPhase.Waiting, int Dispatch = 0, DateTimeOffset? DueAt = null, bool Larger = false);

/// <summary>The ways of a batch.</summary>
public enum BatchPhase
{
    /// <summary>Waits for others, or for its next attempt.</summary>
    Waiting,

    /// <summary>Sent, and not yet answered.</summary>
    Dispatched,

    /// <summary>Every node has its result.</summary>
    Succeeded,

    /// <summary>At least one node failed for good.</summary>
    Failed,

    /// <summary>Nothing in it could run, because of failures before it.</summary>
    Skipped,

    /// <summary>Stopped.</summary>
    Canceled,
}

/// <summary>Input of <c>plan-run</c>.</summary>
public sealed record PlanRunInput(RunId RunId, Digest Snapshot);

/// <summary>Input of <c>dispatch-batches</c>.</summary>
public sealed record DispatchInput(
    RunId RunId, Digest Plan, ImmutableArray<BatchOrder> Batches, int Priority, CachePolicy CachePolicy, string? TraceParent);

/// <summary>A batch to send.</summary>
/// <param name="Index">Its position in the plan.</param>
/// <param name="Dispatch">The number of the sending, from 1.</param>
/// <param name="Larger">Whether it needs a larger runner than planned.</param>
/// <param name="Check">Whether a batch before it failed, so that perhaps nothing in it can run.</param>
public sealed record BatchOrder(int Index, int Dispatch, bool Larger = false, bool Check = false);

/// <summary>Output of <c>dispatch-batches</c>: batches that were not sent because nothing in them can run.</summary>
public sealed record DispatchResult(ImmutableArray<int> Skipped);

/// <summary>Input of <c>cancel-batches</c>; the output is the positions of batches that nobody had begun.</summary>
public sealed record CancelInput(RunId RunId);

/// <summary>Input of <c>read-retries</c>; the output is the policies of those nodes that have their own.</summary>
public sealed record ReadRetriesInput(Digest Plan, ImmutableArray<NodeId> Nodes);

/// <summary>Input of <c>finish-run</c>.</summary>
public sealed record FinishInput(RunId RunId, RunStatus Status, int Nodes, RunFigures Figures, ImmutableArray<RunProblem> Problems);

/// <summary>The payload of the event <c>cancel</c>.</summary>
public sealed record CancelRequest(string? RequestId = null);
