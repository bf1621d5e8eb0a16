using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Makes of a document the graph that is executed.</summary>
/// <remarks>
/// Values of callers are put in, subgraph instances and loops are written out, muted nodes go together with all that needs them (an optional
/// input of a muted node stays unconnected), bypassed nodes, reroutes and switches with a constant selector are passed through,
/// defaults are filled in. Time and memory are in proportion to the expanded graph, whose size is checked before it is built.
/// </remarks>
public static class WorkflowExpander
{
    private static readonly string[] Harmless =
        [WorkflowProblemCodes.TypeNotExecutable, WorkflowProblemCodes.NoOutputs, WorkflowProblemCodes.Empty];

    /// <summary>Expands a document. It is validated first.</summary>
    /// <param name="document">The document.</param>
    /// <param name="catalog">The known node types; <see cref="FlowTypes"/> need not be among them.</param>
    /// <param name="inputs">Values for <see cref="WorkflowDocument.Inputs"/> by name; null or JSON null leaves the default.</param>
    /// <param name="limits">The limits; <see cref="WorkflowLimits.Default"/> when null.</param>
    public static ExpansionResult Expand(
        WorkflowDocument document,
        NodeCatalog catalog,
        IReadOnlyDictionary<string, JsonElement>? inputs = null,
        WorkflowLimits? limits = null)
    {
        limits ??= WorkflowLimits.Default;
        ProblemList problems = new(limits.MaxProblems);
        problems.AddRange(WorkflowValidator.Validate(document, catalog, limits));
        ImmutableArray<WorkflowProblem> found = problems.ToImmutable();
        if (found.Any(problem => problem.Severity == ProblemSeverity.Error && !Harmless.Contains(problem.Code)))
        {
            return new ExpansionResult(null, found);
        }

        DocumentShapes shapes = new(document, catalog);
        ProblemList later = new(limits.MaxProblems);
        ExecutableGraph? graph = Build(document, shapes, inputs, limits, later);
        bool saidNoOutputs = found.Any(problem => problem.Code is WorkflowProblemCodes.NoOutputs or WorkflowProblemCodes.Empty);
        if (graph is not null && !saidNoOutputs && !graph.Nodes.Any(node => catalog.Find(node.Type)?.IsOutput == true))
        {
            later.Add(SizeProblems.NoOutputs());
        }

        problems.AddRange(later.ToImmutable());
        return new ExpansionResult(graph, problems.ToImmutable());
    }

    private static ExecutableGraph? Build(
        WorkflowDocument document,
        DocumentShapes shapes,
        IReadOnlyDictionary<string, JsonElement>? inputs,
        WorkflowLimits limits,
        ProblemList problems)
    {
        ExpandedSize size = ExpandedSize.Of(document, shapes);
        if (Math.Max(size.Nodes, size.Passes) > limits.MaxNodes)
        {
            problems.Add(SizeProblems.Nodes(Math.Max(size.Nodes, size.Passes), limits));
        }

        if (size.Edges > limits.MaxEdges)
        {
            problems.Add(SizeProblems.Edges(size.Edges, limits));
        }

        Dictionary<(NodeId Node, string Port), JsonElement> given = RunInputs.Take(document, shapes, inputs, limits, problems);
        if (problems.HasErrors)
        {
            return null;
        }

        Flattener flattener = new(shapes, given);
        flattener.AddTop(document);
        ValueResolver resolver = new(flattener.Nodes, problems);
        resolver.DecideSwitches();
        GraphAssembly assembly = new(flattener.Nodes, resolver, limits, problems);
        ExecutableGraph graph = assembly.Build();
        return problems.HasErrors ? null : graph;
    }
}
