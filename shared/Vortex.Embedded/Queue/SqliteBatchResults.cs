using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Brings outcomes to the orchestration of their run, each (batch, dispatch) once.</summary>
internal sealed class SqliteBatchResults : IBatchResults
{
    private readonly Database _database;
    private readonly OrchestrationBell _bell;

    internal SqliteBatchResults(Database database, OrchestrationBell bell) => (_database, _bell) = (database, bell);

    /// <inheritdoc />
    public async ValueTask ReportAsync(BatchOutcome outcome, CancellationToken cancellationToken = default)
    {
        JsonElement payload = Fit(outcome);
        OrchestrationId instance = RunOrchestration.Of(outcome.Workspace, outcome.RunId);
        await _database.WriteAsync(
            scope =>
            {
                bool first = Note(scope.Db, outcome, _database.Time.GetUtcNow());
                if (first && InstanceRows.Raise(scope.Db, instance, RunOrchestrator.BatchFinished, payload))
                {
                    scope.AfterCommit(() => _bell.Ring(instance));
                }

                return first;
            },
            cancellationToken);
    }

    /// <summary>Shortens what a failing third party said until the outcome fits into an event.</summary>
    internal static JsonElement Fit(BatchOutcome outcome)
    {
        for (BatchOutcome next = outcome; ;)
        {
            if (OrchestrationPayload.TryMake(next, "The outcome", out _) is { } payload)
            {
                return payload;
            }

            next = next.Problems.Any(problem => problem.Detail is not null)
                ? next with { Problems = [.. next.Problems.Select(problem => problem with { Detail = null })] }
                : next.Problems.Any(problem => problem.Message.Length > 1_000)
                    ? next with { Problems = [.. next.Problems.Select(problem => problem with { Message = problem.Message.Length > 1_000 ? problem.Message[..1_000] : problem.Message })] }
                    : next with { Problems = [.. next.Problems.Take(next.Problems.Length / 2)] };
        }
    }

    private static bool Note(Connection db, BatchOutcome outcome, DateTimeOffset now)
    {
        using Statement note = db.Use("INSERT INTO batch_reports (tenant, workspace, run_id, batch_id, dispatch, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
        return note.Bind(outcome.Workspace).Bind(outcome.RunId.Value).Bind(outcome.BatchId.Value).Bind(outcome.Dispatch).Bind(now).Execute() > 0;
    }
}
