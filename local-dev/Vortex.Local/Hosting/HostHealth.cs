using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Vortex.Embedded;
using Vortex.Runs;

namespace Vortex.Local.Hosting;

/// <summary>What a host on one machine looks at when it is asked whether it is well.</summary>
internal static class HostHealth
{
    private const long Tight = 2L << 30;
    private const long Full = 200L << 20;

    public static IServiceCollection AddHostHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<StoreCheck>("store")
            .AddCheck<DiskCheck>("disk")
            .AddCheck<RunnerCheck>("runner");
        return services;
    }

    /// <summary>Says what an amount of free space means for the host.</summary>
    internal static HealthCheckResult OfFreeSpace(long free, string folder) => free switch
    {
        < Full => HealthCheckResult.Unhealthy($"Only {free >> 20:N0} MB are free at {folder}: results cannot be kept. Free some space."),
        < Tight => HealthCheckResult.Degraded($"Only {free >> 20:N0} MB are free at {folder}. Free some space before it runs out."),
        _ => HealthCheckResult.Healthy($"{free >> 30:N0} GB are free at {folder}."),
    };

    private sealed class StoreCheck(IRunStore runs) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await runs.ListAsync(WorkspaceId.Local, new RunQuery { Limit = 1 }, cancellationToken);
                return HealthCheckResult.Healthy("The database answers.");
            }
            catch (EmbeddedStoreException failure)
            {
                return HealthCheckResult.Unhealthy(failure.Message);
            }
        }
    }

    private sealed class DiskCheck(DataFolder folder) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                return Task.FromResult(OfFreeSpace(new DriveInfo(folder.Path).AvailableFreeSpace, folder.Path));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return Task.FromResult(HealthCheckResult.Degraded($"How much space is free cannot be told: {failure.Message}"));
            }
        }
    }

    private sealed class RunnerCheck(IRunnerBoard board, TimeProvider time) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            DateTimeOffset now = time.GetUtcNow();
            int there = (await board.ListAsync(200, cancellationToken)).Count(notice => now - notice.SeenAt <= RunnerNotice.ThereFor && notice.Phase is "working" or "starting");
            return there > 0
                ? HealthCheckResult.Healthy(there == 1 ? "One runner is there." : $"{there} runners are there.")
                : HealthCheckResult.Degraded("No runner is there: runs are accepted and wait.");
        }
    }
}
