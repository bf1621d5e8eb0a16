using Vortex.Nodes;

namespace Vortex.Runner;

/// <summary>Merges a node's reports: one at once, then the newest per interval. What is left when the node ends is dropped.</summary>
internal sealed class NodeProgress : IDisposable
{
    private readonly Action<long, long, PreviewPicture?> _tell;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private long? _last;
    private (long Value, long Max)? _waiting;
    private bool _isOver;

    public NodeProgress(Action<long, long, PreviewPicture?> tell, TimeProvider time, TimeSpan interval) => (_tell, _time, _interval) = (tell, time, interval);

    /// <param name="value">How far the node is.</param>
    /// <param name="max">Where it ends.</param>
    /// <param name="preview">Makes a picture, where the report is told at once: what is told later has none, since the node goes on meanwhile.</param>
    public void Report(long value, long max, Func<PreviewPicture?>? preview = null)
    {
        max = Math.Max(1, max);
        value = Math.Clamp(value, 0, max);
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            TimeSpan since = _last is { } last ? _time.GetElapsedTime(last) : TimeSpan.MaxValue;
            if (since >= _interval)
            {
                Tell(value, max, preview?.Invoke());
                return;
            }

            if (_waiting is null)
            {
                _timer ??= _time.CreateTimer(_ => TellWaiting(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(_interval - since, Timeout.InfiniteTimeSpan);
            }

            _waiting = (value, max);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _timer?.Dispose();
        }
    }

    private void TellWaiting()
    {
        lock (_gate)
        {
            if (!_isOver && _waiting is { } waiting)
            {
                Tell(waiting.Value, waiting.Max, null);
            }
        }
    }

    private void Tell(long value, long max, PreviewPicture? preview)
    {
        _waiting = null;
        _last = _time.GetTimestamp();
        _tell(value, max, preview);
    }
}
