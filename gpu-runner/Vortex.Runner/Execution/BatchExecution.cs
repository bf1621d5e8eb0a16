using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Vortex.Runner.Models;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>Executes one batch from its plan to its outcome.</summary>
/// <remarks>
/// Whatever a batch did before it was interrupted stays: a later attempt finds the outputs that were kept and the results in memory, executes
/// only the rest, and its events say nothing twice.
/// </remarks>
internal sealed class BatchExecution(RunnerParts parts, BatchLease lease)
{
    private const int MaxProblems = 50;

    private readonly Lock _gate = new();
    private readonly List<RunProblem> _problems = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BatchGraph _graph = null!;
    private BatchContext _context = null!;
    private HashSet<BatchNode> _reached = [];
    private int _workers;
    private bool _isStarted;
    private Exception? _failure;

    /// <summary>Works until the batch is done or is to stop.</summary>
    /// <param name="isLost">Says, once <paramref name="quit"/> is signaled, whether the lease is gone; then nothing more is written.</param>
    /// <param name="cancel">Somebody wants the run stopped: the outcome says so.</param>
    /// <param name="quit">The batch is no longer this runner's, or the runner stops: there is no outcome.</param>
    /// <returns>The outcome, with all facts written; null after <paramref name="quit"/>.</returns>
    /// <exception cref="IOException">The run's log or the plan could not be read or written.</exception>
    public async Task<BatchOutcome?> RunAsync(Func<bool> isLost, CancellationToken cancel, CancellationToken quit)
    {
        BatchMessage message = lease.Batch;
        await using RunJournal journal = new(parts.Runs, parts.Cache, message.Workspace, message.RunId, parts.Options, parts.Time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, quit, journal.Stopped);
        using ModelUses models = new();
        try
        {
            if (await PrepareAsync(journal, models, stop.Token) is { } problem)
            {
                return Outcome(BatchStatus.Failed) with { Problems = [problem] };
            }

            await ExecuteAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told below, by what asked for it.
        }

        if (quit.IsCancellationRequested && isLost())
        {
            journal.Discard();
            return null;
        }

        await journal.FlushAsync();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        bool isWhole = IsWhole();
        if (!isWhole && quit.IsCancellationRequested)
        {
            return null;
        }

        bool isStopped = journal.RunEnded || (!isWhole && cancel.IsCancellationRequested);
        return Outcome(isStopped ? BatchStatus.Canceled : _problems.Count > 0 ? BatchStatus.Failed : BatchStatus.Succeeded);
    }

    private async Task<RunProblem?> PrepareAsync(RunJournal journal, ModelUses models, CancellationToken stop)
    {
        BatchMessage message = lease.Batch;
        LoadedPlan plan;
        try
        {
            plan = await parts.Plans.LoadAsync(message.Workspace, message.Plan, stop);
        }
        catch (InvalidDataException exception)
        {
            return new RunProblem("runner.plan_unreadable", $"{exception.Message} Start the run again.");
        }

        if (message.Index < 0 || message.Index >= plan.Plan.Batches.Length)
        {
            return new RunProblem("runner.plan_unreadable", $"The plan has no batch {message.Index}. Start the run again.");
        }

        _graph = new BatchGraph(plan, message.Index, parts.Library);
        Dictionary<NodeId, NodeOutputs> outputs = await ReadOutputsAsync(plan, stop);
        _context = new BatchContext(parts, lease, plan, outputs, journal, models);
        foreach (BatchNode node in _graph.Nodes)
        {
            if (outputs.TryGetValue(node.Planned.Id, out NodeOutputs? stored))
            {
                node.Stored = stored;
                node.MadeFrom = stored.MadeFrom;
                node.Artifacts = stored.Artifacts.Length;
            }
        }

        if (message.Dispatch > 1 || lease.Attempt > 1 || _graph.Nodes.Any(node => node.Stored is not null))
        {
            await ReadShownAsync(stop);
        }

        _reached = _graph.Reach(HasResult);
        Announce();
        return null;
    }

