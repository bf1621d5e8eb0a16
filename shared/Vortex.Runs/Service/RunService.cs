using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Accepts runs, steers them and tells of them. Thread-safe; all state is behind the ports.</summary>
/// <remarks>
/// A run is durable once <see cref="SubmitAsync"/> returns it. A process that dies between storing a run and starting its
/// orchestration leaves a queued run that <see cref="RunSweeper"/> starts.
/// </remarks>
public sealed class RunService
{
    private readonly IRunStore _runs;
    private readonly IArtifactStore _artifacts;
    private readonly ILaneControl _lanes;
    private readonly IOrchestrationClient _orchestrations;
    private readonly RunDrafter _drafter;
    private readonly RunServiceOptions _options;
    private readonly IdSource _ids;
    private readonly TimeProvider _time;
    private readonly ILogger<RunService> _logger;
    private readonly ICapacity? _capacity;

    /// <summary>Makes the service.</summary>
    /// <param name="runs">Keeps the runs.</param>
    /// <param name="artifacts">Keeps their snapshots.</param>
    /// <param name="workflows">Has the stored workflows.</param>
    /// <param name="files">Resolves the files and models that inputs name.</param>
    /// <param name="lanes">The lanes of the queue.</param>
    /// <param name="orchestrations">Carries runs out.</param>
    /// <param name="catalogOf">The node types a workspace knows.</param>
    /// <param name="options">How runs are accepted.</param>
    /// <param name="ids">Makes ids.</param>
    /// <param name="time">The time.</param>
    /// <param name="logger">The log.</param>
    /// <param name="capacity">Says why there are no runners yet; null where nobody knows.</param>
    public RunService(
        IRunStore runs, IArtifactStore artifacts, IWorkflowStore workflows, IFileResolver files, ILaneControl lanes, IOrchestrationClient orchestrations,
        Func<WorkspaceId, NodeCatalog> catalogOf, RunServiceOptions options, IdSource ids, TimeProvider time, ILogger<RunService> logger,
        ICapacity? capacity = null)
    {
        _capacity = capacity;
        (_runs, _artifacts, _lanes, _orchestrations, _options, _ids, _time, _logger) = (runs, artifacts, lanes, orchestrations, options, ids, time, logger);
        _drafter = new RunDrafter(workflows, files, catalogOf, options);
    }

    /// <summary>Makes a run, durable once this returns, or says everything that keeps it from being one.</summary>
    /// <param name="workspace">The isolation domain.</param>
    /// <param name="request">What to run. With a <see cref="RunRequest.Id"/> that exists already the run there is returned.</param>
    /// <param name="requestId">Names the request for support; kept with the run and its events.</param>
    /// <param name="cancellationToken">Stops waiting; once the run is stored it runs all the same.</param>
    public async ValueTask<RunSubmission> SubmitAsync(WorkspaceId workspace, RunRequest request, string? requestId, CancellationToken cancellationToken = default)
    {
        using Activity? activity = RunsDiagnostics.Source.StartActivity("run.submit");
        if (request.Id is { } asked && await _runs.FindAsync(workspace, asked, cancellationToken) is { } known)
        {
            return await AnswerAgainAsync(workspace, request, known, [], cancellationToken);
        }

        RunDraft draft = await _drafter.DraftAsync(workspace, request, cancellationToken);
        if (draft.Snapshot is not { } snapshot)
        {
            return new RunSubmission(null, draft.Problems);
        }

        if (await IsFullAsync(workspace, cancellationToken))
        {
            string message = $"{_options.MaxUnfinishedRuns} runs wait or work already. Try again when some have ended.";
            return new RunSubmission(null, draft.Problems.Add(new WorkflowProblem(RunProblemCodes.TooManyRuns, message)));
        }

        RunRecord run = new()
        {
            Id = request.Id ?? _ids.NewRunId(),
            WorkflowId = draft.Stored?.Id,
            WorkflowVersion = draft.Stored?.Version,
            WorkflowName = draft.Document!.Meta.Name,
            CreatedAt = _time.GetUtcNow(),
            Options = request.Options,
            Snapshot = await _artifacts.PutJsonAsync(workspace, snapshot, cancellationToken),
            RequestId = requestId,
            RequestHash = request.RequestHash,
        };
        activity?.SetTag("vortex.run_id", run.Id.Value);
        RunRecord stored = await _runs.CreateAsync(workspace, run, RunEvents.Queued(run.CreatedAt, run, snapshot.Graph.Nodes.Length), cancellationToken);
        if (stored.Snapshot != run.Snapshot)
        {
            // Two requests under one id at the same moment; the other was faster.
            return await AnswerAgainAsync(workspace, request, stored, draft.Problems, cancellationToken);
        }

        RunsDiagnostics.RunsAccepted.Add(1);
        _logger.Accepted(run.Id.Value, snapshot.Graph.Nodes.Length);
        // From here on the run is a promise: a caller that hangs up does not take it back.
        await StartAsync(workspace, stored, request.TraceParent ?? activity?.Id, CancellationToken.None);
        return new RunSubmission(stored, draft.Problems);
    }

