using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Runner;

/// <summary>Says on the board that the runner is there: when it begins, when what it does changes, and every quarter of <see cref="RunnerNotice.ThereFor"/>.</summary>
/// <remarks>A board that does not answer stops no work.</remarks>
/// <param name="runner">The runner.</param>
/// <param name="options">How many batches it holds at most.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when the board does not answer.</param>
/// <param name="board">The board; without one nothing is said.</param>
internal sealed class RunnerAnnouncer(BatchRunner runner, IOptions<RunnerOptions> options, TimeProvider time, ILogger<RunnerAnnouncer> logger, IRunnerBoard? board = null) : BackgroundService
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private RunnerNotice? _said;
    private long _saidAt;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(quiet => board!.LeaveAsync(runner.Capabilities.RunnerId, quiet), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (board is null)
        {
            return;
        }

        using PeriodicTimer timer = new(s_look, time);
        do
        {
            await SayAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Says what the runner does, unless the same was said a moment ago.</summary>
    internal async Task SayAsync(CancellationToken cancellationToken)
    {
        RunnerStatus status = runner.Status;
        RunnerNotice now = new(runner.Capabilities, status.Phase.ToString().ToLowerInvariant(), status.Batches, options.Value.BatchesAtOnce, _startedAt);
        if (now == _said && time.GetElapsedTime(_saidAt) < RunnerNotice.ThereFor / 4)
        {
            return;
        }

        if (await TryAsync(quiet => board!.AnnounceAsync(now, quiet), cancellationToken))
        {
            (_said, _saidAt) = (now, time.GetTimestamp());
        }
    }

    private async Task<bool> TryAsync(Func<CancellationToken, ValueTask> say, CancellationToken cancellationToken)
    {
        if (board is null)
        {
            return false;
        }

        try
        {
            await say(cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        // Whatever is wrong with the board, the runner's work is not its business.
#pragma warning disable CA1031
        catch (Exception failure)
#pragma warning restore CA1031
        {
            logger.BoardFailed(failure);
            return false;
        }
    }
}
