using System.Text.RegularExpressions;
using Vortex.Testing;

namespace Vortex.Runs.Tests.Docs;

/// <summary>The pages that clients read say what is true.</summary>
public sealed partial class PublishedDocsTests
{
    private static string Root { get; } = Path.Combine(ReferenceData.RepositoryRoot(), "docs");

    [Fact]
    public void Every_problem_code_is_described_and_every_described_code_exists()
    {
        string[] described = [.. Headings().Matches(File.ReadAllText(Path.Combine(Root, "problems", "run.md"))).Select(match => match.Groups[1].Value)];
        Assert.Equal(RunProblemCodes.All.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_code_is_in_the_list_of_codes() =>
        Assert.Equal(
            typeof(RunProblemCodes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            RunProblemCodes.All.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_event_type_is_described()
    {
        IEnumerable<string> types = typeof(RunEventTypes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(types.Order(StringComparer.Ordinal), Described().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Events_have_the_fields_that_are_described_and_no_others()
    {
        Dictionary<string, (HashSet<string> All, HashSet<string> Always)> described = Described();
        await using RunWorld world = new();
        world.Runner.Fails = (node, _) => node.Value == "bad" ? new RunProblem("test.fatal", "No.") : null;
        string[] row = ["1 Source value:=1", "2 Save a=1"];
        List<RunEvent> events = [];
        foreach (string[] lines in new[] { row, row, ["bad Source value:=2", "2 Save a=bad"] })
        {
            events.AddRange(await world.EventsAsync((await world.EndAsync((await world.SubmitAsync(lines, new RunOptions { Tags = ["t"] })).Id)).Id));
        }

        RunRecord canceled = await world.SubmitAsync(["1 Source value:=3", "2 Save a=1"]);
        await world.Service.CancelAsync(Some.Here, canceled.Id, null);
        await world.QuietAsync();
        await world.EndAsync(canceled.Id);
        events.AddRange(await world.EventsAsync(canceled.Id));

        // Runners report progress, and a timer that a run waits; nothing here does.
        Assert.Equal(described.Keys.Except([RunEventTypes.NodeProgress, RunEventTypes.RunWaiting]).Order(StringComparer.Ordinal), events.Select(one => one.Type).Distinct().Order(StringComparer.Ordinal));
        foreach (RunEvent one in events)
        {
            HashSet<string> fields = [.. one.Payload.EnumerateObject().Select(property => property.Name)];
            Assert.True(fields.IsSubsetOf(described[one.Type].All), $"{one.Type} has {string.Join(", ", fields.Except(described[one.Type].All))}, which docs/events.md does not describe.");
            if (one.Type is not (RunEventTypes.NodeStarted or RunEventTypes.NodeCompleted or RunEventTypes.NodeFailed))
            {
                Assert.True(described[one.Type].Always.IsSubsetOf(fields), $"{one.Type} lacks {string.Join(", ", described[one.Type].Always.Except(fields))}.");
            }
        }
    }

    /// <summary>Reads the tables of <c>docs/events.md</c>: fields by type, and those that are always there.</summary>
    private static Dictionary<string, (HashSet<string> All, HashSet<string> Always)> Described()
    {
        Dictionary<string, (HashSet<string> All, HashSet<string> Always)> types = [];
        string? type = null;
        foreach (string line in File.ReadAllLines(Path.Combine(Root, "events.md")))
        {
            if (Headings().Match(line) is { Success: true } heading)
            {
                type = heading.Groups[1].Value;
                types.Add(type, ([], []));
            }
            else if (type is not null && Fields().Match(line) is { Success: true } field)
            {
                types[type].All.Add(field.Groups[1].Value);
                if (field.Groups[2].Value.Trim() == "always")
                {
                    types[type].Always.Add(field.Groups[1].Value);
                }
            }
        }

        return types;
    }

    [GeneratedRegex("^## `([a-z_.]+)`", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"^\| `([a-z_]+)` \|([^|]+)\|")]
    private static partial Regex Fields();
}
