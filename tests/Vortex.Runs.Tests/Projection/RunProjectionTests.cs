using System.Text.Json;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests.Projection;

public sealed class RunProjectionTests
{
    private static RunProblem Hiccup { get; } = new("test.hiccup", "Try again.") { Class = ProblemClass.Transient };

    [Fact]
    public void Run_waits_for_a_runner_until_a_node_begins()
    {
        RunProjection projection = new();
        projection.Apply(Event(1, RunEventTypes.RunQueued, null, new { }));
        projection.Apply(Event(2, RunEventTypes.RunWaiting, null, new { code = CapacityCodes.Quota, reason = "It is used up.", since = Some.Time }));
        Assert.Equal((CapacityCodes.Quota, "It is used up."), (projection.Picture().Waiting!.Code, projection.Picture().Waiting!.Reason));
        projection.Apply(Event(3, RunEventTypes.NodeStarted, "1", new { attempt = 1 }));
        Assert.Null(projection.Picture().Waiting);
    }

    [Fact]
    public async Task Picture_of_a_run_tells_where_each_node_is()
    {
        await using RunWorld world = new();
        world.Runner.Fails = (node, dispatch) => node.Value == "2" || (node.Value == "5" && dispatch == 1) ? Hiccup : null;
        RunRecord run = await world.EndAsync((await world.SubmitAsync(
            ["1 Source value:=1", "2 Op a=1", "3 Save a=2", "4 Source value:=2", "5 Save a=4"])).Id);
        RunPicture picture = (await world.Service.PictureAsync(Some.Here, run.Id))!;
        Assert.Equal(RunStatus.Failed, picture.Status);
        Assert.Equal(
            [NodeStatus.Succeeded, NodeStatus.Failed, NodeStatus.Skipped, NodeStatus.Succeeded, NodeStatus.Succeeded],
            Enumerable.Range(1, 5).Select(node => picture.StatusOf(new NodeId($"{node}"))));
        Assert.Equal((3, "test.hiccup"), (picture.Nodes[new("2")].Attempt, picture.Nodes[new("2")].Problem?.Code));
        Assert.Equal((2, null), (picture.Nodes[new("5")].Attempt, picture.Nodes[new("5")].Problem));
        Assert.Equal(5, picture.Planned);
        Assert.Single(picture.Artifacts);
        Assert.Equal(run.LastSequence, picture.LastSequence);
        Some.AssertSame(run.Summary, picture.Summary);
        Assert.Null(await world.Service.PictureAsync(Some.There, run.Id));
    }

    [Fact]
    public async Task One_log_read_twice_or_in_pieces_gives_one_picture()
    {
        await using RunWorld world = new();
        world.Runner.Fails = (node, dispatch) => node.Value == "2" && dispatch == 1 ? Hiccup : null;
        RunRecord run = await world.EndAsync((await world.SubmitAsync(["1 Source value:=1", "2 Op a=1", "3 Save a=2"])).Id);
        List<RunEvent> log = await world.EventsAsync(run.Id);
        RunProjection whole = new();
        log.ForEach(one => Assert.True(whole.Apply(one)));
        string picture = JsonSerializer.Serialize(whole.Picture(), RunsJson.Options);
        Assert.All(log, one => Assert.False(whole.Apply(one)));
        Assert.Equal(picture, JsonSerializer.Serialize(whole.Picture(), RunsJson.Options));
        for (int cut = 0; cut < log.Count; cut++)
        {
            RunProjection pieces = new();
            foreach (RunEvent one in log.Take(cut).Concat(log))
            {
                pieces.Apply(JsonSerializer.Deserialize<RunEvent>(JsonSerializer.Serialize(one, RunsJson.Options), RunsJson.Options)!);
            }

            Assert.Equal(picture, JsonSerializer.Serialize(pieces.Picture(), RunsJson.Options));
        }
    }

    [Fact]
    public void Progress_and_a_cut_off_end_are_told()
    {
        RunProjection projection = new();
        projection.Apply(Event(1, RunEventTypes.RunQueued, null, new { }));
        Assert.Equal((RunStatus.Queued, NodeStatus.Pending), (projection.Picture().Status, projection.Picture().StatusOf(new("1"))));
        projection.Apply(Event(2, RunEventTypes.RunStarted, null, new { nodes = 2 }));
        projection.Apply(Event(3, RunEventTypes.NodeStarted, "1", new { attempt = 1 }));
        projection.Apply(Event(4, RunEventTypes.NodeProgress, "1", new { value = 3, max = 20 }));
        NodePicture node = projection.Picture().Nodes[new("1")];
        Assert.Equal((NodeStatus.Running, 3L, 20L), (node.Status, node.Value, node.Max));
        projection.Apply(Event(5, RunEventTypes.RunCanceled, null, new { summary = new RunSummary(2, 0, 0, 0, 2, 0, 1, []) }));
        Assert.Equal((RunStatus.Canceled, NodeStatus.Skipped), (projection.Picture().Status, projection.Picture().StatusOf(new("1"))));
        Assert.Equal(NodeStatus.Skipped, projection.Picture().StatusOf(new("2")));
    }

    [Fact]
    public void Missing_events_are_noticed()
    {
        RunProjection projection = new();
        projection.Apply(Event(1, RunEventTypes.RunQueued, null, new { }));
        Assert.Throws<InvalidOperationException>(() => projection.Apply(Event(3, RunEventTypes.RunStarted, null, new { })));
    }

    [Fact]
    public void Payloads_of_another_shape_are_read_as_far_as_they_go()
    {
        RunProjection projection = new();
        long sequence = 0;
        foreach (string type in new[] { RunEventTypes.RunStarted, RunEventTypes.RunWaiting, RunEventTypes.NodeStarted, RunEventTypes.NodeProgress, RunEventTypes.NodeFailed, RunEventTypes.ArtifactCreated, "node.invented", RunEventTypes.RunFailed })
        {
            foreach (string payload in new[] { "3", "[]", "{}", """{"nodes":"x","value":{},"problem":7,"summary":[1],"artifact_id":4,"attempt":null}""", """{"problem":{},"summary":{"nodes":1}}""" })
            {
                projection.Apply(new RunEvent(type, Some.Time, ++sequence, Some.RunId(1), new NodeId("1"), JsonElement.Parse(payload), null));
            }
        }

        Assert.Equal(RunStatus.Failed, projection.Picture().Status);
        Assert.Equal(NodeStatus.Failed, projection.Picture().StatusOf(new("1")));
    }

    private static RunEvent Event(long sequence, string type, string? node, object payload) =>
        new(type, Some.Time, sequence, Some.RunId(1), node is null ? null : new NodeId(node), RunsJson.Element(payload), null);
}
