using System.Text;
using System.Text.Json;
using Vortex.Testing.Workflows;

namespace Vortex.Workflows.Tests;

public sealed class VtxwWriterTests
{
    [Fact]
    public void Reading_what_was_written_gives_the_document_again()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            WorkflowDocument document = new RandomDocuments(seed).Arbitrary();
            byte[] written = VtxwWriter.Write(document);
            WorkflowReading reading = VtxwReader.Read(written);
            Assert.Empty(reading.Problems);
            DocumentsAre.Equal(document, reading.Document!);
            Assert.Equal(written, VtxwWriter.Write(reading.Document!));
        }
    }

    [Fact]
    public void Layout_is_stable_and_an_edge_is_one_line()
    {
        WorkflowDocument document = SomeWorkflow.Document(
            [SomeWorkflow.Node("a", "Source"), SomeWorkflow.Node("b", "Save", ("prefix", "\"é\""))], "a.image -> b.image");
        Assert.Equal(
            """
            {
              "vtxw_version": "1.0",
              "meta": {
                "name": "Untitled"
              },
              "nodes": [
                {
                  "id": "a",
                  "type": "Source",
                  "inputs": {},
                  "ui": {"x":0,"y":0}
                },
                {
                  "id": "b",
                  "type": "Save",
                  "inputs": {
                    "prefix": "é"
                  },
                  "ui": {"x":0,"y":0}
                }
              ],
              "edges": [
                {"from":{"node":"a","port":"image"},"to":{"node":"b","port":"image"}}
              ]
            }

            """.ReplaceLineEndings("\n"),
            Encoding.UTF8.GetString(VtxwWriter.Write(document)));
    }

    [Fact]
    public void Document_with_halves_of_characters_and_infinite_positions_can_be_written()
    {
        WorkflowNode node = SomeWorkflow.Node("a\ud83d", "T", ("x", "{\"k\": [\"\\ud83d\"]}")) with { Ui = new NodeUi(double.PositiveInfinity, double.NaN) };
        byte[] written = VtxwWriter.Write(SomeWorkflow.Document([node]));
        using JsonDocument parsed = JsonDocument.Parse(written);
        JsonElement first = parsed.RootElement.GetProperty("nodes")[0];
        Assert.Equal("a\uFFFD", first.GetProperty("id").GetString());
        Assert.Equal(double.MaxValue, first.GetProperty("ui").GetProperty("x").GetDouble());
        Assert.Equal(0, first.GetProperty("ui").GetProperty("y").GetDouble());
    }
}