    /// <summary>Finds what <see cref="SubmitAsync"/> would find wrong, and makes nothing.</summary>
    public async ValueTask<ImmutableArray<WorkflowProblem>> CheckAsync(WorkspaceId workspace, RunRequest request, CancellationToken cancellationToken = default) =>
        (await _drafter.DraftAsync(workspace, request, cancellationToken)).Problems;

    /// <summary>Asks a run to stop at its next safe point. Asking twice, or for a run that has ended, changes nothing.</summary>
    /// <returns>The run as it is then; null when there is none.</returns>
    public async ValueTask<RunRecord?> CancelAsync(WorkspaceId workspace, RunId run, string? requestId, CancellationToken cancellationToken = default)
    {
        if (await _runs.FindAsync(workspace, run, cancellationToken) is not { } record || record.Status.IsOver())
        {
            return await _runs.FindAsync(workspace, run, cancellationToken);
        }

        // The record first: a process that dies now leaves a wish that the sweep passes on.
        await _runs.CommitAsync(workspace, run, new RunCommit { Change = new RunChange { CancelRequested = true } }, cancellationToken);
        await _orchestrations.RaiseEventAsync(RunOrchestration.Of(workspace, run), RunOrchestrator.Cancel, new CancelRequest(requestId), CancellationToken.None);
        _logger.CancelAsked(run.Value);
        return await _runs.FindAsync(workspace, run, cancellationToken);
    }

