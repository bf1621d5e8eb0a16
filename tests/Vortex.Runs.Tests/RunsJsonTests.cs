using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs.Tests;

public sealed class RunsJsonTests
{
    [Fact]
    public void Event_envelope_has_the_published_names()
    {
        RunEvent one = new(RunEventTypes.NodeStarted, DateTimeOffset.UnixEpoch, 3, new RunId("run_1"), new NodeId("7"), RunsJson.Element(new { }), "req");
        Assert.Equal(
            """{"event_type":"node.started","ts":"1970-01-01T00:00:00+00:00","seq":3,"run_id":"run_1","node_id":"7","payload":{},"request_id":"req"}""",
            JsonSerializer.Serialize(one, RunsJson.Options));
    }

    [Fact]
    public void Plan_reads_back_as_it_was_written()
    {
        RunPlan plan = new()
        {
            Nodes = [new PlannedNode { Id = new("1"), Type = "T", Key = new("k"), Keep = true }],
            Batches = [new PlannedBatch(new("run_1.0"), [0], [], new BatchRequirements { Packs = ["core"] })],
        };
        string json = JsonSerializer.Serialize(plan, RunsJson.Options);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<RunPlan>(json, RunsJson.Options), RunsJson.Options));
    }
}
