using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Accepts runs and steers them.</summary>
internal interface IRunDesk
{
    /// <summary>Makes a run, durable once this returns, or says why not.</summary>
    ValueTask<RunReceipt> SubmitAsync(WorkspaceId workspace, RunOrder order, CancellationToken cancellationToken = default);

    /// <summary>Finds what <see cref="SubmitAsync"/> would find wrong, and makes nothing.</summary>
    ValueTask<ImmutableArray<ProblemView>> CheckAsync(WorkspaceId workspace, RunOrder order, CancellationToken cancellationToken = default);

    /// <summary>Asks a run to stop; returns it as it is then, or null when there is none.</summary>
    ValueTask<RunRecord?> CancelAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default);

    /// <summary>Reads where each node of a run is.</summary>
    ValueTask<ImmutableArray<NodeView>> NodesAsync(WorkspaceId workspace, RunRecord run, CancellationToken cancellationToken = default);
}

/// <summary>A request for a run, its document read.</summary>
internal sealed record RunOrder(WorkflowDocument Document, IReadOnlyDictionary<string, JsonElement> Inputs, RunOptions Options, string RequestId)
{
    public WorkflowId? WorkflowId { get; init; }

    public int? WorkflowVersion { get; init; }

    /// <summary>Gets the run's id where the caller's idempotency key decides it.</summary>
    public RunId? Id { get; init; }

    /// <summary>Gets the hash of what was asked, kept with the run, so that another request under the same key shows.</summary>
    public string? RequestHash { get; init; }
}

/// <summary>A run, or what keeps it from being one.</summary>
internal sealed record RunReceipt(RunRecord? Run, ImmutableArray<ProblemView> Problems);

/// <summary>Where a node of a run is.</summary>
internal sealed record NodeView(string NodeId, NodeStatus Status)
{
    public string? Type { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Gets how far it is, 0 to 1.</summary>
    public double? Progress { get; init; }

    public int? Attempt { get; init; }

    /// <summary>Gets why it failed.</summary>
    public ProblemView? Problem { get; init; }
}
