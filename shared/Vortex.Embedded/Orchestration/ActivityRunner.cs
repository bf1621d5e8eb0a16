using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>A pending activity: who asked, which of its tasks, what to run.</summary>
internal sealed record ActivityCall(OrchestrationId Instance, long Generation, int Task, string Activity, JsonElement Input);

/// <summary>Runs activities side by side, each at least once: its row goes only in the transaction that brings its result to the inbox.</summary>
internal sealed class ActivityRunner : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(OrchestrationId Instance, long Generation, int Task), CancellationTokenSource> _running = new();
    private readonly Database _database;
    private readonly OrchestrationRegistry _registry;
    private readonly OrchestrationBell _bell;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _free;
    private readonly CancellationToken _stopping;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count = 1;

    internal ActivityRunner(Database database, OrchestrationRegistry registry, OrchestrationBell bell, ILogger logger, CancellationToken stopping)
    {
        (_database, _registry, _bell, _logger, _stopping) = (database, registry, bell, logger, stopping);
        _free = new SemaphoreSlim(database.Options.MaxActivities);
    }

    /// <summary>Begins an activity unless it is at work already.</summary>
    internal void Begin(ActivityCall call)
    {
        CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        if (_stopping.IsCancellationRequested || !_running.TryAdd((call.Instance, call.Generation, call.Task), stop))
        {
            stop.Dispose();
            return;
        }

        Interlocked.Increment(ref _count);
        _ = Task.Run(() => RunAsync(call, stop), CancellationToken.None);
    }

    /// <summary>Says whether an instance has activities at work.</summary>
    internal bool IsBusy(OrchestrationId instance) => _running.Keys.Any(key => key.Instance == instance);

    /// <summary>Stops the activities of an instance that no longer waits for them.</summary>
    internal void Cancel(OrchestrationId instance, long beforeGeneration)
    {
        foreach (((OrchestrationId Instance, long Generation, int Task) key, CancellationTokenSource stop) in _running)
        {
            if (key.Instance == instance && key.Generation < beforeGeneration)
            {
                try
                {
                    stop.Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // It ended by itself just now.
                }
            }
        }
    }

    /// <summary>Ends when nothing is at work. Call once, after the stopping token was canceled.</summary>
    internal Task IdleAsync()
    {
        Leave();
        return _idle.Task;
    }

    public void Dispose() => _free.Dispose();

    private void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _idle.TrySetResult();
        }
    }

    private async Task RunAsync(ActivityCall call, CancellationTokenSource stop)
    {
        try
        {
            await _free.WaitAsync(stop.Token);
            HistoryEvent result;
            try
            {
                result = await ExecuteAsync(call, stop.Token);
            }
            finally
            {
                _free.Release();
            }

            await CompleteAsync(call, result);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The process ends, and the row says that it is to be run again; or nobody waits for it any more.
        }
        catch (ObjectDisposedException) when (_stopping.IsCancellationRequested)
        {
            // It came back after the store was closed; it is run again.
        }
        finally
        {
            _running.TryRemove((call.Instance, call.Generation, call.Task), out _);
            stop.Dispose();
            Leave();
        }
    }

    private async Task<HistoryEvent> ExecuteAsync(ActivityCall call, CancellationToken cancellationToken)
    {
        if (_registry.FindActivity(call.Activity) is not { } code)
        {
            return Failed(call, nameof(KeyNotFoundException), $"there is no activity of the name '{call.Activity}'.");
        }

        using Activity? span = EmbeddedDiagnostics.Source.StartActivity("activity");
        span?.SetTag("vortex.activity", call.Activity).SetTag("vortex.instance", call.Instance.Name);
        try
        {
            object? output = await code(call.Instance, call.Input, cancellationToken);
            JsonElement? payload = OrchestrationPayload.TryMake(output, $"The output of activity '{call.Activity}'", out string? problem);
            return problem is null
                ? new HistoryEvent(HistoryKind.ActivityCompleted) { Task = call.Task, Name = call.Activity, Payload = payload }
                : Failed(call, nameof(InvalidOperationException), problem);
        }
#pragma warning disable CA1031 // Whatever an activity throws is its orchestrator's business, except a cancel that we asked for.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested || error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            _logger.ActivityFailed(call.Activity, call.Instance.ToString(), error);
            return Failed(call, error.GetType().FullName ?? error.GetType().Name, error.Message);
        }
    }

    private static HistoryEvent Failed(ActivityCall call, string errorType, string message) =>
        new(HistoryKind.ActivityFailed)
        {
            Task = call.Task,
            Name = call.Activity,
            ErrorType = errorType,
            // Third parties' messages have no bound; ours have.
            Error = message.Length <= 16_000 ? message : message[..16_000],
        };

    private async Task CompleteAsync(ActivityCall call, HistoryEvent result)
    {
        CrashPoints.Pass(CrashPoints.BeforeActivityCompletion);
        while (true)
        {
            try
            {
                await _database.WriteAsync(scope =>
                {
                    bool awaited = InstanceRows.RemoveActivity(scope.Db, call.Instance, call.Generation, call.Task);
                    if (awaited)
                    {
                        InstanceRows.Send(scope.Db, call.Instance, result);
                        scope.AfterCommit(() => _bell.Ring(call.Instance));
                    }

                    return awaited;
                });
                CrashPoints.Pass(CrashPoints.AfterActivityCompletion);
                return;
            }
            catch (EmbeddedStoreException error)
            {
                // What the activity did is done; its result waits for the disk, until the process ends.
                _logger.CompletionWaits(call.Activity, call.Instance.ToString(), error);
                await Task.Delay(RetryDelay, _database.Time, _stopping);
            }
        }
    }
}
