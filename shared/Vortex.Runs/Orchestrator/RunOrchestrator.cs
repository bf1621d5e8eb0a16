using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Carries a run from its snapshot to its end: plans, sends batches as they become ready, takes answers, tries again, stops, sums up.</summary>
/// <remarks>
/// A pure function of its history. Version 1: changes to its decisions need a new version beside it, because instances that
/// began with this one finish on it; a recorded history in the tests keeps watch.
/// </remarks>
public static class RunOrchestrator
{
    /// <summary>The orchestration's name.</summary>
    public const string Name = "run";

    /// <summary>The version of its decisions.</summary>
    public const int Version = 1;

    /// <summary>The event that brings a <see cref="BatchOutcome"/>.</summary>
    public const string BatchFinished = "batch-finished";

    /// <summary>The event that asks to stop; brings a <see cref="CancelRequest"/>.</summary>
    public const string Cancel = "cancel";

    /// <summary>After so many answers it begins anew, so that its history stays short.</summary>
    internal const int AnswersPerExecution = 200;

    private const int ActivityAttempts = 6;
    private const int FinishAttempts = 20;

    /// <summary>Runs the orchestration; the input is a <see cref="RunOrder"/>.</summary>
    public static async Task<object?> RunAsync(IOrchestrationContext context, JsonElement input)
    {
        RunOrder order = input.Deserialize<RunOrder>(RunsJson.Options) ?? throw new InvalidOperationException("The run orchestration needs an order.");
        return await new Execution(context, order).RunAsync();
    }

    private sealed class Execution(IOrchestrationContext context, RunOrder order)
    {
        private Task<BatchOutcome> _finished = context.WaitForEventAsync<BatchOutcome>(BatchFinished);
        private readonly Task<CancelRequest> _cancel = context.WaitForEventAsync<CancelRequest>(Cancel);
        private RunBoard _board = null!;
        private readonly DateTimeOffset? _deadline = order.Progress is { } progress ? progress.Deadline : context.CurrentUtc + order.MaxDuration;
        private StopReason? _stopping = order.Progress?.Stopping;
        private DateTimeOffset? _stopDeadline = order.Progress?.StopDeadline;
        private int _answers;

        public async Task<object?> RunAsync()
        {
            if (order.Progress is null && _cancel.IsCompleted)
            {
                return await FinishAsync(RunStatus.Canceled, 0, new RunFigures(), []);
            }

            try
            {
                _board = order.Progress is { } progress
                    ? RunBoard.Resume(progress)
                    : RunBoard.Begin(await CallAsync<PlanSummary>(RunActivities.PlanRun, new PlanRunInput(order.RunId, order.Snapshot), ActivityAttempts));
            }
            catch (ActivityFailedException failure)
            {
                return await FinishAsync(RunStatus.Failed, 0, new RunFigures(), [new RunProblem(RunProblemCodes.PlanFailed, "The run could not be planned. Submit it again; if that fails too, its snapshot or the store is damaged.") { Detail = failure.Message }]);
            }

            if (_board.Plan.HasEnded)
            {
                return null;
            }

            using AlarmClock clock = new(context);
            while (true)
            {
                await TakeAnswersAsync();
                await AdvanceAsync();
                if (_board.IsSettled)
                {
                    break;
                }

                if (_answers >= AnswersPerExecution && !_finished.IsCompleted && (_cancel.IsCompleted == (_stopping == StopReason.Canceled)))
                {
                    // A timer must not outlive the execution; the next one arms its own.
                    clock.Stop();
                    context.ContinueAsNew(order with
                    {
                        Progress = _board.ToProgress() with { Deadline = _deadline, Stopping = _stopping, StopDeadline = _stopDeadline },
                    });
                    return null;
                }

                await WaitAsync(clock);
            }

            clock.Stop();
            return await FinishAsync(Status(), _board.Plan.Nodes, _board.Figures, _board.Problems);
        }

        /// <summary>Sends what is ready; or stops what is under way, once.</summary>
        private async Task AdvanceAsync()
        {
            if (_stopping is null && _cancel.IsCompleted)
            {
                await StopAsync(StopReason.Canceled);
            }
            else if (_stopping is null && _deadline <= context.CurrentUtc)
            {
                _board.AddProblems([new RunProblem(RunProblemCodes.TimedOut, $"The run took longer than {order.MaxDuration}. Allow it more time or split the workflow.")]);
                await StopAsync(StopReason.TimedOut);
            }

            if (_stopping is not null)
            {
                if (_stopDeadline <= context.CurrentUtc)
                {
                    // Who has not answered by now has lost its machine or will find its lease gone.
                    _board.Stop([.. Enumerable.Range(0, _board.Plan.Sizes.Length)]);
                }

                return;
            }

            // Batches that turn out to have nothing to run settle at once, and others may become ready by that.
            while (_board.TakeReady(context.CurrentUtc) is { IsEmpty: false } ready)
            {
                await DispatchAsync(ready);
            }
        }

        private async Task DispatchAsync(ImmutableArray<BatchOrder> ready)
        {
            DispatchInput input = new(order.RunId, _board.Plan.Plan, ready, order.Priority, order.CachePolicy, order.TraceParent);
            try
            {
                DispatchResult result = await CallAsync<DispatchResult>(RunActivities.DispatchBatches, input, ActivityAttempts);
                foreach (int batch in result.Skipped)
                {
                    _board.Skip(batch);
                }
            }
            catch (ActivityFailedException failure)
            {
                _board.AddProblems([new RunProblem(RunProblemCodes.DispatchFailed, "Batches could not be put on the queue. Run it again when the queue is well.") { Class = ProblemClass.Transient, Detail = failure.Message }]);
                foreach (BatchOrder batch in ready)
                {
                    _board.Skip(batch.Index);
                }
            }
        }

