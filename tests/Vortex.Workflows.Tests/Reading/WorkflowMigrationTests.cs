using System.Text;

namespace Vortex.Workflows.Tests;

public sealed class WorkflowMigrationTests
{
    /// <summary>One file per old version, and what it must become.</summary>
    public static TheoryData<string> Versions => [.. WorkflowMigrations.All.Select(migration => migration.From.ToString())];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Old_document_becomes_the_recorded_one(string version)
    {
        WorkflowReading before = VtxwReader.Read(File.ReadAllBytes(Golden($"{version}-before.json")));
        WorkflowReading after = VtxwReader.Read(File.ReadAllBytes(Golden($"{version}-after.json")));
        WorkflowProblem problem = Assert.Single(before.Problems);
        Assert.Equal((WorkflowProblemCodes.Migrated, ProblemSeverity.Warning), (problem.Code, problem.Severity));
        Assert.Empty(after.Problems);
        DocumentsAre.Equal(after.Document, before.Document);
        Assert.Equal(WorkflowVersion.Current.ToString(), before.Document!.Version);
    }

    [Fact]
    public void Each_migration_continues_where_the_one_before_ended()
    {
        Assert.Equal(WorkflowVersion.Current, WorkflowMigrations.All[^1].To);
        Assert.All(WorkflowMigrations.All.Zip(WorkflowMigrations.All.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
    }

    [Fact]
    public void Problem_of_an_old_document_is_shown_in_its_own_text()
    {
        WorkflowReading reading = Read("""
            {"vtxw_version": "0.9",
             "nodes": [{"id": "a", "type": "T"},
                       {"id": "b", "type": 5}],
             "edges": [["a", "x", "b", "y"],
                       ["a", "x", 3, "y"], "none"]}
            """);
        Assert.Null(reading.Document);
        Assert.Equal(
            [
                ("workflow.migrated", new TextPosition(1, 18, "/vtxw_version")),
                ("workflow.wrong_json_type", new TextPosition(3, 32, "/nodes/1/type")),
                ("workflow.wrong_json_type", new TextPosition(5, 12, "/edges/1/to/node")),
                ("workflow.wrong_json_type", new TextPosition(5, 32, "/edges/2")),
            ],
            reading.Problems.Select(problem => (problem.Code, problem.Position!)));
    }

    [Theory]
    [InlineData("\"title\": 5, \"nodes\": []")]
    [InlineData("\"nodes\": [{\"id\":\"a\",\"type\":\"T\",\"position\":[1],\"disabled\":\"yes\"}]")]
    [InlineData("\"nodes\": 3, \"edges\": {}")]
    public void What_a_migration_does_not_understand_is_left_to_the_reader(string members)
    {
        Assert.True(Read($"{{\"vtxw_version\": \"0.9\", {members}}}").Problems.Length > 1);
    }

    private static WorkflowReading Read(string text) => VtxwReader.Read(Encoding.UTF8.GetBytes(text));

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Reading", "Golden", name);
}
