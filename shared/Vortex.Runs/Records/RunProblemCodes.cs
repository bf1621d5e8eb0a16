using System.Collections.Immutable;

namespace Vortex.Runs;

/// <summary>The stable codes of what can be wrong with a run. Described in <c>docs/problems/run.md</c>.</summary>
public static class RunProblemCodes
{
    /// <summary>The request names neither or both of a stored workflow and a definition.</summary>
    public const string BadRequest = "run.bad_request";

    /// <summary>The stored workflow or its version does not exist.</summary>
    public const string WorkflowNotFound = "run.workflow_not_found";

    /// <summary>A node type is known but no runner of this build executes it.</summary>
    public const string TypeNotExecutable = "run.type_not_executable";

    /// <summary>An option is out of range.</summary>
    public const string BadOption = "run.bad_option";

    /// <summary>An output that was asked for is no node that runs.</summary>
    public const string UnknownOutput = "run.unknown_output";

    /// <summary>A node that was to be computed anew is no node that runs.</summary>
    public const string UnknownRefresh = "run.unknown_refresh";

    /// <summary>Nothing of the workflow shows or saves anything.</summary>
    public const string NoOutputs = "run.no_outputs";

    /// <summary>A node's own retry policy cannot be read.</summary>
    public const string BadRetry = "run.bad_retry";

    /// <summary>A file that an input names does not exist.</summary>
    public const string FileNotFound = "run.file_not_found";

    /// <summary>A model that an input names does not exist.</summary>
    public const string ModelNotFound = "run.model_not_found";

    /// <summary>The run is waiting or working in greater numbers than allowed.</summary>
    public const string TooManyRuns = "run.too_many_runs";

    /// <summary>Another request was made under the same request id.</summary>
    public const string RequestIdReused = "run.request_id_reused";

    /// <summary>The plan could not be made.</summary>
    public const string PlanFailed = "run.plan_failed";

    /// <summary>Batches could not be put on the queue.</summary>
    public const string DispatchFailed = "run.dispatch_failed";

    /// <summary>A batch was given up after too many deliveries.</summary>
    public const string BatchDead = "run.batch_dead";

    /// <summary>The run took longer than it may.</summary>
    public const string TimedOut = "run.timed_out";

    /// <summary>The orchestration of the run ended without finishing it.</summary>
    public const string OrchestrationFailed = "run.orchestration_failed";

    /// <summary>Gets all codes.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        BadRequest, WorkflowNotFound, TypeNotExecutable, BadOption, UnknownOutput, UnknownRefresh, NoOutputs, BadRetry, FileNotFound, ModelNotFound, TooManyRuns,
        RequestIdReused, PlanFailed, DispatchFailed, BatchDead, TimedOut, OrchestrationFailed,
    ];
}
