using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Tells clients what is new in the logs of runs: at most one message per run and interval, from the log itself.</summary>
/// <remarks>
/// Telling is a courtesy: a message may be lost, come twice or be cut short, and a client that sees a gap in the numbers reads the log. So nothing waits for it, and a service
/// that does not answer costs a line in the log of this process and nothing else. Of the progress of one node only the newest is told. What this process has told it does not tell
/// again, so that a commit may be noted by its writer and once more by whoever sees it appear.
/// </remarks>
public sealed class RunEventPublisher : IAsyncDisposable
{
    /// <summary>The method that clients listen for. Its argument is an array of run events as in <c>docs/events.md</c>.</summary>
    public const string Target = "runEvents";

    private const int MostRemembered = 10_000;

    private readonly IRunStore _runs;
    private readonly SignalRService _service;
    private readonly RealtimeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<(WorkspaceId Workspace, RunId Run), long> _news = [];
    private readonly CancellationTokenSource _stop = new();

    // Touched by the one sending loop alone.
    private readonly Dictionary<(WorkspaceId Workspace, RunId Run), long> _told = [];
    private Task? _sending;

    internal RunEventPublisher(IRunStore runs, SignalRService service, RealtimeOptions options, TimeProvider time, ILogger<RunEventPublisher> logger) =>
        (_runs, _service, _options, _time, _logger) = (runs, service, options, time, logger);

    /// <summary>Notes that a run has events behind a number. Returns at once.</summary>
    public void Note(WorkspaceId workspace, RunId run, long after)
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            _news[(workspace, run)] = _news.TryGetValue((workspace, run), out long known) ? Math.Min(known, after) : after;
            _sending ??= SendAsync();
        }
    }

    /// <summary>Sends what was noted, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? last;
        lock (_gate)
        {
            last = _sending;
            _stop.Cancel();
        }

        await (last ?? Task.CompletedTask);
        _stop.Dispose();
    }

    private async Task SendAsync()
    {
        while (true)
        {
            try
            {
                await Task.Delay(_options.Gather, _time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                // Going down: what was noted is sent without waiting for more.
            }

            ImmutableArray<KeyValuePair<(WorkspaceId Workspace, RunId Run), long>> now;
            lock (_gate)
            {
                if (_news.Count == 0)
                {
                    _sending = null;
                    return;
                }

                now = [.. _news];
                _news.Clear();
            }

            foreach (((WorkspaceId workspace, RunId run), long after) in now)
            {
                await TellAsync(workspace, run, after);
            }
        }
    }

    private async Task TellAsync(WorkspaceId workspace, RunId run, long after)
    {
        try
        {
            long from = Math.Max(after, _told.GetValueOrDefault((workspace, run)));
            IReadOnlyList<RunEvent> news = await _runs.ReadEventsAsync(workspace, run, from, _options.MostEvents, CancellationToken.None);
            if (news.Count == 0)
            {
                return;
            }

            ImmutableArray<RunEvent> events = Newest(news);
            await _service.SendAsync(RealtimeGroups.Of(workspace, run), Target, events, CancellationToken.None);
            await _service.SendAsync(RealtimeGroups.Of(workspace), Target, events, CancellationToken.None);
            if (_told.Count >= MostRemembered)
            {
                // Forgetting costs at most a message that comes twice.
                _told.Clear();
            }

            _told[(workspace, run)] = news[^1].Sequence;
        }
        catch (IOException failure)
        {
            _logger.NotTold(run.Value, failure);
        }
    }

    /// <summary>Leaves out progress that later progress of the same node has overtaken.</summary>
    private static ImmutableArray<RunEvent> Newest(IReadOnlyList<RunEvent> events)
    {
        HashSet<string> told = [];
        List<RunEvent> kept = [];
        foreach (RunEvent one in events.Reverse())
        {
            if (one.Type != RunEventTypes.NodeProgress || one.NodeId is not { } node || told.Add(node.Value))
            {
                kept.Add(one);
            }
        }

        kept.Reverse();
        return [.. kept];
    }
}