    private bool HasResult(BatchNode node)
    {
        if (node.Stored is null && node.Planned is { MayCache: true, IsFresh: false } && _context.CacheUse.Look)
        {
            node.Hit = parts.Values.Find(_context.Workspace, node.Planned.Key);
        }

        return node.Stored is not null || node.Hit is not null;
    }

    // Says which values will be needed, and which nodes nobody needs any more.
    private void Announce()
    {
        foreach (BatchNode node in _graph.Nodes)
        {
            if (!_reached.Contains(node))
            {
                if (node.Shown is null && node.Stored is null)
                {
                    _context.Journal.Add(new JournalEntry([_context.Events.Cached(node.Planned.Id, node.Planned.Key, CacheSource.NotNeeded, [], null, 0)]));
                }
            }
            else if (node.Stored is null && node.Hit is null)
            {
                foreach ((_, NodeLink link) in node.Planned.Links)
                {
                    _context.Values.AddUse(link);
                }
            }
        }
    }

    private async Task<Dictionary<NodeId, NodeOutputs>> ReadOutputsAsync(LoadedPlan plan, CancellationToken stop)
    {
        HashSet<NodeId> inside = [.. _graph.Nodes.Select(node => node.Planned.Id)];
        HashSet<NodeId> wanted = [.. _graph.Nodes.Where(node => node.Planned.Keep).Select(node => node.Planned.Id)];
        foreach (BatchNode node in _graph.Nodes)
        {
            wanted.UnionWith(node.Planned.Links.Values.Select(link => link.Node).Where(from => !inside.Contains(from)));
        }

        if (wanted.Count == 0)
        {
            return [];
        }

        WorkspaceId workspace = lease.Batch.Workspace;
        Dictionary<NodeId, NodeOutputs> outputs = new(await parts.Runs.ReadOutputsAsync(workspace, lease.Batch.RunId, wanted, stop));
        Dictionary<NodeId, CacheKey> missing = [];
        foreach (NodeId node in wanted)
        {
            if (!outputs.ContainsKey(node) && !inside.Contains(node) && plan.FindCached(node) is { } cached)
            {
                missing.Add(node, cached.Key);
            }
        }

        if (missing.Count > 0)
        {
            IReadOnlyDictionary<CacheKey, NodeOutputs> found = await parts.Cache.FindAsync(workspace, [.. missing.Values.Distinct()], stop);
            foreach ((NodeId node, CacheKey key) in missing)
            {
                if (found.TryGetValue(key, out NodeOutputs? value))
                {
                    outputs.Add(node, value);
                }
            }
        }

        return outputs;
    }

    private async Task ReadShownAsync(CancellationToken stop)
    {
        const int Page = 1000;
        Dictionary<NodeId, BatchNode> nodes = _graph.Nodes.ToDictionary(node => node.Planned.Id);
        long after = 0;
        while (true)
        {
            IReadOnlyList<RunEvent> events = await parts.Runs.ReadEventsAsync(lease.Batch.Workspace, lease.Batch.RunId, after, Page, stop);
            foreach (RunEvent one in events)
            {
                if (one is { Type: RunEventTypes.NodeCompleted or RunEventTypes.NodeCached, NodeId: { } id } && nodes.TryGetValue(id, out BatchNode? node))
                {
                    node.Shown = one.Type == RunEventTypes.NodeCompleted ? NodeStatus.Succeeded : NodeStatus.Cached;
                }
            }

            if (events.Count < Page)
            {
                return;
            }

            after = events[^1].Sequence;
        }
    }

