namespace Vortex.Workflows;

/// <summary>How large a document becomes when it is expanded, known before anything is: nested loops multiply.</summary>
/// <param name="Nodes">Nodes of all graphs, once per pass.</param>
/// <param name="Edges">Edges, likewise.</param>
/// <param name="Passes">Passes of all instances; empty subgraphs cost something too.</param>
internal readonly record struct ExpandedSize(long Nodes, long Edges, long Passes)
{
    /// <summary>Computes the size. Sums stop at the largest number.</summary>
    /// <param name="document">A document without recursion.</param>
    /// <param name="shapes">Its subgraphs.</param>
    public static ExpandedSize Of(WorkflowDocument document, DocumentShapes shapes)
    {
        ExpandedSize[] sizes = new ExpandedSize[shapes.Ids.Length];
        foreach (int[] component in shapes.Components)
        {
            foreach (int index in component)
            {
                sizes[index] = Of(shapes.Definitions[index].Nodes.AsSpan(), shapes.Definitions[index].Edges.Length, shapes, sizes);
            }
        }

        return Of(document.Nodes.AsSpan(), document.Edges.Length, shapes, sizes);
    }

    private static ExpandedSize Of(ReadOnlySpan<WorkflowNode> nodes, int edges, DocumentShapes shapes, ExpandedSize[] sizes)
    {
        ExpandedSize sum = new(0, edges, 0);
        foreach (WorkflowNode node in nodes)
        {
            if (node.SubgraphId is not { } id)
            {
                sum = sum with { Nodes = Add(sum.Nodes, 1) };
            }
            else if (node.Mode == NodeMode.Active && shapes.IndexOf(id) is >= 0 and int index)
            {
                int passes = node.Repeat?.Count ?? 1;
                sum = new ExpandedSize(
                    Add(sum.Nodes, Multiply(passes, sizes[index].Nodes)),
                    Add(sum.Edges, Multiply(passes, sizes[index].Edges)),
                    Add(sum.Passes, Multiply(passes, Add(sizes[index].Passes, 1))));
            }
        }

        return sum;
    }

    private static long Add(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;

    private static long Multiply(long left, long right) => right != 0 && left > long.MaxValue / right ? long.MaxValue : left * right;
}
