using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Vortex.Runner;

/// <summary>Ends the process when the runner has held no batch for <see cref="RunnerOptions.ExitWhenIdle"/>. A batch that arrives in that moment is drained like any other.</summary>
internal sealed class IdleExit(Func<RunnerStatus> status, IHostApplicationLifetime lifetime, IOptions<RunnerOptions> options, TimeProvider time, ILogger<IdleExit> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.ExitWhenIdle is not { } limit)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            // Whoever is busy now cannot be idle for long enough before the whole time has passed.
            TimeSpan left = status().IdleSince is { } since ? since + limit - time.GetUtcNow() : limit;
            if (left <= TimeSpan.Zero)
            {
                logger.IdleForLong(limit);
                lifetime.StopApplication();
                return;
            }

            await Task.Delay(left, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
