namespace Vortex.Workflows;

/// <summary>One thing wrong with a workflow, placed precisely enough for an editor to point at it.</summary>
/// <param name="Code">A stable code, listed in <c>docs/problems/</c>, such as <c>workflow.cycle</c>.</param>
/// <param name="Message">A sentence that says what is wrong and what to do.</param>
public sealed record WorkflowProblem(string Code, string Message)
{
    /// <summary>Gets the node; inside subgraphs the path of instance ids joined by a colon. Null for the whole document.</summary>
    public NodeId? Node { get; init; }

    /// <summary>Gets the port of the node; null for the whole node.</summary>
    public string? Port { get; init; }

    /// <summary>Gets the place in the text, where there is a text; 1-based line and column (in UTF-8 bytes), and a JSON pointer.</summary>
    public TextPosition? Position { get; init; }

    /// <summary>Gets whether the workflow cannot run because of it.</summary>
    public ProblemSeverity Severity { get; init; } = ProblemSeverity.Error;
}

/// <summary>A place in a JSON text.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in bytes of UTF-8.</param>
/// <param name="Pointer">A JSON pointer (RFC 6901); empty for the whole text.</param>
public sealed record TextPosition(long Line, long Column, string Pointer);

/// <summary>Whether a problem keeps a workflow from running.</summary>
public enum ProblemSeverity
{
    /// <summary>It runs, but somebody should know.</summary>
    Warning,

    /// <summary>It does not run.</summary>
    Error,
}
