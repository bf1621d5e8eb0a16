using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Diffusion.Management;
using Vortex.Runner.Models;
using Vortex.Runs;

namespace Vortex.Runner;

/// <summary>Takes batches off the queue and executes them until told to stop.</summary>
/// <remarks>
/// For each batch in this order: contents, results for the cache, facts and outputs of the run, the outcome, and only then the batch leaves the
/// queue. A process that dies between any two of these leaves a batch that is handed out again, and whoever gets it repeats only what is missing.
/// </remarks>
public sealed class BatchRunner
{
    private static readonly TimeSpan s_afterFailedLease = TimeSpan.FromSeconds(1);

    private readonly IBatchQueue _queue;
    private readonly IBatchResults _results;
    private readonly RunnerParts _parts;
    private readonly RunnerCapabilities _capabilities;
    private readonly RunnerActivity _activity;

    /// <summary>Makes a runner over the ports.</summary>
    public BatchRunner(
        IBatchQueue queue,
        IBatchResults results,
        IRunStore runs,
        IResultCache cache,
        IArtifactStore artifacts,
        NodeLibrary library,
        IEnumerable<ValueFormat> formats,
        ModelManager models,
        IOptions<RunnerOptions> options,
        TimeProvider time,
        ILogger<BatchRunner> logger,
        ModelSupply? supply = null)
    {
        _queue = queue;
        _results = results;
        _activity = new RunnerActivity(time);
        RunnerOptions settings = options.Value;
        _parts = new RunnerParts(runs, cache, artifacts, library, new ValueCodec(artifacts, [.. ModelValueFormats.All(models.Backend), .. formats]), models, supply, settings, time, logger);
        long memory = settings.MemoryBytes > 0 ? settings.MemoryBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        _capabilities = new RunnerCapabilities(settings.RunnerId, settings.Backend, library.Packs, memory);
    }

    /// <summary>Gets what the runner offers.</summary>
    public RunnerCapabilities Capabilities => _capabilities;

    /// <summary>Gets what the runner does at this moment.</summary>
    public RunnerStatus Status => _activity.Status;

    /// <summary>Works until <paramref name="stop"/>, then finishes what it can in the time to drain and gives the rest back.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        RunnerOptions options = _parts.Options;
        _parts.Logger.Started(options.RunnerId, options.BatchesAtOnce, options.Backend, string.Join(", ", _parts.Library.Packs));
        using CancellationTokenSource quit = new();
        _activity.Begin();
        await using CancellationTokenRegistration drain = stop.Register(() =>
        {
            _activity.Drain();
            quit.CancelAfter(options.DrainTimeout);
        });
        Task[] loops = new Task[options.BatchesAtOnce];
        for (int i = 0; i < loops.Length; i++)
        {
            loops[i] = Task.Run(() => LoopAsync(stop, quit.Token), CancellationToken.None);
        }

        await Task.WhenAll(loops);
        _activity.Stop();
        _parts.Logger.Stopped(options.RunnerId);
    }

    /// <summary>Waits for one batch and executes it.</summary>
    /// <param name="wait">The longest wait for a batch.</param>
    /// <param name="stop">Ends the wait; a batch that is being executed is finished.</param>
    /// <param name="quit">Stops the batch at its next safe point; it is given back.</param>
    /// <returns>False when there was none in time.</returns>
    public async Task<bool> RunOneAsync(TimeSpan wait, CancellationToken stop = default, CancellationToken quit = default)
    {
        BatchLease? lease = await _queue.LeaseAsync(_capabilities, wait, stop);
        _activity.Asked(answered: true);
        if (lease is null)
        {
            return false;
        }

        _activity.Take();
        try
        {
            await HandleAsync(lease, quit);
        }
        finally
        {
            _activity.Leave();
        }

        return true;
    }

    private async Task LoopAsync(CancellationToken stop, CancellationToken quit)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await RunOneAsync(_parts.Options.LeaseWait, stop, quit);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            // The queue is out of reach or broken: there is nobody to hand this to, and giving up would leave the machine idle for good.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _activity.Asked(answered: false);
                _parts.Logger.LeasingFailed(exception, s_afterFailedLease);
                await Task.Delay(s_afterFailedLease, _parts.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task HandleAsync(BatchLease lease, CancellationToken stopping)
    {
        BatchMessage batch = lease.Batch;
        long begin = _parts.Time.GetTimestamp();
        using Activity? activity = StartActivity(batch);
        _parts.Logger.BatchBegins(batch.BatchId.Value, batch.Dispatch, lease.Attempt);
        await using HeldLease held = new(_queue, lease, _parts.Options, _parts.Time, _parts.Logger);
        using CancellationTokenSource quit = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, stopping);
        try
        {
            BatchExecution execution = new(_parts, lease);
            BatchOutcome? outcome = await execution.RunAsync(() => held.Lost.IsCancellationRequested, held.CancelRequested, quit.Token);
            if (held.Lost.IsCancellationRequested)
            {
                _parts.Logger.LeaseLost(batch.BatchId.Value, _parts.Time.GetElapsedTime(begin));
                Count("lost");
            }
            else if (outcome is null)
            {
                _parts.Logger.BatchDrained(batch.BatchId.Value);
                Count("drained");
                await _queue.AbandonAsync(lease, TimeSpan.Zero, CancellationToken.None);
            }
            else
            {
                // From here on nothing stops it: what is done is told.
                await _results.ReportAsync(outcome, CancellationToken.None);
                await _queue.CompleteAsync(lease, CancellationToken.None);
                Count(outcome.Status.ToString().ToLowerInvariant());
                activity?.SetTag("vortex.status", outcome.Status);
                _parts.Logger.BatchEnded(batch.BatchId.Value, outcome.Status.ToString(), outcome.Succeeded, outcome.Cached, outcome.Failed, outcome.Skipped);
            }
        }
        // A store that does not answer, or a mistake of ours: the batch goes back, is tried again, and put aside by the queue if that goes on.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            _parts.Logger.BatchAbandoned(exception, batch.BatchId.Value, _parts.Options.AbandonDelay);
            Count("abandoned");
            await AbandonAsync(lease);
        }
    }

    private async Task AbandonAsync(BatchLease lease)
    {
        try
        {
            await _queue.AbandonAsync(lease, _parts.Options.AbandonDelay, CancellationToken.None);
        }
#pragma warning disable CA1031 // The lease runs out by itself.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _parts.Logger.AbandonFailed(exception, lease.Batch.BatchId.Value);
        }
    }

    private static Activity? StartActivity(BatchMessage batch)
    {
        ActivityContext.TryParse(batch.TraceParent, null, out ActivityContext parent);
        Activity? activity = RunnerDiagnostics.Activities.StartActivity("batch", ActivityKind.Consumer, parent);
        return activity?.SetTag("vortex.run.id", batch.RunId.Value).SetTag("vortex.batch.id", batch.BatchId.Value);
    }

    private static void Count(string status) => RunnerDiagnostics.Batches.Add(1, new KeyValuePair<string, object?>("vortex.status", status));
}
