using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>What expanding a document gave.</summary>
/// <param name="Graph">
/// The graph; null when an error kept it from being built. It is there although nothing can run it when the only errors are
/// node types nobody can execute (<see cref="WorkflowProblemCodes.TypeNotExecutable"/>) or that there is nothing to show.
/// </param>
/// <param name="Problems">All problems, those of the validator included.</param>
public sealed record ExpansionResult(ExecutableGraph? Graph, ImmutableArray<WorkflowProblem> Problems)
{
    /// <summary>Gets whether there is a graph and no error.</summary>
    public bool CanRun => Graph is not null && Problems.All(problem => problem.Severity != ProblemSeverity.Error);
}
