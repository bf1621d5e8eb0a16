using Vortex.Testing.Workflows;
using static Vortex.Testing.Workflows.SomeWorkflow;

namespace Vortex.Workflows.Tests;

public sealed class WorkflowDiffTests
{
    private static readonly WorkflowDocument Before = Document(
        [Node("a", "Source", ("seed", "1")), Node("b", "Blend"), Node("s", "Save")], "a.image -> b.a", "b.image -> s.image");

    [Fact]
    public void Differences_are_told_in_words()
    {
        WorkflowDocument after = Document(
            [Node("a", "Source", ("seed", "2")) with { Ui = new NodeUi(1, 2) }, Node("c", "Masked"), Node("s", "Show") with { Mode = NodeMode.Muted }],
            "a.image -> c.image", "c.image -> s.image");
        Assert.Equal(
            [
                "input 'a.seed': 1 -> 2",
                "node 'a' moved or looks different",
                "node 'b' (Blend) removed",
                "node 'c' (Masked) added",
                "node 's': Save -> Show",
                "mode of 's': Active -> Muted",
                "edge a.image -> b.a removed",
                "edge b.image -> s.image removed",
                "edge a.image -> c.image added",
                "edge c.image -> s.image added",
            ],
            WorkflowDiff.Compare(Before, after).Changes.Select(change => change.ToString()));
    }

    [Fact]
    public void Number_spelled_otherwise_and_nodes_in_another_order_are_no_change()
    {
        WorkflowDocument after = Before with { Nodes = [Before.Nodes[2], Node("a", "Source", ("seed", "1.0")), Before.Nodes[1]] };
        Assert.Empty(WorkflowDiff.Compare(Before, after).Changes);
        Assert.False(WorkflowDiff.Compare(Before, after).IsMovedOnly);
    }

    [Fact]
    public void Moved_only_is_said_exactly_when_the_semantic_hash_stays()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            WorkflowDocument document = new RandomDocuments(seed).Valid();
            WorkflowDocument moved = document with { Nodes = [.. document.Nodes.Select(node => node with { Ui = node.Ui with { X = 7 } })], Meta = new WorkflowMeta("other") };
            Assert.True(WorkflowDiff.Compare(document, moved).IsMovedOnly);
            WorkflowDocument other = new RandomDocuments(seed + 1000).Valid();
            WorkflowDifference difference = WorkflowDiff.Compare(document, other);
            bool sameResult = WorkflowCanonical.SemanticHash(document) == WorkflowCanonical.SemanticHash(other);
            Assert.Equal(sameResult, difference.Changes.All(change => !change.IsSemantic));
        }
    }

    [Fact]
    public void Any_two_documents_are_compared_and_no_difference_means_one_canonical_form()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            WorkflowDocument one = new RandomDocuments(seed).Arbitrary();
            WorkflowDocument other = new RandomDocuments(seed + 1).Arbitrary();
            Assert.Equal(
                WorkflowCanonical.Hash(one) == WorkflowCanonical.Hash(other),
                WorkflowDiff.Compare(one, other).Changes.IsEmpty);
            Assert.Empty(WorkflowDiff.Compare(one, one).Changes);
        }
    }

    [Fact]
    public void Changes_inside_subgraphs_name_them()
    {
        WorkflowDocument one = Before.With("s", Subgraph(["x: Image"], [], [Node("n", "Source")]));
        WorkflowDocument other = Before.With("s", Subgraph(["x: Mask"], [], [Node("n", "Source", ("seed", "5"))])).With("t", Subgraph([], [], []));
        Assert.Equal(
            ["inputs or outputs of subgraph 's' changed", "in subgraph 's': input 'n.seed': nothing -> 5", "subgraph 't' added"],
            WorkflowDiff.Compare(one, other).Changes.Select(change => change.ToString()));
    }
}
