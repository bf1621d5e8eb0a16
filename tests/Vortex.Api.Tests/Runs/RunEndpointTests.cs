using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vortex.Runs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Api.Tests.Runs;

public sealed class RunEndpointTests
{
    [Theory]
    [InlineData(Documents.Invert)]
    [InlineData(Documents.ComfyInvert)]
    public async Task Run_is_made_of_a_definition_in_any_format(string definition)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply made = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(definition, """{"priority":3,"tags":["a"],"cache_policy":"refresh","seed":18446744073709551615}"""))).Is(202);
        Assert.Equal("/v1/runs/" + made["run_id"], made.Header("Location"));
        RunRecord run = (await host.Ports.Runs.FindAsync(Some.Here, new RunId(made["run_id"]!)))!;
        Assert.Equal((3, CachePolicy.Refresh, ulong.MaxValue), (run.Options.Priority, run.Options.CachePolicy, run.Options.Seed!.Value));
        Assert.Equal(made["request_id"], run.RequestId);
    }

    [Fact]
    public async Task Nodes_to_compute_anew_are_kept_with_the_run_and_must_be_there()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply made = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert, """{"refresh":["2"],"outputs":["3"]}"""))).Is(202);
        RunRecord run = (await host.Ports.Runs.FindAsync(Some.Here, new RunId(made["run_id"]!)))!;
        Assert.Equal(("2", "3"), (Assert.Single(run.Options.Refresh).Value, Assert.Single(run.Options.Outputs).Value));
        Reply read = (await host.Client.GetReplyAsync("/v1/runs/" + made["run_id"])).Is(200);
        Assert.Equal("2", read.Json.GetProperty("options").GetProperty("refresh")[0].GetString());
        Reply refused = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert, """{"refresh":["nobody"]}"""))).IsError(422, "run.invalid");
        Assert.Equal("run.unknown_refresh", refused.Json.GetProperty("details").GetProperty("problems")[0].GetProperty("code").GetString());
        (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert, """{"refresh":[""]}"""))).IsError(400, "request.invalid_field");
    }

    [Fact]
    public async Task Definition_that_cannot_run_is_refused_with_all_problems_and_makes_nothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string bad = Documents.Invert.Replace("\"width\":8", "\"width\":-8", StringComparison.Ordinal).Replace("ImageInvert", "Nothing", StringComparison.Ordinal);
        Reply reply = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(bad))).IsError(422, "run.invalid");
        JsonElement problems = reply.Json.GetProperty("details").GetProperty("problems");
        Assert.Contains(problems.EnumerateArray(), problem => problem.GetProperty("node").GetString() == "1" && problem.GetProperty("port").GetString() == "width");
        Assert.Contains(problems.EnumerateArray(), problem => problem.GetProperty("node").GetString() == "2");
        Assert.Empty((await host.Ports.Runs.ListAsync(Some.Here, new RunQuery())).Items);
    }

    [Fact]
    public async Task Check_finds_the_same_problems_and_makes_nothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string bad = Documents.Run(Documents.Invert.Replace("\"width\":8", "\"width\":-8", StringComparison.Ordinal));
        Reply refused = (await host.Client.PostJsonAsync("/v1/runs", bad)).IsError(422, "run.invalid");
        Reply checkedReply = (await host.Client.PostJsonAsync("/v1/runs?mode=check", bad)).Is(200);
        Assert.False(checkedReply.Json.GetProperty("valid").GetBoolean());
        Assert.Equal(refused.Json.GetProperty("details").GetProperty("problems").GetRawText(), checkedReply.Json.GetProperty("problems").GetRawText());
        Assert.True((await host.Client.PostJsonAsync("/v1/runs?mode=check", Documents.Run(Documents.Invert))).Json.GetProperty("valid").GetBoolean());
        Assert.Empty((await host.Ports.Runs.ListAsync(Some.Here, new RunQuery())).Items);
        (await host.Client.PostJsonAsync("/v1/runs?mode=dry", bad)).IsError(400, "request.invalid_parameter");
    }

    [Fact]
    public async Task Definition_that_is_no_workflow_is_unreadable_with_its_place()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.PostJsonAsync("/v1/runs", """{"definition":{"vtxw_version":"1.0","nodes":7}}""")).IsError(422, "workflow.unreadable");
        JsonElement first = reply.Json.GetProperty("details").GetProperty("problems")[0];
        Assert.Equal(1, first.GetProperty("position").GetProperty("line").GetInt32());
        (await host.Client.PostJsonAsync("/v1/runs", """{"definition":{}}""")).IsError(422, "workflow.unreadable");
    }

    [Fact]
    public async Task Run_is_made_of_a_stored_version()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply stored = (await host.Client.PostJsonAsync("/v1/workflows", $$"""{"definition":{{Documents.Invert}}}""")).Is(201);
        string id = stored["workflow_id"]!;
        Reply made = (await host.Client.PostJsonAsync("/v1/runs", $$"""{"workflow_id":"{{id}}"}""")).Is(202);
        Reply run = (await host.Client.GetReplyAsync("/v1/runs/" + made["run_id"])).Is(200);
        Assert.Equal((id, "1", "Invert"), (run["workflow_id"], run["workflow_version"], run["workflow_name"]));
        (await host.Client.PostJsonAsync("/v1/runs", $$"""{"workflow_id":"{{id}}","workflow_version":2}""")).IsError(404, "workflow.version_not_found");
        (await host.Client.PostJsonAsync("/v1/runs", """{"workflow_id":"wf_none"}""")).IsError(404, "workflow.not_found");
        (await host.Client.PostJsonAsync("/v1/runs", """{"workflow_id":"../../etc"}""")).IsError(404, "workflow.not_found");
    }

    [Fact]
    public async Task List_filters_and_pages()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 1; i <= 5; i++)
        {
            await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(i) with { Options = new RunOptions { Tags = i % 2 == 0 ? ["even"] : [] } }, Some.Event(RunEventTypes.RunQueued));
        }

        List<string> seen = [];
        string? cursor = "";
        while (cursor is not null)
        {
            Reply page = (await host.Client.GetReplyAsync($"/v1/runs?limit=2&cursor={cursor}")).Is(200);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("run_id").GetString()!));
            cursor = page.Json.GetProperty("next_cursor").GetString();
        }

        Assert.Equal([5, 4, 3, 2, 1], seen.Select(id => int.Parse(id[4..], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(2, (await host.Client.GetReplyAsync("/v1/runs?tag=even")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await host.Client.GetReplyAsync("/v1/runs?status=failed")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await host.Client.GetReplyAsync("/v1/runs?created_from=2030-01-01T12:00:04Z")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(3, (await host.Client.GetReplyAsync("/v1/runs?created_before=2030-01-01T12:00:04Z&status=queued")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Cursor_of_one_list_is_refused_by_another()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 1; i <= 2; i++)
        {
            await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(i), Some.Event(RunEventTypes.RunQueued));
        }

        string cursor = (await host.Client.GetReplyAsync("/v1/runs?limit=1"))["next_cursor"]!;
        (await host.Client.GetReplyAsync("/v1/workflows?cursor=" + cursor)).IsError(400, "request.invalid_cursor");
    }

    [Fact]
    public async Task Cancel_is_asked_once_or_twice_and_not_of_what_has_ended()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string id = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert)))["run_id"]!;
        for (int i = 0; i < 2; i++)
        {
            Reply asked = (await host.Client.AskAsync(HttpMethod.Post, $"/v1/runs/{id}/cancel")).Is(202);
            Assert.Equal("cancel_requested", asked["status"]);
        }

        await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(9), Some.Event(RunEventTypes.RunQueued));
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(9), Some.End());
        (await host.Client.AskAsync(HttpMethod.Post, $"/v1/runs/{Some.RunId(9)}/cancel")).IsError(409, "run.ended");
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/runs/run_none/cancel")).IsError(404, "run.not_found");
    }

    [Fact]
    public async Task Events_are_read_in_pages_from_any_number()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit([.. Enumerable.Range(0, 9).Select(_ => Some.Event(node: "1"))]));
        string path = $"/v1/runs/{Some.RunId(1)}/events";
        List<long> seen = [];
        string? cursor = "";
        while (cursor is not null)
        {
            Reply page = (await host.Client.GetReplyAsync($"{path}?since=2&limit=3&cursor={cursor}")).Is(200);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("seq").GetInt64()));
            cursor = page.Json.GetProperty("next_cursor").GetString();
        }

        Assert.Equal([3, 4, 5, 6, 7, 8, 9, 10], seen);
        (await host.Client.GetReplyAsync(path + "?since=-1")).IsError(400, "request.invalid_parameter");
        (await host.Client.GetReplyAsync("/v1/runs/run_none/events")).IsError(404, "run.not_found");
    }

    [Fact]
    public async Task Nodes_are_told_as_the_log_has_them()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string id = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert)))["run_id"]!;
        await host.Ports.Runs.CommitAsync(Some.Here, new RunId(id), Some.Commit(
            Some.Event(RunEventTypes.NodeStarted, node: "1"),
            Some.Event(RunEventTypes.NodeCompleted, node: "1"),
            Some.Event(RunEventTypes.NodeStarted, node: "2"),
            Some.Event(RunEventTypes.NodeProgress, new { value = 3, max = 10 }, node: "2")));
        JsonElement nodes = (await host.Client.GetReplyAsync($"/v1/runs/{id}?include=nodes")).Is(200).Json.GetProperty("nodes");
        Assert.Equal([("1", "succeeded"), ("2", "running")], nodes.EnumerateArray().Select(node => (node.GetProperty("node_id").GetString()!, node.GetProperty("status").GetString()!)));
        Assert.Equal((3, 10), (nodes[1].GetProperty("value").GetInt32(), nodes[1].GetProperty("max").GetInt32()));
    }

    [Fact]
    public async Task Accepted_run_has_its_orchestration_and_a_cancel_reaches_it()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        RunId id = new((await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert))).Is(202)["run_id"]!);
        OrchestrationId instance = Assert.Single(host.Ports.Orchestrations.Started.Keys);
        Assert.Equal(Some.Here, instance.Workspace);
        Assert.Contains(id.Value, instance.Name, StringComparison.Ordinal);
        (await host.Client.AskAsync(HttpMethod.Post, $"/v1/runs/{id}/cancel")).Is(202);
        Assert.Equal(instance, Assert.Single(host.Ports.Orchestrations.Raised).Instance);
    }

    [Fact]
    public async Task Missing_file_is_a_problem_of_its_node_and_input()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string load = """
            {"1":{"class_type":"LoadImage","inputs":{"image":"cat.png"}},"2":{"class_type":"SaveImage","inputs":{"images":["1",0],"filename_prefix":"t"}}}
            """;
        Reply refused = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(load))).IsError(422, "run.invalid");
        Assert.Contains(refused.Json.GetProperty("details").GetProperty("problems").EnumerateArray(), one => one.GetProperty("code").GetString() == RunProblemCodes.FileNotFound && one.GetProperty("port").GetString() == "image");
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads?name=cat.png", Talk.Bytes("x"u8.ToArray()))).Is(201);
        (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(load))).Is(202);
    }

    [Fact]
    public async Task Full_queue_is_told_with_when_to_come_back()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.Configure<RunServiceOptions>(options => options.MaxUnfinishedRuns = 2));
        for (int i = 0; i < 2; i++)
        {
            (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert))).Is(202);
        }

        Reply full = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert))).IsError(429, "queue.full");
        Assert.Equal("30", full.Header("Retry-After"));
    }

    [Fact]
    public async Task Queue_position_and_nodes_are_told()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (int number in new[] { 1, 2 })
        {
            await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(number), Some.Event(RunEventTypes.RunQueued));
            await host.Ports.Queue.SendAsync(Some.Batch(number));
        }

        Assert.Equal("2", (await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(2)}"))["queue_position"]);
        Reply withNodes = (await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(2)}?include=nodes")).Is(200);
        Assert.Equal(JsonValueKind.Array, withNodes.Json.GetProperty("nodes").ValueKind);
        (await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(2)}?include=everything")).IsError(400, "request.invalid_parameter");
    }

    [Fact]
    public async Task Artifacts_of_a_run_are_listed_in_order_of_appearance()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.ArtifactEvent(1, "b.png"), Some.ArtifactEvent(1, "a.png")));
        Reply page = (await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(1)}/artifacts?limit=1")).Is(200);
        Assert.Equal("b.png", page.Json.GetProperty("items")[0].GetProperty("name").GetString());
        Reply next = (await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(1)}/artifacts?limit=1&cursor={page["next_cursor"]}")).Is(200);
        Assert.Equal("a.png", next.Json.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, next.Json.GetProperty("next_cursor").ValueKind);
    }

    [Fact]
    public async Task What_an_import_warns_of_comes_with_the_run()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string comfy = Documents.ComfyInvert.Insert(1, "\"9\":{\"class_type\":\"Mystery\",\"inputs\":{}},");
        Reply found = (await host.Client.PostJsonAsync("/v1/runs?mode=check", Documents.Run(comfy))).Is(200);
        Assert.Contains(found.Json.GetProperty("problems").EnumerateArray(), one => one.GetProperty("code").GetString() == ImportCodes.UnknownType && one.GetProperty("severity").GetString() == "warning");
    }
}
