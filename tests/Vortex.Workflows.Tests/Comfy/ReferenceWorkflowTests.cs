using System.Text.Json;
using Vortex.Testing;

namespace Vortex.Workflows.Tests.Comfy;

/// <summary>Workflows that other people published: every one of them must come in, and the report must name what is missing.</summary>
[Trait("kind", "golden")]
public sealed class ReferenceWorkflowTests
{
    private static readonly NodeCatalog s_catalog = CoreCatalog.Load();

    [Fact]
    public void Every_published_workflow_opens_and_its_missing_types_and_models_are_named()
    {
        string folder = ReferenceData.Workflows();
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "index.json")));
        List<string> wrong = [];
        int opened = 0;
        foreach (JsonElement entry in index.RootElement.GetProperty("entries").EnumerateArray())
        {
            string file = entry.GetProperty("file").GetString()!;
            OpenedWorkflow result = WorkflowFile.Open(File.ReadAllBytes(Path.Combine(folder, file)), file, s_catalog);
            if (file.Contains("no_workflow", StringComparison.Ordinal))
            {
                Assert.Null(result.Document);
                continue;
            }

            if (result.Document is null || result.Document.Nodes.IsEmpty)
            {
                wrong.Add($"{file}: no document");
                continue;
            }

            opened++;
            JsonElement facts = entry.TryGetProperty("workflow", out JsonElement inner) ? inner : entry;
            wrong.AddRange(Unnamed(file, facts, result.Report!));
        }

        Assert.Empty(wrong);
        Assert.True(opened >= 69, $"{opened} workflows were opened");
    }

    [Fact]
    public void Every_imported_workflow_can_be_saved_and_read_again()
    {
        List<string> wrong = [];
        foreach (string path in Directory.GetFiles(ReferenceData.Workflows(), "*", SearchOption.AllDirectories))
        {
            if (WorkflowFile.Open(File.ReadAllBytes(path), path, s_catalog).Document is not { } document)
            {
                continue;
            }

            byte[] written = VtxwWriter.Write(document);
            WorkflowReading reading = VtxwReader.Read(written);
            if (reading.Document is null || !written.AsSpan().SequenceEqual(VtxwWriter.Write(reading.Document)))
            {
                wrong.Add($"{Path.GetFileName(path)}: {string.Join("; ", reading.Problems.Select(problem => problem.Message))}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Edges_of_imported_workflows_lead_to_nodes_and_ports_that_exist_and_fit()
    {
        string[] faults =
        [
            WorkflowProblemCodes.UnknownNode, WorkflowProblemCodes.UnknownPort, WorkflowProblemCodes.InputFedTwice, WorkflowProblemCodes.TypeMismatch,
            WorkflowProblemCodes.DuplicateId, WorkflowProblemCodes.BadId, WorkflowProblemCodes.DuplicatePort, WorkflowProblemCodes.UnknownSubgraph,
            WorkflowProblemCodes.WrongConstantType, WorkflowProblemCodes.UnknownInput, WorkflowProblemCodes.EdgeRequired,
        ];
        List<string> wrong = [];
        foreach (string path in Directory.GetFiles(ReferenceData.Workflows(), "*", SearchOption.AllDirectories))
        {
            if (WorkflowFile.Open(File.ReadAllBytes(path), path, s_catalog).Document is { } document)
            {
                wrong.AddRange(WorkflowValidator.Validate(document, s_catalog)
                    .Where(problem => faults.Contains(problem.Code))
                    .Select(problem => $"{Path.GetFileName(path)}: {problem.Node} {problem.Port}: {problem.Message}"));
            }
        }

        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Unnamed(string file, JsonElement facts, CompatibilityReport report)
    {
        string messages = string.Join('\n', report.Items.Select(item => item.Message));
        foreach (string kind in (string[])["custom_types", "core_types"])
        {
            foreach (JsonElement type in facts.TryGetProperty(kind, out JsonElement types) ? types.EnumerateArray() : default)
            {
                string name = type.GetString()!;
                if (!messages.Contains($"'{name}'", StringComparison.Ordinal))
                {
                    yield return $"{file}: type {name}";
                }
            }
        }

        foreach (JsonElement model in facts.TryGetProperty("models", out JsonElement models) ? models.EnumerateArray() : default)
        {
            string name = model.GetString()!;
            if (name.Contains('\n', StringComparison.Ordinal))
            {
                // The text of a note that ends like a file name.
                continue;
            }

            if (!report.Models.Any(needed => needed.Name == name))
            {
                yield return $"{file}: model {name}";
            }
        }
    }
}
