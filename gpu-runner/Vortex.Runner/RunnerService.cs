using Microsoft.Extensions.Hosting;

namespace Vortex.Runner;

/// <summary>Runs the runner for as long as its host lives.</summary>
internal sealed class RunnerService(BatchRunner runner) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => runner.RunAsync(stoppingToken);
}
