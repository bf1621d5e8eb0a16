using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>The run orchestration and its activities, as the platform finds them. A new version is a further function; the old ones stay until no instance of them runs.</summary>
internal sealed class RunFunctions(OrchestrationHost host)
{
    [Function("run-v1")]
    public Task<JsonElement> RunV1([OrchestrationTrigger] TaskOrchestrationContext context) => host.RunAsync(RunOrchestrator.Name, 1, context);

    [Function(RunActivities.PlanRun)]
    public Task<ActivityAnswer> PlanAsync([ActivityTrigger] DurableInput order, CancellationToken cancellationToken) => host.CallAsync(RunActivities.PlanRun, order, cancellationToken);

    [Function(RunActivities.DispatchBatches)]
    public Task<ActivityAnswer> DispatchAsync([ActivityTrigger] DurableInput order, CancellationToken cancellationToken) => host.CallAsync(RunActivities.DispatchBatches, order, cancellationToken);

    [Function(RunActivities.CancelBatches)]
    public Task<ActivityAnswer> CancelAsync([ActivityTrigger] DurableInput order, CancellationToken cancellationToken) => host.CallAsync(RunActivities.CancelBatches, order, cancellationToken);

    [Function(RunActivities.ReadRetries)]
    public Task<ActivityAnswer> ReadRetriesAsync([ActivityTrigger] DurableInput order, CancellationToken cancellationToken) => host.CallAsync(RunActivities.ReadRetries, order, cancellationToken);

    [Function(RunActivities.FinishRun)]
    public Task<ActivityAnswer> FinishAsync([ActivityTrigger] DurableInput order, CancellationToken cancellationToken) => host.CallAsync(RunActivities.FinishRun, order, cancellationToken);

    [Function(DurableContext.NewestVersion)]
    public Task<ActivityAnswer> NewestVersionAsync([ActivityTrigger] DurableInput order, CancellationToken cancellationToken) => host.CallAsync(DurableContext.NewestVersion, order, cancellationToken);
}