    private async Task ExecuteAsync(CancellationToken stop)
    {
        lock (_gate)
        {
            _graph.DemandRoots();
            _isStarted = true;
            _workers = 1;
        }

        await WorkAsync(stop);
        await _done.Task;
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        NodeExecution execution = new(parts, _context);
        try
        {
            while (Take(stop) is { } node)
            {
                await WorkOnAsync(execution, node, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The node counts as not run.
        }
        // What is no node's fault ends the batch, and the runner gives it back.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure ??= exception;
        }

        lock (_gate)
        {
            if (--_workers == 0)
            {
                _done.TrySetResult();
            }
        }
    }

    private BatchNode? Take(CancellationToken stop)
    {
        lock (_gate)
        {
            if (stop.IsCancellationRequested || _failure is not null)
            {
                return null;
            }

            BatchNode? taken = _graph.Take();
            // Another thread is worth it only for work that takes longer than starting one.
            if (_workers < parts.Options.NodesAtOnce && _graph.Next is { } next && next.Method?.Type.Resources.Cost > NodeCost.Trivial)
            {
                _workers++;
                _ = Task.Run(() => WorkAsync(stop), CancellationToken.None);
            }

            return taken;
        }
    }

    private async Task WorkOnAsync(NodeExecution execution, BatchNode node, CancellationToken stop)
    {
        if (node.MustDecide)
        {
            (HashSet<string> chosen, RunProblem? unknown) = await execution.ChooseAsync(node, stop);
            if (unknown is null && !Choose(node, chosen))
            {
                return;
            }

            if (unknown is not null)
            {
                End(node, BatchNodeState.Failed, unknown);
                return;
            }
        }

        (BatchNodeState state, RunProblem? problem) = node.Hit is { } hit
            ? await execution.ServeAsync(node, hit, stop)
            : await execution.RunAsync(node, stop);
        End(node, state, problem);
    }

    private bool Choose(BatchNode node, HashSet<string> chosen)
    {
        lock (_gate)
        {
            foreach ((string input, NodeLink link) in node.Planned.Links)
            {
                if (node.Method!.DeciderOf(input) is not null && !chosen.Contains(input))
                {
                    _context.Values.Release(link);
                }
            }

            bool goesOn = _graph.DemandChosen(node, chosen);
            ReleaseDropped();
            return goesOn;
        }
    }

    private void End(BatchNode node, BatchNodeState state, RunProblem? problem)
    {
        lock (_gate)
        {
            if (problem is not null)
            {
                _problems.Add(problem);
                _context.Release(node);
            }

            _graph.End(node, state);
            ReleaseDropped();
        }
    }

    private void ReleaseDropped()
    {
        foreach (BatchNode dropped in _graph.TakeDropped())
        {
            _context.Release(dropped);
        }
    }

    private bool IsWhole() => _isStarted && !_graph.Nodes.Any(node => node.State is BatchNodeState.Waiting or BatchNodeState.Ready);

    private BatchOutcome Outcome(BatchStatus status)
    {
        int succeeded = 0;
        int cached = 0;
        int failed = 0;
        int skipped = 0;
        int artifacts = 0;
        foreach (BatchNode node in _isStarted ? _graph.Nodes : [])
        {
            artifacts += node.Artifacts;
            switch (StatusOf(node))
            {
                case NodeStatus.Succeeded:
                    succeeded++;
                    break;
                case NodeStatus.Cached:
                    cached++;
                    break;
                case NodeStatus.Failed:
                    failed++;
                    break;
                default:
                    skipped++;
                    break;
            }
        }

        return new BatchOutcome
        {
            BatchId = lease.Batch.BatchId,
            Workspace = lease.Batch.Workspace,
            RunId = lease.Batch.RunId,
            Dispatch = lease.Batch.Dispatch,
            Attempt = lease.Attempt,
            RunnerId = parts.Options.RunnerId,
            Status = status,
            Succeeded = succeeded,
            Cached = cached,
            Failed = failed,
            Skipped = skipped,
            Artifacts = artifacts,
            Problems = [.. _problems.Take(MaxProblems)],
        };
    }

    private NodeStatus StatusOf(BatchNode node) => node.State switch
    {
        _ when node.Stored is not null => node.Shown ?? NodeStatus.Succeeded,
        BatchNodeState.Succeeded => NodeStatus.Succeeded,
        BatchNodeState.Cached => NodeStatus.Cached,
        BatchNodeState.Failed => NodeStatus.Failed,
        // Nobody needs it: everything behind it had its result. A node that a switch passed over was reached, and is skipped.
        BatchNodeState.Idle when !_reached.Contains(node) => node.Shown ?? NodeStatus.Cached,
        _ => NodeStatus.Skipped,
    };
}
