using System.Text;
using System.Text.Json;
using Vortex.Testing.Workflows;

namespace Vortex.Workflows.Tests;

public sealed class WorkflowCanonicalTests
{
    [Fact]
    public void Order_of_nodes_and_edges_does_not_change_it()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            RandomDocuments random = new(seed);
            WorkflowDocument document = random.Arbitrary();
            WorkflowDocument shuffled = random.Shuffled(document);
            Assert.Equal(WorkflowCanonical.Write(document), WorkflowCanonical.Write(shuffled));
            Assert.Equal(WorkflowCanonical.SemanticHash(document), WorkflowCanonical.SemanticHash(shuffled));
        }
    }

    [Fact]
    public void White_space_member_order_and_number_spelling_do_not_change_it()
    {
        string one = """{"vtxw_version":"1.0","meta":{"name":"m"},"nodes":[{"id":"a","type":"T","inputs":{"x":1,"y":[0.50]},"ui":{"x":1,"y":2}}],"edges":[]}""";
        string other = """
            { "nodes": [ { "ui": { "y": 2.0, "x": 1e0 }, "inputs": { "y": [5e-1], "x": 1.0 }, "mode": "active", "type": "T", "id": "\u0061" } ],
              "meta": { "name": "m" }, "vtxw_version": "1.0" }
            """;
        Assert.Equal(WorkflowCanonical.Hash(Read(one)), WorkflowCanonical.Hash(Read(other)));
    }

    [Fact]
    public void Seed_of_64_bits_stays_exact()
    {
        WorkflowDocument document = SomeWorkflow.Document([SomeWorkflow.Node("a", "T", ("seed", "18446744073709551615"))]);
        WorkflowDocument neighbour = SomeWorkflow.Document([SomeWorkflow.Node("a", "T", ("seed", "18446744073709551614"))]);
        Assert.Contains("18446744073709551615", Encoding.UTF8.GetString(WorkflowCanonical.Write(document)), StringComparison.Ordinal);
        Assert.NotEqual(WorkflowCanonical.SemanticHash(document), WorkflowCanonical.SemanticHash(neighbour));
    }

    [Fact]
    public void It_is_VTXW_and_reads_back_as_the_document_but_for_order()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            WorkflowDocument document = new RandomDocuments(seed).Arbitrary();
            byte[] canonical = WorkflowCanonical.Write(document);
            Assert.Equal(canonical, WorkflowCanonical.Write(VtxwReader.Read(canonical).Document!));
        }
    }

    [Fact]
    public void Semantic_hash_ignores_what_cannot_change_a_result_and_the_whole_hash_does_not()
    {
        WorkflowNode node = SomeWorkflow.Node("a", "T", ("x", "1"));
        WorkflowDocument document = SomeWorkflow.Document([node]);
        WorkflowDocument[] described =
        [
            document with { Nodes = [node with { Ui = new NodeUi(5, 6) { Title = "t" } }] },
            document with { Nodes = [node with { Meta = TestCatalog.Json("""{"tool":1}""") }] },
            document with { Meta = new WorkflowMeta("other") },
            document with { Ui = new WorkflowUi([], [new WorkflowNote("n", 0, 0, 1, 1)]) },
            document with { Compatibility = new WorkflowCompatibility("x", [], []) },
        ];
        Assert.All(described, other =>
        {
            Assert.Equal(WorkflowCanonical.SemanticHash(document), WorkflowCanonical.SemanticHash(other));
            Assert.NotEqual(WorkflowCanonical.Hash(document), WorkflowCanonical.Hash(other));
        });
        WorkflowDocument[] changed =
        [
            document with { Nodes = [node with { Mode = NodeMode.Muted }] },
            document with { Nodes = [node with { Type = "U" }] },
            document with { Nodes = [SomeWorkflow.Node("a", "T", ("x", "2"))] },
            document with { Edges = [SomeWorkflow.Edge("a.x -> a.y")] },
            document with { Inputs = [new WorkflowInput("i", PortType.Text, [])] },
        ];
        Assert.All(changed, other => Assert.NotEqual(WorkflowCanonical.SemanticHash(document), WorkflowCanonical.SemanticHash(other)));
    }

    [Fact]
    public void Hash_is_lower_case_hex_and_does_not_change_between_versions_of_the_program()
    {
        WorkflowDocument document = SomeWorkflow.Document([SomeWorkflow.Node("a", "T", ("x", "1.50"))]);
        Assert.Equal(
            """{"edges":[],"meta":{"name":"Untitled"},"nodes":[{"id":"a","inputs":{"x":1.5},"type":"T","ui":{"x":0,"y":0}}],"vtxw_version":"1.0"}""",
            Encoding.UTF8.GetString(WorkflowCanonical.Write(document)));
        Assert.Matches("^[0-9a-f]{64}$", WorkflowCanonical.Hash(document));
    }

    private static WorkflowDocument Read(string text) => VtxwReader.Read(Encoding.UTF8.GetBytes(text)).Document!;
}