        private async Task StopAsync(StopReason reason)
        {
            _stopping = reason;
            _stopDeadline = context.CurrentUtc + order.CancelTimeout;
            ImmutableArray<int> notBegun = [];
            try
            {
                notBegun = await CallAsync<ImmutableArray<int>>(RunActivities.CancelBatches, new CancelInput(order.RunId), ActivityAttempts);
            }
            catch (ActivityFailedException)
            {
                // The queue does not answer; the bound on waiting ends the run all the same.
            }

            _board.Stop(notBegun);
        }

        /// <summary>Takes every answer that is there.</summary>
        private async Task TakeAnswersAsync()
        {
            while (_finished.IsCompleted)
            {
                BatchOutcome outcome = await _finished;
                _finished = context.WaitForEventAsync<BatchOutcome>(BatchFinished);
                _answers++;
                int batch = _board.Find(outcome);
                if (batch >= 0)
                {
                    await TakeAsync(batch, outcome);
                }
            }
        }

        private async Task TakeAsync(int batch, BatchOutcome outcome)
        {
            if (outcome.Status != BatchStatus.Succeeded && _stopping is null)
            {
                if (order.RetryOutOfMemory && !_board[batch].Larger && outcome.Problems.Any(problem => problem.Class == ProblemClass.OutOfMemory))
                {
                    _board.TryAgain(batch, context.CurrentUtc, larger: true);
                    return;
                }

                if (await NextAttemptAsync(batch, outcome) is { } delay)
                {
                    _board.TryAgain(batch, context.CurrentUtc + delay, _board[batch].Larger);
                    return;
                }
            }

            _board.Settle(batch, outcome, _stopping is not null);
        }

        /// <summary>Says how long to wait before the next attempt; null when there is none.</summary>
        private async Task<TimeSpan?> NextAttemptAsync(int batch, BatchOutcome outcome)
        {
            // A batch that was stopped without anybody asking lost its runner; that is a hiccup too.
            ImmutableArray<RunProblem> hiccups = [.. outcome.Problems.Where(problem => problem.Class is ProblemClass.Transient or ProblemClass.Canceled)];
            if (hiccups.IsEmpty && outcome.Status != BatchStatus.Canceled)
            {
                return null;
            }

            Dictionary<NodeId, RetryPolicy> own = [];
            ImmutableArray<NodeId> nodes = [.. hiccups.Where(problem => problem.Node is not null).Select(problem => problem.Node!.Value).Distinct()];
            if (_board.Plan.HasRetries && !nodes.IsEmpty)
            {
                try
                {
                    own = await CallAsync<Dictionary<NodeId, RetryPolicy>>(RunActivities.ReadRetries, new ReadRetriesInput(_board.Plan.Plan, nodes), ActivityAttempts);
                }
                catch (ActivityFailedException)
                {
                    // Without the nodes' own policies the run's holds.
                }
            }

            IEnumerable<RetryPolicy> policies = hiccups.IsEmpty
                ? [order.Retry]
                : hiccups.Select(problem => problem.Node is { } node && own.TryGetValue(node, out RetryPolicy? policy) ? policy : order.Retry);
            int dispatch = _board[batch].Dispatch;
            TimeSpan[] delays = [.. policies.Where(policy => dispatch < policy.MaxAttempts).Select(policy => Backoff(policy, dispatch))];
            return delays.Length == 0 ? null : delays.Max();
        }

        private async Task WaitAsync(AlarmClock clock)
        {
            DateTimeOffset? next = _stopping is null ? Earlier(_board.NextDue, _deadline) : _stopDeadline;
            Task alarm = clock.RingAt(next);
            // A wish to cancel that came while batches were being sent is there already, and wakes at once.
            await (_stopping is null ? Task.WhenAny(_finished, _cancel, alarm) : Task.WhenAny(_finished, alarm));
        }

        private RunStatus Status() => _stopping switch
        {
            _ when _board.AllSucceeded => RunStatus.Succeeded,
            StopReason.Canceled => RunStatus.Canceled,
            _ => RunStatus.Failed,
        };

        private async Task<object?> FinishAsync(RunStatus status, int nodes, RunFigures figures, ImmutableArray<RunProblem> problems)
        {
            await CallAsync<bool>(RunActivities.FinishRun, new FinishInput(order.RunId, status, nodes, figures, problems), FinishAttempts);
            return new { status };
        }

        /// <summary>Calls an activity, and again after a while when it fails; what was found broken stays so and is not tried again.</summary>
        private async Task<T> CallAsync<T>(string activity, object input, int attempts)
        {
            RetryPolicy policy = new(attempts, TimeSpan.FromSeconds(0.5), 2, TimeSpan.FromMinutes(1));
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    return await context.CallActivityAsync<T>(activity, input);
                }
                catch (ActivityFailedException failure) when (attempt < attempts && !failure.ErrorType.EndsWith(nameof(InvalidDataException), StringComparison.Ordinal))
                {
                    await context.CreateTimerAsync(context.CurrentUtc + Backoff(policy, attempt), CancellationToken.None);
                }
            }
        }

        private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

        private static TimeSpan Backoff(RetryPolicy policy, int attempt)
        {
            double milliseconds = policy.InitialDelay.TotalMilliseconds * Math.Pow(policy.BackoffFactor, attempt - 1);
            return TimeSpan.FromMilliseconds(Math.Min(milliseconds, policy.MaxDelay.TotalMilliseconds));
        }
    }
}
