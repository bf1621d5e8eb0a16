using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>Problems of a text, each at a byte. Lines are counted once, at the end, over all of them.</summary>
internal sealed class PlacedProblems(int maxProblems)
{
    private readonly List<(long Offset, string Pointer, WorkflowProblem Problem)> _problems = [];
    private long _dropped;
    private bool _droppedError;

    public bool HasErrors { get; private set; }

    /// <summary>Gets whether a further problem would only be counted.</summary>
    public bool IsFull => _problems.Count >= maxProblems;

    public void Error(string code, string message, long offset, string pointer) =>
        Add(new WorkflowProblem(code, message), offset, pointer);

    public void Warning(string code, string message, long offset, string pointer) =>
        Add(new WorkflowProblem(code, message) { Severity = ProblemSeverity.Warning }, offset, pointer);

    /// <summary>Counts an error of a full list, whose sentence need not be made.</summary>
    public void ErrorUnsaid()
    {
        HasErrors = true;
        _droppedError = true;
        _dropped++;
    }

    /// <summary>Returns the problems in the order of the text.</summary>
    /// <param name="text">The text all offsets are in.</param>
    public ImmutableArray<WorkflowProblem> Place(ReadOnlySpan<byte> text)
    {
        long line = 1;
        int lineStart = 0;
        ProblemList placed = new(maxProblems);
        foreach ((long offset, string pointer, WorkflowProblem problem) in _problems.OrderBy(problem => problem.Offset))
        {
            int at = (int)Math.Clamp(offset, 0, text.Length);
            ReadOnlySpan<byte> between = text[lineStart..at];
            int last = between.LastIndexOf((byte)'\n');
            if (last >= 0)
            {
                line += between.Count((byte)'\n');
                lineStart += last + 1;
            }

            placed.Add(problem with { Position = new TextPosition(line, at - lineStart + 1, pointer) });
        }

        placed.AddUnsaid(_dropped, _droppedError);
        return placed.ToImmutable();
    }

    public void Add(WorkflowProblem problem, long offset, string pointer)
    {
        bool error = problem.Severity == ProblemSeverity.Error;
        HasErrors |= error;
        if (IsFull)
        {
            _dropped++;
            _droppedError |= error;
            return;
        }

        _problems.Add((offset, pointer, problem));
    }
}
