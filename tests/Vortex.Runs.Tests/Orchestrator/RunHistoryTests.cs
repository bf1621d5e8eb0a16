using System.Text.Json;
using Vortex.Testing;

namespace Vortex.Runs.Tests.Orchestrator;

/// <summary>Instances that began with version 1 finish on its decisions: what was recorded then replays now.</summary>
public sealed class RunHistoryTests
{
    private static string Folder { get; } = Path.Combine(ReferenceData.RepositoryRoot(), "tests", "Vortex.Runs.Tests", "Orchestrator", "Histories");

    public static TheoryData<string> Recorded => [.. Directory.GetFiles(Folder, "run-v*.jsonl").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task Recorded_history_decides_the_same_today(string file)
    {
        await using RunWorld world = new();
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(Folder, file));
        Assert.NotEmpty(lines);
        foreach (string line in lines)
        {
            ReplayHarness.AssertReplays(world.Registry, JsonSerializer.Deserialize<RecordedExecution>(line, RunsJson.Options)!);
        }
    }

    [Fact]
    public async Task Newest_version_has_a_recorded_history()
    {
        string file = $"run-v{RunOrchestrator.Version}.jsonl";
        if (Environment.GetEnvironmentVariable("VORTEX_RECORD") == "1")
        {
            await RecordAsync(Path.Combine(Folder, file));
        }

        Assert.Contains(file, Recorded.Select(row => row.Data));
    }

    /// <summary>Records one run with a failure, a retry and independent branches, one that is canceled, one served by the cache, and one that begins anew.</summary>
    private static async Task RecordAsync(string path)
    {
        List<RecordedExecution> recorded = [];
        await using (RunWorld world = new(configurePlanner: planner => planner.MaxBatchNodes = 2))
        {
            RunProblem hiccup = new("test.hiccup", "Try again.") { Class = ProblemClass.Transient };
            world.Runner.Fails = (node, dispatch) => node.Value == "2" && dispatch < 2 ? hiccup : node.Value == "7" ? hiccup with { Class = ProblemClass.Fatal } : null;
            string[] lines = ["1 Source value:=1", "2 Op a=1", "3 Op a=2", "4 Save a=3", "6 Source value:=6", "7 Op a=6", "8 Op a=7", "9 Save a=8"];
            RunRecord failed = await world.EndAsync((await world.SubmitAsync(lines)).Id);
            recorded.AddRange(world.Recordings(failed.Id));
            string[] served = [.. lines.Take(4)];
            recorded.AddRange(world.Recordings((await world.EndAsync((await world.SubmitAsync(served)).Id)).Id));
            world.Runner.Before = async lease =>
            {
                await world.Service.CancelAsync(Some.Here, lease.Batch.RunId, "req_cancel");
                return false;
            };
            recorded.AddRange(world.Recordings((await world.EndAsync((await world.SubmitAsync(["1 Source value:=77", "2 Save a=1"])).Id)).Id));
        }

        await using (RunWorld world = new(configurePlanner: planner => planner.MaxBatchNodes = 1))
        {
            string[] lines = [.. Enumerable.Range(0, 205).Select(i => i == 0 ? "0 Source value:=1" : i == 204 ? "204 Save a=203" : $"{i} Op a={i - 1}")];
            recorded.AddRange(world.Recordings((await world.EndAsync((await world.SubmitAsync(lines)).Id)).Id));
        }

        await File.WriteAllLinesAsync(path, recorded.Select(execution => JsonSerializer.Serialize(execution, RunsJson.Options)));
    }
}
