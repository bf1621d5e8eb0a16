using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Repairs what processes left behind that died between two steps, answers for batches that were put aside, and forgets old histories.</summary>
internal sealed class MaintenanceFunctions(RunSweeper sweeper, DurableClients clients, IOptions<MaintenanceOptions> options, TimeProvider time, ILogger<MaintenanceFunctions> log)
{
    private static readonly OrchestrationRuntimeStatus[] s_over = [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    [Function("repair")]
    public async Task RepairAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (timer.IsPastDue)
        {
            log.RepairLate();
        }

        using (clients.Use(client))
        {
            await sweeper.SweepAsync(cancellationToken);
        }
    }

    /// <remarks>Documents have a time to live of their own; only the histories of the durable backend are removed here.</remarks>
    [Function("retention")]
    public async Task ForgetAsync([TimerTrigger("0 17 3 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        DateTimeOffset old = time.GetUtcNow() - options.Value.HistoryRetention;
        PurgeResult purged = await client.PurgeAllInstancesAsync(new PurgeInstancesFilter(CreatedTo: old, Statuses: s_over), new PurgeInstanceOptions(Recursive: true), cancellationToken);
        log.Forgotten(purged.PurgedInstanceCount, old);
    }
}
