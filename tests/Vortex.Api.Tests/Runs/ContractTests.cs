using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Runs;

/// <summary>The shapes that clients were promised, name by name.</summary>
public sealed class ContractTests
{
    [Fact]
    public async Task New_run_is_answered_with_id_status_and_request()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply made = (await host.Client.PostJsonAsync("/v1/runs", """
            {"definition":
            """ + Documents.Invert + """
            ,"inputs":{},"options":{"priority":1,"tags":["t"],"target_backend":"cpu","cache_policy":"bypass","seed":7}}
            """)).Is(202);
        Assert.Equal(["run_id", "status", "request_id"], Names(made.Json));
        Assert.Equal("queued", made["status"]);
    }

    [Fact]
    public async Task Run_has_its_fields_queued_and_ended()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string id = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert)))["run_id"]!;
        string[] always = ["run_id", "workflow_id", "workflow_version", "status", "created_at", "options", "request_id"];
        JsonElement queued = (await host.Client.GetReplyAsync("/v1/runs/" + id)).Is(200).Json;
        Has(queued, always);
        Assert.Equal(JsonValueKind.Null, queued.GetProperty("workflow_id").ValueKind);
        Assert.Equal(["priority", "tags", "cache_policy"], Names(queued.GetProperty("options")));
        await host.Ports.Runs.CommitAsync(Some.Here, new RunId(id), Some.End() with
        {
            Change = Some.End().Change! with { StartedAt = Some.Time },
        });
        JsonElement ended = (await host.Client.GetReplyAsync("/v1/runs/" + id)).Is(200).Json;
        Has(ended, [.. always, "started_at", "completed_at", "summary"]);
        Assert.Equal("succeeded", ended.GetProperty("status").GetString());
        Assert.Equal(["nodes", "cached", "succeeded", "failed", "skipped", "artifacts", "duration_ms", "problems"], Names(ended.GetProperty("summary")));
    }

    [Fact]
    public async Task Cancel_is_answered_with_cancel_requested()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string id = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert)))["run_id"]!;
        Reply asked = (await host.Client.AskAsync(HttpMethod.Post, $"/v1/runs/{id}/cancel")).Is(202);
        Assert.Equal(["run_id", "status", "request_id"], Names(asked.Json));
        Assert.Equal("cancel_requested", asked["status"]);
    }

    [Fact]
    public async Task Queue_has_items_lag_and_request()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        await host.Ports.Queue.SendAsync(Some.Batch());
        JsonElement queue = (await host.Client.GetReplyAsync("/v1/queue")).Is(200).Json;
        Assert.Equal(["items", "lag_ms", "paused", "request_id"], Names(queue));
        Has(queue.GetProperty("items")[0], "run_id", "workflow_id", "priority", "status");
        Assert.Equal(JsonValueKind.Number, queue.GetProperty("lag_ms").ValueKind);
    }

    [Theory]
    [InlineData("/v1/runs")]
    [InlineData("/v1/workflows")]
    [InlineData("/v1/uploads")]
    [InlineData("/v1/node-types")]
    public async Task Lists_carry_next_cursor(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Assert.Equal(["items", "next_cursor", "request_id"], Names((await host.Client.GetReplyAsync(path)).Is(200).Json));
    }

    [Fact]
    public async Task Event_envelope_has_its_fields_in_order()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event(RunEventTypes.NodeStarted, node: "7")));
        JsonElement items = (await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(1)}/events")).Is(200).Json.GetProperty("items");
        Assert.Equal(["event_type", "ts", "seq", "run_id", "payload", "request_id"], Names(items[0]));
        Assert.Equal(["event_type", "ts", "seq", "run_id", "node_id", "payload", "request_id"], Names(items[1]));
    }

    private static void Has(JsonElement element, params string[] names) => Assert.All(names, name => Assert.Contains(name, Names(element)));

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(one => one.Name)];
}
