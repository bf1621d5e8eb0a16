using System.Collections.Immutable;
using System.Globalization;

namespace Vortex.Workflows;

/// <summary>Collects problems up to the limit and keeps count of the rest.</summary>
internal sealed class ProblemList(int maxProblems)
{
    private readonly ImmutableArray<WorkflowProblem>.Builder _problems = ImmutableArray.CreateBuilder<WorkflowProblem>();
    private long _dropped;
    private bool _droppedError;

    /// <summary>Gets whether an error was added, kept or not.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Gets whether a further problem would only be counted: its sentence need not be made.</summary>
    public bool IsFull => _problems.Count >= maxProblems;

    /// <summary>Gets how many were kept.</summary>
    public int Count => _problems.Count;

    public void Add(WorkflowProblem problem)
    {
        if (IsFull)
        {
            AddUnsaid(problem.Severity);
            return;
        }

        HasErrors |= problem.Severity == ProblemSeverity.Error;
        _problems.Add(problem);
    }

    /// <summary>Counts a problem of a full list.</summary>
    public void AddUnsaid(ProblemSeverity severity) => AddUnsaid(1, severity == ProblemSeverity.Error);

    /// <summary>Counts problems whose sentences nobody made.</summary>
    public void AddUnsaid(long count, bool anyError)
    {
        _dropped += count;
        _droppedError |= anyError;
        HasErrors |= anyError;
    }

    public void AddRange(ImmutableArray<WorkflowProblem> problems)
    {
        foreach (WorkflowProblem problem in problems)
        {
            Add(problem);
        }
    }

    /// <summary>Returns the problems; a last one says how many more there are. It is an error if one of those is.</summary>
    public ImmutableArray<WorkflowProblem> ToImmutable()
    {
        if (_dropped == 0)
        {
            return _problems.ToImmutable();
        }

        string count = _dropped.ToString(CultureInfo.InvariantCulture);
        return _problems.ToImmutable().Add(new WorkflowProblem(
            WorkflowProblemCodes.TooManyProblems,
            $"There are {count} more problems. Mend these first and check again.")
        {
            Severity = _droppedError ? ProblemSeverity.Error : ProblemSeverity.Warning,
        });
    }
}
