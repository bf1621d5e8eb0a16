using System.Globalization;

namespace Vortex.Workflows;

/// <summary>Problems that checking and expanding have in common.</summary>
internal static class SizeProblems
{
    public static WorkflowProblem Nodes(long count, WorkflowLimits limits) => new(
        WorkflowProblemCodes.TooManyNodes,
        $"The workflow has {Number(count)} nodes; at most {Number(limits.MaxNodes)} are allowed. Split it, or lower the passes of its loops.");

    public static WorkflowProblem Edges(long count, WorkflowLimits limits) => new(
        WorkflowProblemCodes.TooManyEdges,
        $"The workflow has {Number(count)} edges; at most {Number(limits.MaxEdges)} are allowed. Split it, or lower the passes of its loops.");

    public static WorkflowProblem NoOutputs() => new(
        WorkflowProblemCodes.NoOutputs,
        "No node that would run saves or shows anything, so there is nothing to do. Add such a node, or unmute one.");

    // Sums of nested loops stop at the largest number there is.
    private static string Number(long count) =>
        count == long.MaxValue ? "more than 9 quintillion" : count.ToString("N0", CultureInfo.InvariantCulture);
}
