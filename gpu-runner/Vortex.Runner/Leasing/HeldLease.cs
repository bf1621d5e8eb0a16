using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Runner;

/// <summary>A lease that is renewed for as long as the batch is worked on, and tells when to stop.</summary>
internal sealed class HeldLease : IAsyncDisposable
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(10);

    private readonly IBatchQueue _queue;
    private readonly BatchLease _lease;
    private readonly RunnerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _cancel = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Task _renewing;

    public HeldLease(IBatchQueue queue, BatchLease lease, RunnerOptions options, TimeProvider time, ILogger logger)
    {
        (_queue, _lease, _options, _time, _logger) = (queue, lease, options, time, logger);
        _renewing = RenewAsync();
    }

    /// <summary>Gets the signal that the run is to be canceled.</summary>
    public CancellationToken CancelRequested => _cancel.Token;

    /// <summary>Gets the signal that somebody else may have the batch by now.</summary>
    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _renewing;
        _over.Dispose();
        _cancel.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        DateTimeOffset expires = _lease.ExpiresAt;
        TimeSpan length = expires - _time.GetUtcNow();
        TimeSpan interval = TimeSpan.FromTicks(Math.Max(s_shortest.Ticks, Math.Min(length.Ticks / 3, _options.RenewInterval.Ticks)));
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(interval, _time, _over.Token);
                DateTimeOffset asked = _time.GetUtcNow();
                switch (await _queue.RenewAsync(_lease, _over.Token))
                {
                    case LeaseState.Lost:
                        await _lost.CancelAsync();
                        return;
                    case LeaseState.CancelRequested:
                        await _cancel.CancelAsync();
                        break;
                }

                // Counted from before the question, so that it is never later than the queue's own idea of it.
                expires = asked + length;
            }
            catch (OperationCanceledException) when (_over.IsCancellationRequested)
            {
                return;
            }
            // The queue may be out of reach for a while; until the lease runs out that harms nobody.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _logger.RenewalFailed(exception, _lease.Batch.BatchId.Value, expires);
                if (_time.GetUtcNow() >= expires)
                {
                    await _lost.CancelAsync();
                    return;
                }
            }
        }
    }
}
