using Microsoft.Extensions.Logging;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Repairs what processes left behind that died at the wrong moment. Hosts call it when they start and every now and then.</summary>
/// <remarks>Everything it does may be done twice, and by several hosts at once.</remarks>
public sealed class RunSweeper(
    IRunStore runs, IBatchQueue queue, IBatchResults results, IOrchestrationClient orchestrations, RunService service,
    RunServiceOptions options, TimeProvider time, ILogger<RunSweeper> logger)
{
    private const int MaxRuns = 10_000;
    private const int MaxDead = 100;

    /// <summary>Starts runs that have no orchestration, passes on wishes to cancel, ends runs whose orchestration is over, and answers for dead batches.</summary>
    public async ValueTask SweepAsync(CancellationToken cancellationToken = default)
    {
        await AnswerForDeadAsync(cancellationToken);
        foreach ((WorkspaceId workspace, RunId run) in await runs.FindUnfinishedAsync(MaxRuns, cancellationToken))
        {
            try
            {
                await LookAfterAsync(workspace, run, cancellationToken);
            }
            // One run that cannot be repaired must not keep the others from it.
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                logger.SweepFailed(exception, run.Value);
            }
        }
    }

    private async ValueTask AnswerForDeadAsync(CancellationToken cancellationToken)
    {
        while (await queue.FindDeadAsync(MaxDead, cancellationToken) is { Count: > 0 } dead)
        {
            foreach (DeadBatch one in dead)
            {
                RunProblem problem = new(RunProblemCodes.BatchDead, $"Its batch was given up after {one.Attempts} deliveries. Look at what the node asks of its runner, mostly memory, and run it again.") { Detail = one.Reason };
                await results.ReportAsync(
                    new BatchOutcome
                    {
                        BatchId = one.Batch.BatchId,
                        Workspace = one.Batch.Workspace,
                        RunId = one.Batch.RunId,
                        Dispatch = one.Batch.Dispatch,
                        Attempt = one.Attempts,
                        RunnerId = "",
                        Status = BatchStatus.Failed,
                        Failed = 1,
                        Problems = [problem],
                    },
                    cancellationToken);
                // Told first, forgotten then: a process that dies between tells it twice, which changes nothing.
                await queue.ForgetDeadAsync(one, cancellationToken);
                logger.BatchDead(one.Batch.BatchId.Value, one.Attempts);
            }
        }
    }

    private async ValueTask LookAfterAsync(WorkspaceId workspace, RunId id, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(workspace, id, cancellationToken) is not { } run || run.Status.IsOver())
        {
            return;
        }

        OrchestrationId instance = RunOrchestration.Of(workspace, id);
        OrchestrationState? state = await orchestrations.FindAsync(instance, cancellationToken);
        if (state is null)
        {
            if (run.CreatedAt + options.SweepAfter <= time.GetUtcNow() && await service.StartAsync(workspace, run, null, cancellationToken))
            {
                logger.StartedLate(id.Value);
            }
        }
        else if (state.Status != OrchestrationStatus.Running)
        {
            await EndAsync(workspace, id, state, cancellationToken);
            return;
        }

        if (run.CancelRequested)
        {
            await orchestrations.RaiseEventAsync(instance, RunOrchestrator.Cancel, new CancelRequest(run.RequestId), cancellationToken);
        }
    }

    /// <summary>Ends a run whose orchestration is over and, looked at once more, did not end it.</summary>
    private async ValueTask EndAsync(WorkspaceId workspace, RunId id, OrchestrationState state, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(workspace, id, cancellationToken) is not { } run || run.Status.IsOver())
        {
            return;
        }

        await queue.CancelAsync(workspace, id, cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        RunProblem problem = new(RunProblemCodes.OrchestrationFailed, "The run's orchestration ended before the run did. Run it again; if that happens twice, report it with the run's id.") { Detail = state.Error };
        RunSummary summary = new(0, 0, 0, 0, 0, 0, (long)(now - (run.StartedAt ?? run.CreatedAt)).TotalMilliseconds, [problem]);
        CommitResult result = await runs.CommitAsync(
            workspace,
            id,
            new RunCommit
            {
                Events = [RunEvents.Ended(now, RunStatus.Failed, summary)],
                Change = new RunChange { Status = RunStatus.Failed, CompletedAt = now, Summary = summary },
            },
            cancellationToken);
        if (result.Written)
        {
            logger.OrchestrationLost(id.Value, state.Status);
        }
    }
}
