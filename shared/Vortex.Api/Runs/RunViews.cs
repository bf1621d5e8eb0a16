using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>The answer to a new run.</summary>
/// <param name="RunId">The run. It survives anything from now on.</param>
/// <param name="Status">Always <c>queued</c>.</param>
/// <param name="RequestId">The request's id.</param>
internal sealed record RunCreated(string RunId, RunStatus Status, string RequestId)
{
    /// <summary>Gets what an import of the definition, or its check, warns of.</summary>
    public ImmutableArray<ProblemView>? Warnings { get; init; }
}

/// <summary>The answer to a check without a run.</summary>
/// <param name="Valid">Whether the same request would have made a run.</param>
/// <param name="Problems">All that is wrong, and all warnings.</param>
/// <param name="RequestId">The request's id.</param>
internal sealed record RunChecked(bool Valid, ImmutableArray<ProblemView> Problems, string RequestId);

/// <summary>The answer to a cancel request.</summary>
internal sealed record RunCancelAnswer(string RunId, string Status, string RequestId);

/// <summary>A run.</summary>
internal sealed record RunView
{
    public required string RunId { get; init; }

    /// <summary>Gets the stored workflow; null when the definition came with the request.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? WorkflowId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? WorkflowVersion { get; init; }

    public string? WorkflowName { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>Gets whether somebody asked to stop it.</summary>
    public bool? CancelRequested { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public required RunOptionsBody Options { get; init; }

    /// <summary>Gets how it ended; absent until then.</summary>
    public RunSummary? Summary { get; init; }

    /// <summary>Gets its place among the runs with waiting batches, from 1; absent when it does not wait.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>Gets why it waits for a runner; absent when it does not, and when runners are there and it waits for its turn.</summary>
    public CapacityView? WaitsFor { get; init; }

    /// <summary>Gets the number of its last event.</summary>
    public required long LastSeq { get; init; }

    /// <summary>Gets where its nodes are; only with <c>include=nodes</c>.</summary>
    public ImmutableArray<NodeView>? Nodes { get; init; }

    /// <summary>Gets the request's id; absent in lists.</summary>
    public string? RequestId { get; init; }

    public static RunView Of(RunRecord run) => new()
    {
        RunId = run.Id.Value,
        WorkflowId = run.WorkflowId?.Value,
        WorkflowVersion = run.WorkflowVersion,
        WorkflowName = run.WorkflowName,
        Status = run.Status,
        CancelRequested = run.CancelRequested ? true : null,
        CreatedAt = run.CreatedAt,
        StartedAt = run.StartedAt,
        CompletedAt = run.CompletedAt,
        Options = RunOptionsBody.Of(run.Options),
        Summary = run.Summary,
        LastSeq = run.LastSequence,
    };
}

/// <summary>Why there is no runner yet.</summary>
/// <param name="Code">The reason, one of those in docs/events.md.</param>
/// <param name="Reason">The reason as a sentence.</param>
/// <param name="Coming">Whether one is known to be on its way.</param>
internal sealed record CapacityView(string Code, string Reason, bool Coming)
{
    /// <summary>Gets since when the run waits.</summary>
    public DateTimeOffset? Since { get; init; }

    public static CapacityView? Of(CapacityState? state) =>
        state is null ? null : new CapacityView(state.Code, state.Reason, state.Status == CapacityStatus.Coming) { Since = state.Since };
}

/// <summary>Something wrong with a workflow, or worth knowing about it.</summary>
internal sealed record ProblemView(string Code, string Message)
{
    public ProblemSeverity Severity { get; init; } = ProblemSeverity.Error;

    /// <summary>Gets the node; inside subgraphs the path of instance ids joined by colons.</summary>
    public string? Node { get; init; }

    public string? Port { get; init; }

    /// <summary>Gets the place in the definition's text.</summary>
    public TextPosition? Position { get; init; }

    public static ProblemView Of(WorkflowProblem problem) => new(problem.Code, problem.Message)
    {
        Severity = problem.Severity,
        Node = problem.Node?.Value,
        Port = problem.Port,
        Position = problem.Position,
    };

    public static ProblemView Of(RunProblem problem) => new(problem.Code, problem.Message)
    {
        Node = problem.Node?.Value,
        Port = problem.Port,
    };

    /// <summary>Makes an error that carries problems; the first error is in the sentence, all of them in the details.</summary>
    public static ApiError Error(ApiErrorCode code, IReadOnlyCollection<ProblemView> problems)
    {
        ProblemView[] errors = [.. problems.Where(problem => problem.Severity == ProblemSeverity.Error)];
        return new ApiError(code)
            .With("count", errors.Length)
            .With("first", errors.FirstOrDefault()?.Message ?? "")
            .WithDetail("problems", problems);
    }
}
