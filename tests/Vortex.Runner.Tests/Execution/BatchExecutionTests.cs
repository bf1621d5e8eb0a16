using System.Text;
using System.Text.Json;

namespace Vortex.Runner.Tests;

public sealed class BatchExecutionTests
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task Nodes_run_after_those_they_take_values_from_and_the_log_tells_it()
    {
        BatchOutcome outcome = await _bench.RunAsync(
            new NodeSpec("a", "Value").With("value", 2),
            new NodeSpec("b", "Value").With("value", 3),
            new NodeSpec("c", "Add").From("a", "a").From("b", "b").Output());
        Assert.Equal((BatchStatus.Succeeded, 3, 0, 0), (outcome.Status, outcome.Succeeded, outcome.Failed, outcome.Skipped));
        Assert.Equal(5L, await _bench.OutputAsync("c"));
        Assert.Equal(
            ["node.started a", "node.completed a", "node.started b", "node.completed b", "node.started c", "node.completed c"],
            await _bench.LogAsync());
        JsonElement completed = (await _bench.EventsAsync())[^1].Payload;
        Assert.Equal("Integer 5", completed.GetProperty("outputs")[0].GetString());
        Assert.Equal(0, completed.GetProperty("duration_ms").GetInt64());
    }

    [Fact]
    public async Task Node_that_nobody_needs_is_not_run()
    {
        string probe = Probe.NewName();
        BatchOutcome outcome = await _bench.RunAsync(
            new NodeSpec("switch", "Value").With("value", 1),
            new NodeSpec("unwanted", "Probed").With("probe", probe),
            new NodeSpec("wanted", "Value").With("value", 7),
            new NodeSpec("s", "Switch").From("switch", "switch").From("on_false", "unwanted").From("on_true", "wanted").Output());
        Assert.Equal((3, 1), (outcome.Succeeded, outcome.Skipped));
        Assert.Equal(0, Probe.Of(probe).Entries);
        Assert.Equal(7L, await _bench.OutputAsync("s"));
    }

    [Fact]
    public async Task Switch_that_chooses_what_failed_is_skipped_and_one_that_does_not_goes_on()
    {
        BatchOutcome outcome = await _bench.RunAsync(
            new NodeSpec("bad", "Throw").With("what", "problem"),
            new NodeSpec("after", "Pass").From("value", "bad"),
            new NodeSpec("good", "Value").With("value", 1),
            // The failing branch runs first, for an output of its own.
            new NodeSpec("early", "Pass").From("value", "bad").Output(),
            new NodeSpec("chosen", "Switch").With("switch", true).From("on_true", "after").From("on_false", "good").Output(),
            new NodeSpec("beside", "Switch").With("switch", false).From("on_true", "after").From("on_false", "good").Output());
        Assert.Equal(BatchStatus.Failed, outcome.Status);
        Assert.Equal((2, 1, 3), (outcome.Succeeded, outcome.Failed, outcome.Skipped));
        Assert.Equal(1L, await _bench.OutputAsync("beside"));
    }

    [Fact]
    public async Task Values_cross_batches_through_the_run()
    {
        BatchMessage[] batches = await _bench.PlanAsync(
            new NodeSpec("a", "Image").With("probe", "x").Kept(),
            new NodeSpec("b", "Size").From("image", "a").In(1).Output());
        await _bench.Queue.SendAsync(batches[0]);
        await _bench.StepAsync();
        await _bench.Queue.SendAsync(batches[1]);
        _bench.Runner = _bench.NewRunner();
        await _bench.StepAsync();
        Assert.Equal(4096L, await _bench.OutputAsync("b"));
    }

    [Fact]
    public async Task Value_that_is_no_longer_stored_is_a_problem_of_the_input()
    {
        BatchMessage[] batches = await _bench.PlanAsync(
            new NodeSpec("a", "Image").With("probe", "x").Kept(),
            new NodeSpec("b", "Size").From("image", "a").In(1).Output());
        await _bench.Queue.SendAsync(batches[0]);
        await _bench.StepAsync();
        NodeOutputs outputs = (await _bench.Runs.ReadOutputsAsync(Some.Here, batches[0].RunId, [new NodeId("a")])).Values.Single();
        _bench.Artifacts.Lose(Some.Here, outputs.Slots[0]!.Items[0].Content!.Value);
        await _bench.Queue.SendAsync(batches[1]);
        RunProblem problem = Assert.Single((await _bench.StepAsync()).Problems);
        Assert.Equal(("node.value_gone", "image", new NodeId("b")), (problem.Code, problem.Port, problem.Node));
    }

    [Fact]
    public async Task Input_files_are_read_and_their_digests_go_with_everything_made_of_them()
    {
        FileRef file = await FileAsync("words");
        FileRef other = await FileAsync("other");
        BatchOutcome outcome = await _bench.RunAsync(
            new NodeSpec("read", "Read").File("file", file),
            new NodeSpec("unrelated", "Read").File("file", other).Output(),
            new NodeSpec("save", "File").With("name", "n").From("text", "read").Output());
        Assert.Equal(1, outcome.Artifacts);
        ArtifactRecord artifact = Assert.Single(await _bench.ArtifactsAsync());
        Assert.Equal([file.Digest], artifact.MadeFrom);
        Assert.Equal(("n_1.txt", 5L, ArtifactKind.Output, Some.Key("save")), (artifact.File.Name, artifact.File.Size, artifact.File.Kind, artifact.Key));
        Assert.Equal(1, artifact.File.Width);
    }

    [Fact]
    public async Task What_is_shown_comes_with_the_event_and_long_text_is_cut()
    {
        _bench.Options.MaxShownLength = 64;
        await _bench.RunAsync(
            new NodeSpec("a", "Show").With("value", new string('x', 1000)).Output());
        string shown = (await _bench.EventsAsync())[^1].Payload.GetProperty("shown").GetProperty("value").GetString()!;
        Assert.Equal(64, shown.Length);
    }

    [Fact]
    public async Task Plan_that_is_gone_or_has_no_such_batch_fails_the_batch_with_a_reason()
    {
        BatchMessage batch = (await _bench.PlanAsync(new NodeSpec("a", "Value").With("value", 1).Output()))[0];
        await _bench.Queue.SendAsync(batch with { Plan = Some.Digest("nowhere") });
        Assert.Equal("runner.plan_unreadable", Assert.Single((await _bench.StepAsync()).Problems).Code);
        await _bench.Queue.SendAsync(batch with { Index = 5 });
        Assert.Equal("runner.plan_unreadable", Assert.Single((await _bench.StepAsync()).Problems).Code);
    }

    [Fact]
    public async Task Batch_without_any_input_or_output_is_done()
    {
        BatchOutcome outcome = await _bench.RunAsync(new NodeSpec("a", "Pass"));
        Assert.Equal((BatchStatus.Succeeded, 1), (outcome.Status, outcome.Succeeded));
    }

    [Fact]
    public async Task Value_that_cannot_be_stored_stays_out_of_the_cache_and_harms_nothing()
    {
        BatchOutcome outcome = await _bench.RunAsync(new NodeSpec("a", "Opaque").Output().Cacheable());
        Assert.Equal(BatchStatus.Succeeded, outcome.Status);
        Assert.Empty(await _bench.Cache.FindAsync(Some.Here, [Some.Key("a")]));
    }

    [Fact]
    public async Task Independent_nodes_run_side_by_side_up_to_the_option()
    {
        _bench.Options.NodesAtOnce = 3;
        _bench.Runner = _bench.NewRunner();
        string probe = Probe.NewName();
        TaskCompletionSource gate = new();
        Probe.Of(probe).Gate = gate.Task;
        await _bench.SendAsync([.. Enumerable.Range(0, 5).Select(i => new NodeSpec($"n{i}", "Probed").With("probe", probe).Output())]);
        Task running = _bench.Runner.RunOneAsync(TimeSpan.Zero);
        // Exactly three can be inside while nobody leaves; the gate opens once they are.
        await Some.SoonAsync(Task.Run(() => SpinWait.SpinUntil(() => Probe.Of(probe).Entries == 3, TimeSpan.FromSeconds(30))));
        Assert.Equal(3, Probe.Of(probe).Entries);
        gate.SetResult();
        await Some.SoonAsync(running);
        Assert.Equal(5, Probe.Of(probe).Entries);
        Assert.Equal(5, _bench.Reported[^1].Succeeded);
    }

    private async Task<FileRef> FileAsync(string text)
    {
        StoredContent stored = await _bench.Artifacts.PutAsync(Some.Here, new MemoryStream(Encoding.UTF8.GetBytes(text)));
        return new FileRef(text + ".txt", stored.Digest, stored.Size);
    }
}
