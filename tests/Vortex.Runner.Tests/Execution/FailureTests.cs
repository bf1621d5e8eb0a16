using System.Text.Json;

namespace Vortex.Runner.Tests;

public sealed class FailureTests
{
    private readonly Bench _bench = new();

    [Theory]
    [InlineData("problem", "test.wrong", ProblemClass.Fatal)]
    [InlineData("full", "node.disk_full", ProblemClass.Transient)]
    [InlineData("io", "node.storage_failed", ProblemClass.Transient)]
    [InlineData("memory", "node.out_of_memory", ProblemClass.OutOfMemory)]
    [InlineData("bug", "node.internal_error", ProblemClass.Fatal)]
    public async Task What_a_node_throws_becomes_its_problem(string what, string code, ProblemClass expected)
    {
        BatchOutcome outcome = await _bench.RunAsync(new NodeSpec("a", "Throw").With("what", what).Output());
        RunProblem problem = Assert.Single(outcome.Problems);
        Assert.Equal((BatchStatus.Failed, 1), (outcome.Status, outcome.Failed));
        Assert.Equal((code, expected, new NodeId("a")), (problem.Code, problem.Class, problem.Node));
        RunEvent failed = (await _bench.EventsAsync())[^1];
        Assert.Equal(RunEventTypes.NodeFailed, failed.Type);
        Assert.Equal(code, failed.Payload.GetProperty("problem").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Bug_in_a_node_is_told_by_its_type_without_its_words_or_stack()
    {
        RunProblem problem = Assert.Single((await _bench.RunAsync(new NodeSpec("a", "Throw").With("what", "bug").Output())).Problems);
        string told = JsonSerializer.Serialize(problem, RunsJson.Options);
        Assert.Contains("InvalidOperationException", told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told, StringComparison.Ordinal);
        Assert.DoesNotContain("TestNodes", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Out_of_memory_says_what_there_was_and_what_would_need_less()
    {
        RunProblem problem = Assert.Single((await _bench.RunAsync(
            new NodeSpec("i", "Image").With("probe", "x"),
            new NodeSpec("a", "Throw").With("what", "memory").From("value", "i").Output())).Problems);
        Assert.Contains("GB", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Image 1x64x64x3", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_skips_dependents_and_nothing_else()
    {
        BatchOutcome outcome = await _bench.RunAsync(
            new NodeSpec("bad", "Throw").With("what", "problem"),
            new NodeSpec("b", "Pass").From("value", "bad"),
            new NodeSpec("c", "Pass").From("value", "b").Output(),
            new NodeSpec("fine", "Value").With("value", 1).Output());
        Assert.Equal((1, 1, 2), (outcome.Succeeded, outcome.Failed, outcome.Skipped));
        Assert.Equal(1L, await _bench.OutputAsync("fine"));
    }

    [Fact]
    public async Task Type_that_no_pack_brings_is_a_problem_of_its_node()
    {
        BatchOutcome outcome = await _bench.RunAsync(new NodeSpec("a", "Unheard").Output());
        Assert.Equal("node.unknown_type", Assert.Single(outcome.Problems).Code);
    }

    [Theory]
    [InlineData("../out.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b.txt")]
    [InlineData("a\\b.txt")]
    [InlineData("con.txt")]
    [InlineData("a\u0000.txt")]
    [InlineData("dot.")]
    [InlineData("")]
    public async Task File_name_that_could_leave_the_folder_or_trouble_a_system_is_a_problem(string name)
    {
        BatchOutcome outcome = await _bench.RunAsync(new NodeSpec("a", "RawFile").With("name", name).Output());
        Assert.Equal("node.bad_file_name", Assert.Single(outcome.Problems).Code);
        outcome = await _bench.RunAsync(new NodeSpec("b", "StreamedFile").With("name", name).Output());
        Assert.Equal("node.bad_file_name", Assert.Single(outcome.Problems).Code);
        Assert.Empty(await _bench.ArtifactsAsync());
    }

    [Fact]
    public async Task File_beyond_the_limit_is_a_problem()
    {
        _bench.Options.MaxFileBytes = 9;
        BatchOutcome outcome = await _bench.RunAsync(new NodeSpec("a", "RawFile").With("name", "a.txt").Output());
        Assert.Equal("node.file_too_large", Assert.Single(outcome.Problems).Code);
    }

    [Fact]
    public async Task A_file_that_is_made_while_it_is_stored_has_a_limit_of_its_own()
    {
        _bench.Options.MaxFileBytes = 1;
        BatchOutcome outcome = await _bench.RunAsync(new NodeSpec("a", "StreamedFile").With("name", "a.txt").Output());
        Assert.Empty(outcome.Problems);
        ArtifactRecord artifact = Assert.Single(await _bench.ArtifactsAsync());
        Assert.Equal(("a.txt", 8L, ArtifactKind.Output), (artifact.File.Name, artifact.File.Size, artifact.File.Kind));

        _bench.Options.MaxModelFileBytes = 7;
        outcome = await _bench.RunAsync(new NodeSpec("b", "StreamedFile").With("name", "b.txt").Output());
        Assert.Equal("node.file_too_large", Assert.Single(outcome.Problems).Code);
    }

    [Fact]
    public async Task Files_of_a_node_that_fails_later_do_not_appear()
    {
        _bench.Options.MaxFilesPerNode = 1;
        BatchOutcome outcome = await _bench.RunAsync(
            new NodeSpec("list", "Numbers").With("count", 2),
            new NodeSpec("save", "File").With("name", "n").From("text", "list").Output());
        Assert.Equal("node.too_many_files", Assert.Single(outcome.Problems).Code);
        Assert.Empty(await _bench.ArtifactsAsync());
    }

    [Fact]
    public async Task Node_that_takes_too_long_is_stopped_and_its_neighbours_go_on()
    {
        string probe = Probe.NewName();
        Probe.Of(probe).Gate = Task.Delay(Timeout.Infinite);
        _bench.Options.NodeTimeLimit = TimeSpan.FromSeconds(5);
        await _bench.SendAsync(new NodeSpec("slow", "Probed").With("probe", probe).Output(), new NodeSpec("fine", "Value").With("value", 1).Output());
        Task<bool> running = _bench.Runner.RunOneAsync(TimeSpan.Zero);
        await Some.SoonAsync(Probe.Of(probe).Entered);
        _bench.Clock.Advance(TimeSpan.FromSeconds(5));
        await Some.SoonAsync(running);
        BatchOutcome outcome = _bench.Reported[^1];
        Assert.Equal("node.time_limit", Assert.Single(outcome.Problems).Code);
        Assert.Equal((1, 1), (outcome.Succeeded, outcome.Failed));
    }
}
