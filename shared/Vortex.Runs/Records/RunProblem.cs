using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Why something failed, in a form that crosses the wire.</summary>
/// <param name="Code">A stable code from the catalog in <c>docs/problems</c>.</param>
/// <param name="Message">A sentence that says what to do.</param>
public sealed record RunProblem(string Code, string Message)
{
    /// <summary>Gets the node.</summary>
    public NodeId? Node { get; init; }

    /// <summary>Gets the input of the node.</summary>
    public string? Port { get; init; }

    /// <summary>Gets whether trying again may help, and how.</summary>
    public ProblemClass Class { get; init; } = ProblemClass.Fatal;

    /// <summary>Gets a third party's own words.</summary>
    public string? Detail { get; init; }
}

/// <summary>What a failure says about another attempt.</summary>
public enum ProblemClass
{
    /// <summary>The same will happen again.</summary>
    Fatal,

    /// <summary>A network, disk or process hiccup: try again after a while.</summary>
    Transient,

    /// <summary>Too little memory: try again on a larger runner.</summary>
    OutOfMemory,

    /// <summary>Stopped on request.</summary>
    Canceled,
}
