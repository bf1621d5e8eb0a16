using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Counts requests per workspace. Does nothing unless the options set a rate.</summary>
internal sealed class RequestLimiter : IDisposable
{
    private readonly PartitionedRateLimiter<WorkspaceId>? _limiter;

    public RequestLimiter(IOptions<VortexApiOptions> options)
    {
        int rate = options.Value.RequestsPerSecond;
        int burst = options.Value.RequestBurst;
        if (rate > 0)
        {
            _limiter = PartitionedRateLimiter.Create<WorkspaceId, WorkspaceId>(workspace => RateLimitPartition.GetTokenBucketLimiter(
                workspace,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = burst,
                    TokensPerPeriod = rate,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                }));
        }
    }

    /// <summary>Takes a turn; returns after how many seconds to come back, or null when the request may pass.</summary>
    public int? Refuse(WorkspaceId workspace)
    {
        if (_limiter is null)
        {
            return null;
        }

        using RateLimitLease lease = _limiter.AttemptAcquire(workspace);
        return lease.IsAcquired
            ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
    }

    public void Dispose() => _limiter?.Dispose();
}
