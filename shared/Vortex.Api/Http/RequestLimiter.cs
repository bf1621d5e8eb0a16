using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Counts requests per workspace and deliveries per hook. Counts nothing whose rate the options do not set.</summary>
internal sealed class RequestLimiter(IOptions<VortexApiOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<WorkspaceId>? _requests = Make<WorkspaceId>(options.Value.RequestsPerSecond, options.Value.RequestBurst);
    private readonly PartitionedRateLimiter<HookId>? _deliveries = Make<HookId>(options.Value.HookDeliveriesPerSecond, options.Value.HookBurst);

    /// <summary>Takes a turn; returns after how many seconds to come back, or null when the request may pass.</summary>
    public int? Refuse(WorkspaceId workspace) => Refuse(_requests, workspace);

    /// <summary>Takes a turn for a delivery; returns after how many seconds to come back, or null when it may pass.</summary>
    public int? Refuse(HookId hook) => Refuse(_deliveries, hook);

    /// <summary>The answer to a request that may not pass.</summary>
    public static ApiError TooMany(int seconds) => new ApiError(ApiErrorCodes.TooManyRequests) { RetryAfterSeconds = seconds }.With("retry_after", seconds);

    public void Dispose()
    {
        _requests?.Dispose();
        _deliveries?.Dispose();
    }

    private static PartitionedRateLimiter<TKey>? Make<TKey>(int rate, int burst)
        where TKey : notnull =>
        rate == 0
            ? null
            : PartitionedRateLimiter.Create<TKey, TKey>(key => RateLimitPartition.GetTokenBucketLimiter(
                key,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = burst,
                    TokensPerPeriod = rate,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                }));

    private static int? Refuse<TKey>(PartitionedRateLimiter<TKey>? limiter, TKey key)
    {
        if (limiter is null)
        {
            return null;
        }

        using RateLimitLease lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired
            ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
    }
}
