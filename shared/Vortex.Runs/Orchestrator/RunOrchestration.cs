using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Makes runs known to an orchestration engine.</summary>
public static class RunOrchestration
{
    /// <summary>Adds the run orchestrator and its activities.</summary>
    public static OrchestrationRegistry RegisterRuns(this OrchestrationRegistry registry, RunActivities activities) => registry
        .AddOrchestrator(RunOrchestrator.Name, RunOrchestrator.Version, RunOrchestrator.RunAsync)
        .AddActivity<PlanRunInput, PlanSummary>(RunActivities.PlanRun, activities.PlanAsync)
        .AddActivity<DispatchInput, DispatchResult>(RunActivities.DispatchBatches, activities.DispatchAsync)
        .AddActivity<CancelInput, ImmutableArray<int>>(RunActivities.CancelBatches, activities.CancelAsync)
        .AddActivity<ReadRetriesInput, Dictionary<NodeId, RetryPolicy>>(RunActivities.ReadRetries, activities.ReadRetriesAsync)
        .AddActivity<FinishInput, bool>(RunActivities.FinishRun, activities.FinishAsync);

    /// <summary>Returns the orchestration of a run.</summary>
    public static OrchestrationId Of(WorkspaceId workspace, RunId run) => new(workspace, run.Value);
}
