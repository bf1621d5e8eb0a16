using System.Text.Json;

namespace Vortex.Api.Tests.Workflows;

public sealed class WorkflowEndpointTests
{
    private static string Body(string definition = Documents.Invert, string? name = null) =>
        name is null ? $$"""{"definition":{{definition}}}""" : $$"""{"definition":{{definition}},"name":"{{name}}"}""";

    [Fact]
    public async Task Stored_workflow_is_read_back_with_its_etag()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply made = (await host.Client.PostJsonAsync("/v1/workflows", Body(name: "写真 ✓"))).Is(201);
        Assert.Equal("/v1/workflows/" + made["workflow_id"], made.Header("Location"));
        Assert.Equal($"\"{made["hash"]}\"", made.Header("ETag"));
        Reply read = (await host.Client.GetReplyAsync(made.Header("Location"))).Is(200);
        Assert.Equal(made.Header("ETag"), read.Header("ETag"));
        Assert.Equal("写真 ✓", read.Json.GetProperty("definition").GetProperty("meta").GetProperty("name").GetString());
        Assert.Equal(("1", "写真 ✓"), (read["version"], read["name"]));
        Assert.Equal(304, (int)(await host.Client.GetReplyAsync(made.Header("Location"), ("If-None-Match", made.Header("ETag")))).Status);
    }

    [Fact]
    public async Task Put_adds_versions_that_stay()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply first = (await host.Client.PostJsonAsync("/v1/workflows", Body())).Is(201);
        string path = first.Header("Location");
        Reply second = (await Put(host, path, Body(name: "Two"), first.Header("ETag"))).Is(200);
        Assert.Equal("2", second["version"]);
        Assert.Equal("Invert", (await host.Client.GetReplyAsync(path + "/versions/1")).Is(200)["name"]);
        Assert.Equal("Two", (await host.Client.GetReplyAsync(path + "/versions/2")).Is(200)["name"]);
        Assert.Equal("Two", (await host.Client.GetReplyAsync(path)).Is(200)["name"]);
        (await host.Client.GetReplyAsync(path + "/versions/3")).IsError(404, "workflow.version_not_found");
        (await host.Client.GetReplyAsync(path + "/versions/zero")).IsError(404, "workflow.version_not_found");
        Reply history = (await host.Client.GetReplyAsync(path + "/versions")).Is(200);
        Assert.Equal([2, 1], history.Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Versions_are_compared_with_the_names_people_know()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply first = (await host.Client.PostJsonAsync("/v1/workflows", Body())).Is(201);
        string path = first.Header("Location");
        string changed = Documents.Invert.Replace("\"height\":8", "\"height\":9", StringComparison.Ordinal);
        Reply second = (await Put(host, path, Body(changed), first.Header("ETag"))).Is(200);
        (await Put(host, path, Body(changed, name: "Renamed"), second.Header("ETag"))).Is(200);
        Reply diff = (await host.Client.GetReplyAsync(path + "/versions/2/diff")).Is(200);
        Assert.Equal(("1", "2", "True"), (diff["from"], diff["to"], diff["changes_results"]));
        JsonElement change = diff.Json.GetProperty("changes").EnumerateArray().First();
        Assert.Equal("input_changed", change.GetProperty("kind").GetString());
        Assert.Equal(("8", "9"), (change.GetProperty("before").GetString(), change.GetProperty("after").GetString()));
        Assert.NotEqual(change.GetProperty("node").GetProperty("id").GetString(), change.GetProperty("node").GetProperty("name").GetString());
        Reply words = (await host.Client.GetReplyAsync(path + "/versions/3/diff")).Is(200);
        Assert.Equal(("False", "described"), (words["changes_results"], words.Json.GetProperty("changes")[0].GetProperty("kind").GetString()));
        Assert.Equal("1", (await host.Client.GetReplyAsync(path + "/versions/3/diff?from=1")).Is(200)["from"]);
        Reply whole = (await host.Client.GetReplyAsync(path + "/versions/1/diff")).Is(200);
        Assert.Contains(whole.Json.GetProperty("changes").EnumerateArray(), one => one.GetProperty("kind").GetString() == "node_added");
        JsonElement edge = whole.Json.GetProperty("changes").EnumerateArray().First(one => one.GetProperty("kind").GetString() == "edge_added");
        Assert.NotEmpty(edge.GetProperty("source_port").GetString()!);
        Assert.False(whole.Json.TryGetProperty("from", out JsonElement none) && none.ValueKind != JsonValueKind.Null);
        (await host.Client.GetReplyAsync(path + "/versions/9/diff")).IsError(404, "workflow.version_not_found");
        (await host.Client.GetReplyAsync(path + "/versions/3/diff?from=9")).IsError(404, "workflow.version_not_found");
        (await host.Client.GetReplyAsync(path + "/versions/x/diff")).IsError(404, "workflow.version_not_found");
        (await host.Client.GetReplyAsync(path + "/versions/3/diff?from=0")).IsError(400, "request.invalid_parameter");
        (await host.Client.GetReplyAsync("/v1/workflows/wf_none/versions/1/diff")).IsError(404, "workflow.not_found");
    }

    [Fact]
    public async Task Definition_is_compared_with_a_version_or_with_another_definition()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply first = (await host.Client.PostJsonAsync("/v1/workflows", Body())).Is(201);
        string changed = Documents.Invert.Replace("\"height\":8", "\"height\":9", StringComparison.Ordinal);
        Reply since = (await host.Client.PostJsonAsync("/v1/workflows/diff", $$"""{"definition":{{changed}},"workflow_id":"{{first["workflow_id"]}}"}""")).Is(200);
        Assert.Equal("1", since["from"]);
        Assert.NotEmpty(since.Json.GetProperty("changes").EnumerateArray());
        Reply same = (await host.Client.PostJsonAsync("/v1/workflows/diff", $$"""{"definition":{{changed}},"from":{{changed}}}""")).Is(200);
        Assert.Empty(same.Json.GetProperty("changes").EnumerateArray());
        (await host.Client.PostJsonAsync("/v1/workflows/diff", $$"""{"definition":{{changed}}}""")).IsError(400, "request.invalid_field");
        (await host.Client.PostJsonAsync("/v1/workflows/diff", $$"""{"definition":{{changed}},"from":{{changed}},"version":2}""")).IsError(400, "request.invalid_field");
        (await host.Client.PostJsonAsync("/v1/workflows/diff", $$"""{"from":{{changed}}}""")).IsError(400, "request.invalid_field");
        (await host.Client.PostJsonAsync("/v1/workflows/diff", $$"""{"definition":{{changed}},"workflow_id":"wf_none"}""")).IsError(404, "workflow.not_found");
        (await host.Client.PostJsonAsync("/v1/workflows/diff", $$"""{"definition":{"nodes":3},"from":{{changed}}}""")).IsError(422, "workflow.unreadable");
    }

    [Fact]
    public async Task Put_needs_the_etag_of_the_newest_version()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply first = (await host.Client.PostJsonAsync("/v1/workflows", Body())).Is(201);
        string path = first.Header("Location");
        (await Put(host, path, Body(name: "Two"), null)).IsError(428, "request.precondition_required");
        (await Put(host, path, Body(name: "Two"), "not quoted")).IsError(400, "request.invalid_header");
        (await Put(host, path, Body(name: "Two"), first.Header("ETag"))).Is(200);
        Reply late = (await Put(host, path, Body(name: "Three"), first.Header("ETag"))).IsError(412, "workflow.changed");
        Assert.Equal(2, late.Json.GetProperty("details").GetProperty("version").GetInt32());
        Assert.Equal("3", (await Put(host, path, Body(name: "Three"), "*")).Is(200)["version"]);
        (await Put(host, "/v1/workflows/wf_none", Body(), "*")).IsError(404, "workflow.not_found");
    }

    [Fact]
    public async Task Same_document_again_makes_no_version()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply first = (await host.Client.PostJsonAsync("/v1/workflows", Body())).Is(201);
        Reply again = (await Put(host, first.Header("Location"), Body(), first.Header("ETag"))).Is(200);
        Assert.Equal(("1", first.Header("ETag")), (again["version"], again.Header("ETag")));
    }

    [Fact]
    public async Task Of_many_writers_with_one_etag_exactly_one_wins()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply first = (await host.Client.PostJsonAsync("/v1/workflows", Body())).Is(201);
        Reply[] all = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Put(host, first.Header("Location"), Body(name: $"W{i}"), first.Header("ETag"))));
        Assert.Single(all, reply => (int)reply.Status == 200);
        Assert.All(all.Where(reply => (int)reply.Status != 200), reply => reply.IsError(412, "workflow.changed"));
    }

    [Fact]
    public async Task Duplicate_is_a_workflow_of_its_own()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply first = (await host.Client.PostJsonAsync("/v1/workflows", Body())).Is(201);
        Reply copy = (await host.Client.PostJsonAsync(first.Header("Location") + "/duplicate", "{}")).Is(201);
        Assert.NotEqual(first["workflow_id"], copy["workflow_id"]);
        Assert.Equal(("1", "Invert (copy)"), (copy["version"], copy["name"]));
        Assert.Equal("Mine", (await host.Client.PostJsonAsync(first.Header("Location") + "/duplicate", """{"name":"Mine","version":1}""")).Is(201)["name"]);
        (await host.Client.PostJsonAsync(first.Header("Location") + "/duplicate", """{"version":9}""")).IsError(404, "workflow.version_not_found");
        (await host.Client.PostJsonAsync(first.Header("Location") + "/duplicate", """{"name":" "}""")).IsError(400, "request.invalid_field");
        Assert.Equal(3, (await host.Client.GetReplyAsync("/v1/workflows")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task List_pages_last_changed_first()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (string name in new[] { "a", "b", "c" })
        {
            (await host.Client.PostJsonAsync("/v1/workflows", Body(name: name))).Is(201);
        }

        Reply page = (await host.Client.GetReplyAsync("/v1/workflows?limit=2")).Is(200);
        Reply rest = (await host.Client.GetReplyAsync($"/v1/workflows?limit=2&cursor={page["next_cursor"]}")).Is(200);
        Assert.Equal(["c", "b", "a"], new[] { page, rest }.SelectMany(one => one.Json.GetProperty("items").EnumerateArray()).Select(one => one.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("{}", 400, "request.invalid_field")]
    [InlineData("{\"definition\":[]}", 400, "request.invalid_field")]
    [InlineData("{\"definition\":{},\"name\":\"\"}", 400, "request.invalid_field")]
    [InlineData("{\"definition\":{}}", 422, "workflow.unreadable")]
    [InlineData("{\"definition\":{\"vtxw_version\":\"99.0\"}}", 422, "workflow.unreadable")]
    public async Task What_is_no_workflow_is_not_stored(string body, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.PostJsonAsync("/v1/workflows", body)).IsError(status, code);
        Assert.Equal(0, (await host.Client.GetReplyAsync("/v1/workflows")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Comfy_workflow_is_stored_as_vtxw()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply made = (await host.Client.PostJsonAsync("/v1/workflows", Body(Documents.ComfyInvert))).Is(201);
        JsonElement definition = made.Json.GetProperty("definition");
        Assert.Equal("1.0", definition.GetProperty("vtxw_version").GetString());
        Assert.Equal(3, definition.GetProperty("nodes").GetArrayLength());
    }

    private static Task<Reply> Put(ApiHost host, string path, string body, string? ifMatch) =>
        host.Client.AskAsync(HttpMethod.Put, path, Talk.Json(body), ifMatch is null ? [] : [("If-Match", ifMatch)]);
}
