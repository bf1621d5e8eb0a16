using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Vortex.Api.Tests.Errors;

public sealed class ErrorShapeTests
{
    [Theory]
    [InlineData("GET", "/nowhere", 404, "request.route_not_found")]
    [InlineData("GET", "/v1", 404, "request.route_not_found")]
    [InlineData("GET", "/v1/nothing/here", 404, "request.route_not_found")]
    [InlineData("GET", "/v1/runs/run_1/nothing", 404, "request.route_not_found")]
    [InlineData("DELETE", "/v1/runs", 405, "request.method_not_allowed")]
    [InlineData("PATCH", "/v1/workflows/wf_1", 405, "request.method_not_allowed")]
    [InlineData("POST", "/", 405, "request.method_not_allowed")]
    public async Task Unknown_routes_and_wrong_methods_are_told_like_every_error(string method, string path, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.AskAsync(new HttpMethod(method), path)).IsError(status, code);
        if (status == 405)
        {
            Assert.NotEmpty(reply.Header("Allow"));
            Assert.Contains(reply.Header("Allow"), reply["message"]!, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{\n  \"definition\": nope }", 2, 18)]
    [InlineData("{", 1, 2)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("not json at all", 1, 2)]
    [InlineData("{\"a\":1,}", 1, 8)]
    public async Task Bad_json_is_told_with_its_line_and_byte(string body, int line, int column)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.PostJsonAsync("/v1/runs", body)).IsError(400, "request.invalid_json");
        Assert.Equal(line, reply.Json.GetProperty("details").GetProperty("line").GetInt32());
        Assert.Equal(column, reply.Json.GetProperty("details").GetProperty("column").GetInt32());
    }

    [Theory]
    [InlineData("[]", "$")]
    [InlineData("null", "$")]
    [InlineData("{\"definiton\":{}}", "definiton")]
    [InlineData("{}", "workflow_id")]
    [InlineData("{\"workflow_id\":\"wf_1\",\"definition\":{}}", "definition")]
    [InlineData("{\"workflow_id\":7}", "workflow_id")]
    [InlineData("{\"definition\":[]}", "definition")]
    [InlineData("{\"definition\":{},\"workflow_version\":1}", "workflow_version")]
    [InlineData("{\"workflow_id\":\"wf_1\",\"workflow_version\":0}", "workflow_version")]
    [InlineData("{\"definition\":{},\"options\":{\"priority\":101}}", "options.priority")]
    [InlineData("{\"definition\":{},\"options\":{\"priority\":\"1\"}}", "options.priority")]
    [InlineData("{\"definition\":{},\"options\":{\"cache_policy\":\"sometimes\"}}", "options.cache_policy")]
    [InlineData("{\"definition\":{},\"options\":{\"cache_policy\":1}}", "options.cache_policy")]
    [InlineData("{\"definition\":{},\"options\":{\"seed\":-1}}", "options.seed")]
    [InlineData("{\"definition\":{},\"options\":{\"tags\":[\"\"]}}", "options.tags")]
    [InlineData("{\"definition\":{},\"options\":{\"tags\":[null]}}", "options.tags")]
    [InlineData("{\"definition\":{},\"options\":{\"target_backend\":\"\"}}", "options.target_backend")]
    [InlineData("{\"definition\":{},\"options\":{\"retry\":{\"max_attempts\":0}}}", "options.retry.max_attempts")]
    [InlineData("{\"definition\":{},\"options\":{\"outputs\":[\"\"]}}", "options.outputs")]
    public async Task Wrong_fields_are_named(string body, string field)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.PostJsonAsync("/v1/runs", body)).IsError(400, "request.invalid_field");
        Assert.StartsWith(field, reply.Json.GetProperty("details").GetProperty("field").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deep_nesting_is_refused_with_the_limit()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string deep = "{\"definition\":{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}}";
        Reply reply = (await host.Client.PostJsonAsync("/v1/runs", deep)).IsError(400, "request.json_too_deep");
        Assert.Equal(64, reply.Json.GetProperty("details").GetProperty("max_depth").GetInt32());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_beyond_the_limit_is_refused_announced_or_not(bool announced)
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.MaxBodyBytes = 2048);
        byte[] body = Encoding.UTF8.GetBytes("{\"definition\":{\"x\":\"" + new string('x', 4096) + "\"}}");
        using HttpContent content = announced ? Talk.Bytes(body, "application/json") : new StreamContent(new Unannounced(body));
        content.Headers.ContentType = new("application/json");
        Reply reply = (await host.Client.AskAsync(HttpMethod.Post, "/v1/runs", content)).IsError(413, "request.body_too_large");
        Assert.Equal(2048, reply.Json.GetProperty("details").GetProperty("max_bytes").GetInt32());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task Other_content_types_are_refused(string? type)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/runs", Talk.Bytes("{}"u8.ToArray(), type))).IsError(415, "request.unsupported_media_type");
    }

    [Fact]
    public async Task Empty_body_is_refused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.PostJsonAsync("/v1/runs", "")).IsError(400, "request.empty_body");
    }

    [Fact]
    public async Task Byte_order_mark_does_no_harm()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.PostJsonAsync("/v1/runs?mode=check", "\uFEFF" + Documents.Run(Documents.Invert))).Is(200);
    }

    [Fact]
    public async Task What_breaks_inside_stays_inside()
    {
        await using ApiHost host = await ApiHost.StartAsync(map: app => app.MapGet("/boom", string () => throw new InvalidOperationException("the secret")));
        Reply reply = (await host.Client.GetReplyAsync("/boom")).IsError(500, "server.internal");
        Assert.DoesNotContain("secret", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, "server.storage_full")]
    [InlineData(5, "server.storage_failed")]
    public async Task Failing_storage_is_503_with_advice_when_to_come_back(int error, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync(map: app => app.MapGet("/disk", string () => throw new IOException("/secret/path", error)));
        Reply reply = (await host.Client.GetReplyAsync("/disk")).IsError(503, code);
        Assert.Equal("30", reply.Header("Retry-After"));
        Assert.DoesNotContain("secret", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_breaks_half_way_does_not_look_whole()
    {
        await using ApiHost host = await ApiHost.StartAsync(map: app => app.MapGet("/half", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException();
        }));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => host.Client.GetReplyAsync("/half"));
    }

    [Fact]
    public async Task Messages_follow_the_language_asked_for()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply german = (await host.Client.GetReplyAsync("/v1/runs/run_x", ("Accept-Language", "de-DE"))).IsError(404, "run.not_found");
        Assert.Equal("Den Lauf 'run_x' gibt es nicht.", german["message"]);
        Assert.Equal("de", german.Header("Content-Language"));
        Reply english = (await host.Client.GetReplyAsync("/v1/runs/run_x", ("Accept-Language", "fr"))).IsError(404, "run.not_found");
        Assert.Equal("There is no run 'run_x'.", english["message"]);
    }

    [Theory]
    [InlineData("my-request.1", true)]
    [InlineData("has space", false)]
    [InlineData("<script>", false)]
    [InlineData("x123456789x123456789x123456789x123456789x123456789x123456789x1234", false)]
    public async Task Request_id_is_the_callers_if_harmless_and_always_there(string id, bool kept)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = await host.Client.GetReplyAsync("/v1/queue", ("X-Request-Id", id));
        Assert.Equal(kept, reply.Header("X-Request-Id") == id);
        Assert.Equal(reply.Header("X-Request-Id"), reply["request_id"]);
        Assert.NotEmpty(reply["request_id"]!);
    }

    [Fact]
    public async Task Caller_who_proves_nothing_gets_401()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.GetReplyAsync("/v1/runs", (HeaderCallers.Header, HeaderCallers.Nobody))).IsError(401, "request.unauthorized");
    }

    [Fact]
    public async Task Head_gets_headers_only()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = await host.Client.AskAsync(HttpMethod.Head, "/v1/artifacts/art_nothing");
        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
        Assert.Empty(reply.Text);
        Assert.NotEmpty(reply.Header("X-Request-Id"));
    }

    [Theory]
    [InlineData("/v1/runs?cursor=nonsense", "request.invalid_cursor")]
    [InlineData("/v1/runs?cursor=!!!", "request.invalid_cursor")]
    [InlineData("/v1/workflows?cursor=AAAAAAAAAAAAAAA", "request.invalid_cursor")]
    [InlineData("/v1/uploads?cursor=x", "request.invalid_cursor")]
    [InlineData("/v1/node-types?cursor=x", "request.invalid_cursor")]
    [InlineData("/v1/runs?limit=0", "request.invalid_parameter")]
    [InlineData("/v1/runs?limit=201", "request.invalid_parameter")]
    [InlineData("/v1/runs?limit=ten", "request.invalid_parameter")]
    [InlineData("/v1/runs?limit=99999999999999999999", "request.invalid_parameter")]
    [InlineData("/v1/runs?status=lost", "request.invalid_parameter")]
    [InlineData("/v1/runs?created_from=yesterday", "request.invalid_parameter")]
    [InlineData("/v1/node-types?executable=maybe", "request.invalid_parameter")]
    public async Task Wrong_parameters_are_named(string path, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.GetReplyAsync(path)).IsError(400, code);
    }

    private sealed class Unannounced(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
