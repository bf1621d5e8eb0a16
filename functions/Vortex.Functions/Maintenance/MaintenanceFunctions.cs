using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Repairs what processes left behind that died between two steps, answers for batches that were put aside, and forgets old histories.</summary>
internal sealed class MaintenanceFunctions(IEnumerable<Sweep> sweeps, CapacityKeeper capacity, DurableClients clients, IOptions<MaintenanceOptions> options, TimeProvider time, ILogger<MaintenanceFunctions> log)
{
    private static readonly OrchestrationRuntimeStatus[] s_over = [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>Runs every sweep, whatever became of the one before.</summary>
    /// <exception cref="AggregateException">Some failed. Each was logged; the platform counts the call as failed, and the next minute tries again.</exception>
    [Function("repair")]
    public async Task RepairAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (timer.IsPastDue)
        {
            log.RepairLate();
        }

        List<Exception> failures = [];
        using (clients.Use(client))
        {
            foreach (Sweep sweep in sweeps)
            {
                try
                {
                    await sweep.RunAsync(cancellationToken);
                }
#pragma warning disable CA1031 // What keeps one sweep from its work must not keep the others from theirs.
                catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    log.SweepFailed(sweep.Name, failure);
                    failures.Add(failure);
                }
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    [Function("capacity")]
    public async Task AskForRunnersAsync([TimerTrigger("30 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        if (timer.IsPastDue)
        {
            log.CapacityLate();
        }

        await capacity.KeepAsync(cancellationToken);
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
