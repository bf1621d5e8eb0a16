using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Runner;

/// <summary>Facts of a batch on their way to the run's log, written in groups: one transaction for whatever came up while the last one was written.</summary>
/// <remarks>
/// Order is kept. What is added together is written together, so that a node's outputs are never there without its event. Results for the
/// cache are written before the facts of the same group: whoever reads that a node is done finds its result. A group that cannot be written
/// stops the journal; <see cref="Stopped"/> tells the batch.
/// </remarks>
internal sealed class RunJournal : IAsyncDisposable
{
    private readonly IRunStore _runs;
    private readonly IResultCache _cache;
    private readonly WorkspaceId _workspace;
    private readonly RunId _run;
    private readonly RunnerOptions _options;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _gate = new();
    private List<JournalEntry> _pending = [];
    private Task _writing = Task.CompletedTask;
    private bool _isArmed;
    private bool _isDiscarded;

    public RunJournal(IRunStore runs, IResultCache cache, WorkspaceId workspace, RunId run, RunnerOptions options, TimeProvider time)
    {
        (_runs, _cache, _workspace, _run, _options) = (runs, cache, workspace, run, options);
        _timer = time.CreateTimer(_ => Write(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets the signal that nothing can be written any more.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>Gets whether the run turned out to have ended.</summary>
    public bool RunEnded { get; private set; }

    /// <summary>Gets what kept a group from being written.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Takes facts that belong together. Returns at once; <see cref="FlushAsync"/> waits until they are written.</summary>
    public void Add(JournalEntry entry)
    {
        lock (_gate)
        {
            if (_isDiscarded || _stopped.IsCancellationRequested)
            {
                return;
            }

            _pending.Add(entry);
            if (_pending.Count < _options.CommitSize)
            {
                if (!_isArmed)
                {
                    _isArmed = true;
                    _timer.Change(_options.CommitDelay, Timeout.InfiniteTimeSpan);
                }

                return;
            }
        }

        Write();
    }

    /// <summary>Writes what was added and waits for it.</summary>
    /// <exception cref="Exception">What kept a group from being written.</exception>
    public async Task FlushAsync()
    {
        await Write();
        if (Failure is { } failure)
        {
            throw new IOException("The run's log could not be written.", failure);
        }
    }

    /// <summary>Forgets what is not yet being written and takes nothing more.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _isDiscarded = true;
            _pending = [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        Discard();
        await _timer.DisposeAsync();
        await _writing;
        _stopped.Dispose();
    }

    // Runs one writer at a time: who comes while it writes is served by it.
    private Task Write()
    {
        lock (_gate)
        {
            if (_writing.IsCompleted && _pending.Count > 0)
            {
                _writing = Task.Run(WritePendingAsync);
            }

            return _writing;
        }
    }

    private async Task WritePendingAsync()
    {
        while (true)
        {
            List<JournalEntry> group;
            lock (_gate)
            {
                if (_pending.Count == 0 || _stopped.IsCancellationRequested)
                {
                    _isArmed = false;
                    // From here on the next entry starts a writer of its own.
                    _writing = Task.CompletedTask;
                    return;
                }

                int count = Math.Min(_pending.Count, _options.CommitSize);
                group = _pending.GetRange(0, count);
                _pending.RemoveRange(0, count);
            }

            try
            {
                await WriteAsync(group);
            }
            // Whatever the store throws ends the batch here; it is reported by FlushAsync to the one who can act on it.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Failure = exception;
                await _stopped.CancelAsync();
            }
        }
    }

    private async Task WriteAsync(List<JournalEntry> group)
    {
        KeyValuePair<CacheKey, NodeOutputs>[] results = [.. group.Where(entry => entry.CacheResult is not null).Select(entry => entry.CacheResult!.Value)];
        if (results.Length > 0)
        {
            await _cache.PutAsync(_workspace, results);
        }

        RunCommit commit = new()
        {
            Events = [.. group.SelectMany(entry => entry.Events)],
            Outputs = [.. group.Where(entry => entry.Outputs is not null).Select(entry => entry.Outputs!)],
        };
        CommitResult result = await _runs.CommitAsync(_workspace, _run, commit);
        if (!result.Written)
        {
            RunEnded = true;
            await _stopped.CancelAsync();
        }
    }
}

/// <summary>Facts that are written in one transaction.</summary>
internal sealed record JournalEntry(ImmutableArray<RunEventDraft> Events)
{
    /// <summary>Gets outputs to keep with the run.</summary>
    public NodeOutputRecord? Outputs { get; init; }

    /// <summary>Gets a result for the cache, written first.</summary>
    public KeyValuePair<CacheKey, NodeOutputs>? CacheResult { get; init; }
}
