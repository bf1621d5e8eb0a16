using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Vortex.Runs;

/// <summary>Reports outcomes as events of the run's orchestration.</summary>
public sealed class OrchestrationBatchResults(IOrchestrationClient client, ILogger<OrchestrationBatchResults> logger) : IBatchResults
{
    private const int MaxProblems = 50;
    private const int MaxMessage = 300;
    private const int MaxDetail = 300;

    /// <inheritdoc />
    public async ValueTask ReportAsync(BatchOutcome outcome, CancellationToken cancellationToken = default)
    {
        OrchestrationId instance = RunOrchestration.Of(outcome.Workspace, outcome.RunId);
        await client.RaiseEventAsync(instance, RunOrchestrator.BatchFinished, outcome with { Problems = Short(outcome.Problems) }, cancellationToken);
        logger.BatchReported(outcome.BatchId.Value, outcome.Dispatch, outcome.Status);
    }

    /// <summary>Keeps an outcome under what an orchestration takes, whatever third parties had to say.</summary>
    private static ImmutableArray<RunProblem> Short(ImmutableArray<RunProblem> problems) =>
    [
        .. problems.Take(MaxProblems).Select(problem => problem with
        {
            Message = Cut(problem.Message, MaxMessage)!,
            Detail = Cut(problem.Detail, MaxDetail),
        }),
    ];

    private static string? Cut(string? text, int length)
    {
        if (text is null || text.Length <= length)
        {
            return text;
        }

        // Not through the middle of a character that takes two.
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }
}
