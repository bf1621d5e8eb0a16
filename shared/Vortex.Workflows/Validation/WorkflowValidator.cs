using System.Collections.Immutable;
using System.Globalization;

namespace Vortex.Workflows;

/// <summary>Says whether a document can run, and if not, everything that keeps it from it.</summary>
/// <remarks>
/// Takes time in proportion to the document. Each graph of the document is looked at once: what is wrong inside a subgraph is told for its
/// first instance. A subgraph instance counts as one node, so a value that leaves and re-enters it is a cycle even where no inner node depends on itself.
/// Nodes that do not run (muted or bypassed) may be incomplete or of unknown types.
/// </remarks>
public static class WorkflowValidator
{
    /// <summary>Checks a document.</summary>
    /// <param name="document">The document. It may come from an editor and break every rule.</param>
    /// <param name="catalog">The known node types; <see cref="FlowTypes"/> need not be among them.</param>
    /// <param name="limits">The limits; <see cref="WorkflowLimits.Default"/> when null.</param>
    /// <returns>The problems, up to <see cref="WorkflowLimits.MaxProblems"/>. Without an error among them the document can be expanded.</returns>
    public static ImmutableArray<WorkflowProblem> Validate(WorkflowDocument document, NodeCatalog catalog, WorkflowLimits? limits = null)
    {
        limits ??= WorkflowLimits.Default;
        ProblemList problems = new(limits.MaxProblems);
        if (!CheckSize(document, limits, problems))
        {
            return problems.ToImmutable();
        }

        if (document.Nodes.IsEmpty)
        {
            problems.Add(new WorkflowProblem(WorkflowProblemCodes.Empty, "The workflow has no nodes. Add at least one that saves or shows something."));
        }

        DocumentShapes shapes = new(document, catalog);
        CheckSubgraphs(document, shapes, limits, problems);
        ImmutableArray<WorkflowGraph> graphs = Graphs(document, shapes, limits);
        HashSet<(NodeId Node, string Port)> promoted = [];
        PromotedInputCheck.Run(document, shapes, limits, problems, promoted);
        foreach (WorkflowGraph graph in graphs)
        {
            new GraphCheck(graph, shapes, catalog, limits, problems, graph.Subgraph is null ? promoted : null).Run();
        }

        CheckOutputs(document, shapes, problems);
        return problems.ToImmutable();
    }

    private static bool CheckSize(WorkflowDocument document, WorkflowLimits limits, ProblemList problems)
    {
        long nodes = document.Nodes.Length + document.Subgraphs.Values.Sum(subgraph => (long)subgraph.Nodes.Length);
        long edges = document.Edges.Length + document.Subgraphs.Values.Sum(subgraph => (long)subgraph.Edges.Length);
        if (nodes > limits.MaxNodes)
        {
            problems.Add(SizeProblems.Nodes(nodes, limits));
        }

        if (edges > limits.MaxEdges)
        {
            problems.Add(SizeProblems.Edges(edges, limits));
        }

        return !problems.HasErrors;
    }

    private static void CheckSubgraphs(WorkflowDocument document, DocumentShapes shapes, WorkflowLimits limits, ProblemList problems)
    {
        foreach (int[] ring in shapes.Recursions)
        {
            string names = Cycles.Describe(ring, index => Quote.Short(shapes.Ids[index]));
            problems.Add(new WorkflowProblem(WorkflowProblemCodes.SubgraphRecursion, $"A subgraph contains itself: {names}. Break the ring."));
        }

        int deepest = document.Nodes.Select(node => node.SubgraphId is { } id && shapes.IndexOf(id) is >= 0 and int index ? shapes.Depths[index] + 1 : 0)
            .DefaultIfEmpty(0)
            .Max();
        if (deepest > limits.MaxSubgraphDepth && shapes.Recursions.Count == 0)
        {
            string message = $"Subgraphs nest {deepest} levels deep; at most {limits.MaxSubgraphDepth} are allowed.";
            problems.Add(new WorkflowProblem(WorkflowProblemCodes.SubgraphTooDeep, message));
        }
    }

    /// <summary>Lists the top graph and all definitions, each with the path of its first instance.</summary>
    private static ImmutableArray<WorkflowGraph> Graphs(WorkflowDocument document, DocumentShapes shapes, WorkflowLimits limits)
    {
        ImmutableArray<WorkflowGraph>.Builder graphs = ImmutableArray.CreateBuilder<WorkflowGraph>();
        bool[] listed = new bool[shapes.Ids.Length];
        Queue<(WorkflowGraph Graph, int Depth)> queue = new();
        queue.Enqueue((new WorkflowGraph(null, "", document.Nodes, document.Edges), 0));
        while (queue.TryDequeue(out (WorkflowGraph Graph, int Depth) next))
        {
            graphs.Add(next.Graph);
            // Deeper ones are named by their definition: paths would grow with every level.
            foreach (WorkflowNode node in next.Depth < limits.MaxSubgraphDepth ? next.Graph.Nodes : [])
            {
                if (node.SubgraphId is { } id && shapes.IndexOf(id) is >= 0 and int index && !listed[index])
                {
                    listed[index] = true;
                    WorkflowSubgraph inner = shapes.Definitions[index];
                    queue.Enqueue((new WorkflowGraph(inner, $"{next.Graph.Path}{node.Id}:", inner.Nodes, inner.Edges) { Index = index }, next.Depth + 1));
                }
            }
        }

        for (int i = 0; i < listed.Length; i++)
        {
            if (!listed[i])
            {
                WorkflowSubgraph unused = shapes.Definitions[i];
                graphs.Add(new WorkflowGraph(unused, $"{WorkflowNode.SubgraphPrefix}{shapes.Ids[i]}:", unused.Nodes, unused.Edges) { Index = i });
            }
        }

        return graphs.ToImmutable();
    }

    private static void CheckOutputs(WorkflowDocument document, DocumentShapes shapes, ProblemList problems)
    {
        foreach (WorkflowNode node in document.Nodes)
        {
            if (node.Mode != NodeMode.Active)
            {
                continue;
            }

            int index = node.SubgraphId is { } id ? shapes.IndexOf(id) : -1;
            // A node of unknown type may be the one that saves: its own problem is enough.
            bool mayShow = index >= 0
                ? shapes.ShowsSomething[index] || shapes.HasUnknownTypes[index]
                : shapes.Of(node)?.Type.IsOutput ?? true;
            if (mayShow)
            {
                return;
            }
        }

        if (!document.Nodes.IsEmpty)
        {
            problems.Add(SizeProblems.NoOutputs());
        }
    }
}
