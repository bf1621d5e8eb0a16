using System.Collections.Immutable;
using System.Globalization;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>What the orchestrator knows of its batches. Changes only by what the history tells, so that it replays.</summary>
internal sealed class RunBoard
{
    private const int MaxProblems = 50;

    private readonly List<int>[] _dependents;
    private readonly BatchState[] _batches;
    private readonly int[] _openDependencies;
    private readonly bool[] _isAfterFailure;
    private readonly List<RunProblem> _problems;

    private RunBoard(PlanSummary plan, IEnumerable<BatchState> batches, RunFigures figures, IEnumerable<RunProblem> problems)
    {
        Plan = plan;
        Figures = figures;
        _batches = [.. batches];
        _problems = [.. problems];
        _openDependencies = new int[_batches.Length];
        _isAfterFailure = new bool[_batches.Length];
        _dependents = new List<int>[_batches.Length];
        for (int i = 0; i < _batches.Length; i++)
        {
            _dependents[i] = [];
            foreach (int other in DependencySet.Read(plan.DependsOn[i]))
            {
                _dependents[other].Add(i);
                _openDependencies[i]++;
            }
        }

        for (int i = 0; i < _batches.Length; i++)
        {
            if (IsOver(_batches[i].Phase))
            {
                Release(i);
            }
        }
    }

    public PlanSummary Plan { get; }

    public RunFigures Figures { get; private set; }

    public ImmutableArray<RunProblem> Problems => [.. _problems];

    public bool IsSettled => Array.TrueForAll(_batches, batch => IsOver(batch.Phase));

    public bool AllSucceeded => Array.TrueForAll(_batches, batch => batch.Phase == BatchPhase.Succeeded);

    /// <summary>Gets when the next batch that waits for another attempt is due.</summary>
    public DateTimeOffset? NextDue => _batches.Where(batch => batch.Phase == BatchPhase.Waiting).Min(batch => batch.DueAt);

    public static RunBoard Begin(PlanSummary plan) =>
        new(plan, plan.Sizes.Select(_ => new BatchState()), new RunFigures(Cached: plan.Cached), []);

    public static RunBoard Resume(RunProgress progress) => new(progress.Plan, progress.Batches, progress.Figures, progress.Problems);

    public RunProgress ToProgress() => new() { Plan = Plan, Batches = [.. _batches], Figures = Figures, Problems = Problems };

    /// <summary>Marks batches that can be sent now as sent, and returns them.</summary>
    public ImmutableArray<BatchOrder> TakeReady(DateTimeOffset now)
    {
        ImmutableArray<BatchOrder>.Builder ready = ImmutableArray.CreateBuilder<BatchOrder>();
        for (int i = 0; i < _batches.Length; i++)
        {
            BatchState batch = _batches[i];
            if (batch.Phase != BatchPhase.Waiting || batch.DueAt > now || _openDependencies[i] > 0)
            {
                continue;
            }

            _batches[i] = batch with { Phase = BatchPhase.Dispatched, Dispatch = batch.Dispatch + 1, DueAt = null };
            ready.Add(new BatchOrder(i, batch.Dispatch + 1, batch.Larger, _isAfterFailure[i]));
        }

        return ready.ToImmutable();
    }

    public void Skip(int batch) => End(batch, BatchPhase.Skipped, new RunFigures(Skipped: Plan.Sizes[batch]));

    /// <summary>Finds the batch an outcome answers; -1 when it is late, a repetition, or about nothing of this run.</summary>
    public int Find(BatchOutcome outcome)
    {
        ReadOnlySpan<char> id = outcome.BatchId.Value;
        return int.TryParse(id[(id.LastIndexOf('.') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int batch)
            && batch < _batches.Length && _batches[batch].Phase == BatchPhase.Dispatched && _batches[batch].Dispatch == outcome.Dispatch
            ? batch
            : -1;
    }

    public BatchState this[int batch] => _batches[batch];

    public void Settle(int batch, BatchOutcome outcome, bool stopping)
    {
        BatchPhase phase = outcome.Status switch
        {
            BatchStatus.Succeeded => BatchPhase.Succeeded,
            BatchStatus.Canceled when stopping => BatchPhase.Canceled,
            _ => BatchPhase.Failed,
        };
        int told = outcome.Cached + outcome.Succeeded + outcome.Failed;
        End(batch, phase, new RunFigures(outcome.Cached, outcome.Succeeded, outcome.Failed, Math.Max(0, Plan.Sizes[batch] - told)));
        if (phase == BatchPhase.Failed)
        {
            AddProblems(outcome.Problems);
        }
    }

    public void TryAgain(int batch, DateTimeOffset dueAt, bool larger) =>
        _batches[batch] = _batches[batch] with { Phase = BatchPhase.Waiting, DueAt = dueAt, Larger = larger };

    /// <summary>Ends what waits, and those of the batches at work that nobody had begun.</summary>
    public void Stop(IReadOnlyCollection<int> notBegun)
    {
        for (int i = 0; i < _batches.Length; i++)
        {
            if (_batches[i].Phase == BatchPhase.Waiting || (_batches[i].Phase == BatchPhase.Dispatched && notBegun.Contains(i)))
            {
                End(i, BatchPhase.Canceled, new RunFigures(Skipped: Plan.Sizes[i]));
            }
        }
    }

    public void AddProblems(IEnumerable<RunProblem> problems) => _problems.AddRange(problems.Take(MaxProblems - _problems.Count));

    private void End(int batch, BatchPhase phase, RunFigures more)
    {
        _batches[batch] = _batches[batch] with { Phase = phase, DueAt = null };
        Figures = new RunFigures(Figures.Cached + more.Cached, Figures.Succeeded + more.Succeeded, Figures.Failed + more.Failed, Figures.Skipped + more.Skipped);
        Release(batch);
    }

    private void Release(int batch)
    {
        foreach (int dependent in _dependents[batch])
        {
            _openDependencies[dependent]--;
            _isAfterFailure[dependent] |= _batches[batch].Phase != BatchPhase.Succeeded;
        }
    }

    private static bool IsOver(BatchPhase phase) => phase is not (BatchPhase.Waiting or BatchPhase.Dispatched);
}