    /// <summary>Reads a run; null when there is none.</summary>
    public ValueTask<RunRecord?> FindAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default) =>
        _runs.FindAsync(workspace, run, cancellationToken);

    /// <summary>Lists runs, newest first.</summary>
    public ValueTask<Page<RunRecord>> ListAsync(WorkspaceId workspace, RunQuery query, CancellationToken cancellationToken = default) =>
        _runs.ListAsync(workspace, query, cancellationToken);

    /// <summary>Reads where a run and each of its nodes are; null when there is no such run.</summary>
    /// <remarks>Reads the whole log. Nodes that were not needed are not among them.</remarks>
    public async ValueTask<RunPicture?> PictureAsync(WorkspaceId workspace, RunId run, CancellationToken cancellationToken = default)
    {
        if (await _runs.FindAsync(workspace, run, cancellationToken) is null)
        {
            return null;
        }

        RunProjection projection = new();
        while (await _runs.ReadEventsAsync(workspace, run, projection.LastSequence, 1_000, cancellationToken) is { Count: > 0 } events)
        {
            foreach (RunEvent one in events)
            {
                projection.Apply(one);
            }
        }

        return projection.Picture();
    }

    /// <summary>Reads what waits and works: at most <paramref name="limit"/> runs.</summary>
    public async ValueTask<QueuePicture> QueueAsync(WorkspaceId workspace, int limit = 200, CancellationToken cancellationToken = default)
    {
        LaneState lane = await _lanes.ReadAsync(workspace, cancellationToken);
        Dictionary<RunId, (int Order, LaneRun Run)> order = lane.Runs.Index().ToDictionary(entry => entry.Item.RunId, entry => (entry.Index, entry.Item));
        DateTimeOffset now = _time.GetUtcNow();
        // Those with a place in the lane, in its order; then the oldest of those that have none yet.
        IEnumerable<RunId> wanted = lane.Runs.Select(run => run.RunId)
            .Concat((await _runs.FindUnfinishedAsync(_options.MaxUnfinishedRuns, cancellationToken)).Where(entry => entry.Workspace == workspace).Select(entry => entry.Run))
            .Distinct().Take(limit);
        List<RunRecord> runs = [];
        foreach (RunId id in wanted)
        {
            if (await _runs.FindAsync(workspace, id, cancellationToken) is { } run && !run.Status.IsOver())
            {
                runs.Add(run);
            }
        }

        // At work: somebody holds a batch. Then what has a place in the lane, then what has none yet, oldest first.
        var sorted = runs
            .Select(run => (Run: run, Lane: order.TryGetValue(run.Id, out (int Order, LaneRun Run) at) ? at : (Order: int.MaxValue, Run: null)))
            .OrderBy(entry => entry.Lane.Run?.Leased > 0 ? 0 : 1).ThenBy(entry => entry.Lane.Order)
            .ThenByDescending(entry => entry.Run.Options.Priority).ThenBy(entry => entry.Run.CreatedAt).ThenBy(entry => entry.Run.Id.Value, StringComparer.Ordinal);
        TimeSpan? typical = await TypicalDurationAsync(workspace, cancellationToken);
        ImmutableArray<QueuedRun>.Builder items = ImmutableArray.CreateBuilder<QueuedRun>();
        int waiting = 0;
        Dictionary<BatchRequirements, CapacityState> known = [];
        foreach ((RunRecord run, (int _, LaneRun? at)) in sorted)
        {
            int? position = at?.Leased > 0 ? null : ++waiting;
            items.Add(new QueuedRun(run, position, at?.RunnerId)
            {
                Eta = position is null || lane.Paused ? null : now + (typical * position),
                Waits = await WaitsAsync(lane, run.Id, known, cancellationToken),
            });
        }

        long lag = lane.OldestWaiting is { } since ? (long)Math.Max(0, (now - since).TotalMilliseconds) : 0;
        return new QueuePicture(lane.Paused, items.ToImmutable(), lag);
    }

    /// <summary>Says why a run waits for a runner.</summary>
    /// <returns>How things stand with the runners it needs; null when it does not wait, its lane is paused, or runners are there and it waits for its turn.</returns>
    public ValueTask<CapacityState?> WaitsAsync(LaneState lane, RunId run, CancellationToken cancellationToken = default) => WaitsAsync(lane, run, [], cancellationToken);

    private async ValueTask<CapacityState?> WaitsAsync(LaneState lane, RunId run, Dictionary<BatchRequirements, CapacityState> known, CancellationToken cancellationToken)
    {
        if (_capacity is null || lane.Paused || lane.Runs.FirstOrDefault(one => one.RunId == run) is not { Waiting: > 0, Leased: 0 } waiting
            // Somebody works on the like of it: then it is the queue that it waits for.
            || lane.Runs.Any(other => other.Leased > 0 && other.Requires == waiting.Requires))
        {
            return null;
        }

        if (!known.TryGetValue(waiting.Requires, out CapacityState? state))
        {
            state = await _capacity.ReadAsync(waiting.Requires, cancellationToken);
            known.Add(waiting.Requires, state);
        }

        return state.Status is CapacityStatus.Ready or CapacityStatus.Unknown ? null : state with { Since = waiting.Since ?? state.Since };
    }

    /// <summary>Stops handing out the workspace's batches; those that runners hold finish.</summary>
    public ValueTask PauseAsync(WorkspaceId workspace, CancellationToken cancellationToken = default) => _lanes.SetPausedAsync(workspace, true, cancellationToken);

    /// <summary>Hands batches out again.</summary>
    public ValueTask ResumeAsync(WorkspaceId workspace, CancellationToken cancellationToken = default) => _lanes.SetPausedAsync(workspace, false, cancellationToken);

    /// <summary>Moves a waiting run before another one of its priority, or to the end.</summary>
    /// <returns>False when either has nothing waiting.</returns>
    public ValueTask<bool> MoveAsync(WorkspaceId workspace, RunId run, RunId? before, CancellationToken cancellationToken = default) =>
        _lanes.MoveAsync(workspace, run, before, cancellationToken);

    /// <summary>Starts a run's orchestration; does nothing when it has one.</summary>
    internal async ValueTask<bool> StartAsync(WorkspaceId workspace, RunRecord run, string? traceParent, CancellationToken cancellationToken)
    {
        RunOrder order = new()
        {
            RunId = run.Id,
            Snapshot = run.Snapshot,
            Priority = run.Options.Priority,
            CachePolicy = run.Options.CachePolicy,
            Retry = run.Options.Retry,
            RetryOutOfMemory = _options.RetryOutOfMemory,
            MaxDuration = _options.MaxDuration,
            CancelTimeout = _options.CancelTimeout,
            TraceParent = traceParent,
        };
        return await _orchestrations.StartAsync(RunOrchestration.Of(workspace, run.Id), RunOrchestrator.Name, order, cancellationToken);
    }

    private async ValueTask<RunSubmission> AnswerAgainAsync(
        WorkspaceId workspace, RunRequest request, RunRecord known, ImmutableArray<WorkflowProblem> problems, CancellationToken cancellationToken)
    {
        if (known.RequestHash != request.RequestHash)
        {
            return new RunSubmission(null, problems.Add(new WorkflowProblem(RunProblemCodes.RequestIdReused, "Another request was made under this key before. Use a new key for a new request.")));
        }

        if (!known.Status.IsOver())
        {
            await StartAsync(workspace, known, request.TraceParent, cancellationToken);
        }

        return new RunSubmission(known, problems);
    }

    private async ValueTask<bool> IsFullAsync(WorkspaceId workspace, CancellationToken cancellationToken)
    {
        // A store has no count. Runs of other workspaces are among these; where there are few in all, nothing more is looked at.
        IReadOnlyList<(WorkspaceId Workspace, RunId Run)> unfinished = await _runs.FindUnfinishedAsync(_options.MaxUnfinishedRuns, cancellationToken);
        return unfinished.Count >= _options.MaxUnfinishedRuns && unfinished.Count(entry => entry.Workspace == workspace) >= _options.MaxUnfinishedRuns;
    }

    /// <summary>Returns the middle of the durations of the last runs; null when there are none.</summary>
    private async ValueTask<TimeSpan?> TypicalDurationAsync(WorkspaceId workspace, CancellationToken cancellationToken)
    {
        Page<RunRecord> ended = await _runs.ListAsync(workspace, new RunQuery { Status = RunStatus.Succeeded, Limit = 20 }, cancellationToken);
        List<long> durations = [.. ended.Items.Where(run => run.Summary is not null).Select(run => run.Summary!.DurationMs).Order()];
        return durations.Count == 0 ? null : TimeSpan.FromMilliseconds(durations[durations.Count / 2]);
    }
}
