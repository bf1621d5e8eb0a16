using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Functions.Tests.Http;

public sealed class ApiFunctionTests
{
    private const string Invert =
        """
        {"definition":{"vtxw_version":"1.0","meta":{"name":"Invert"},
         "nodes":[
          {"id":"1","type":"EmptyImage","inputs":{"width":8,"height":8,"batch_size":1,"color":0},"ui":{"x":0,"y":0}},
          {"id":"2","type":"ImageInvert","inputs":{},"ui":{"x":1,"y":0}},
          {"id":"3","type":"SaveImage","inputs":{"filename_prefix":"t"},"ui":{"x":2,"y":0}}],
         "edges":[{"from":{"node":"1","port":"IMAGE"},"to":{"node":"2","port":"image"}},{"from":{"node":"2","port":"IMAGE"},"to":{"node":"3","port":"images"}}]}}
        """;

    private static readonly WorkspaceId Workspace = new("acme", "default");

    [Fact]
    public async Task Run_posted_to_the_function_is_stored_and_its_orchestration_started()
    {
        await using FunctionWorld world = new();
        (int status, string body) = await world.SendAsync("POST", "/v1/runs", Invert);
        Assert.True(status == 202, body);
        string run = JsonDocument.Parse(body).RootElement.GetProperty("run_id").GetString()!;
        Assert.NotNull(await world.Runs.FindAsync(Workspace, new RunId(run), TestContext.Current.CancellationToken));
        Assert.Equal("run-v1", world.Durable.Instances["acme.default." + run].Name);
        Assert.Equal(200, (await world.SendAsync("GET", "/v1/runs/" + run)).Status);
        Assert.Equal(202, (await world.SendAsync("POST", $"/v1/runs/{run}/cancel")).Status);
        Assert.Equal(RunOrchestrator.Cancel, Assert.Single(world.Durable.Raised).Event);
    }

    [Theory]
    [InlineData("GET", "/v1/queue", 200)]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/docs", 200)]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("PATCH", "/v1/queue", 405)]
    [InlineData("GET", "/v1/runs?limit=x", 400)]
    public async Task Every_address_of_the_api_is_answered_by_the_api(string method, string path, int status)
    {
        await using FunctionWorld world = new();
        (int answered, string body) = await world.SendAsync(method, path);
        Assert.True(answered == status, $"{answered}: {body}");
        if (status >= 400)
        {
            Assert.Equal(["code", "message", "details", "request_id"], JsonDocument.Parse(body).RootElement.EnumerateObject().Select(one => one.Name));
        }
    }

    [Fact]
    public async Task Pictures_are_changed_in_the_cloud_too()
    {
        await using FunctionWorld world = new();
        // Where nobody can, this is answered 501 before the form is read.
        (int status, string body) = await world.SendAsync("POST", "/upload/mask", "{}");
        Assert.True(status == 400, body);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no token")]
    [InlineData("tid=acme;oid=ada")]
    [InlineData("tid=acme;oid=ada;scp=other")]
    [InlineData("oid=ada;scp=access_as_user")]
    [InlineData("tid=../acme;oid=ada;scp=access_as_user")]
    [InlineData("tid=acme;oid=ada;scp=access_as_user;roles=Vortex.Workspace.a;roles=Vortex.Workspace.b")]
    public async Task Who_proves_nothing_is_answered_401(string? token)
    {
        await using FunctionWorld world = new();
        Assert.Equal(401, (await world.SendAsync("GET", "/v1/runs", token: token)).Status);
        Assert.Equal(200, (await world.SendAsync("GET", "/health/live", token: token)).Status);
    }

    [Theory]
    [InlineData("tid=acme;oid=ada;scp=openid access_as_user", null, "default")]
    [InlineData("tid=acme;oid=app;roles=Vortex.Use", null, "default")]
    [InlineData("tid=acme;oid=ada;scp=access_as_user;roles=Vortex.Workspace.design", null, "design")]
    [InlineData("tid=acme;oid=ada;scp=access_as_user;roles=Vortex.Workspace.a;roles=Vortex.Workspace.b", "b", "b")]
    [InlineData("tid=acme;oid=ada;scp=access_as_user;roles=Vortex.Workspace.a", "b", null)]
    [InlineData("tid=acme;oid=ada;scp=access_as_user", "design", null)]
    public async Task Token_says_which_workspace_and_a_header_chooses_only_among_those(string token, string? asked, string? workspace)
    {
        await using FunctionWorld world = new();
        (string, string)[] headers = asked is null ? [] : [(EntraCallers.WorkspaceHeader, asked)];
        (int status, string body) = await world.SendAsync("POST", "/v1/runs", Invert, token, headers);
        Assert.Equal(workspace is null ? 401 : 202, status);
        if (workspace is not null)
        {
            RunId run = new(JsonDocument.Parse(body).RootElement.GetProperty("run_id").GetString()!);
            Assert.NotNull(await world.Runs.FindAsync(new WorkspaceId("acme", workspace), run, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Negotiation_admits_to_runs_of_the_callers_workspace_alone()
    {
        await using FunctionWorld world = new();
        await world.Runs.CreateAsync(Workspace, Some.Run(1), Some.Event(), TestContext.Current.CancellationToken);
        await world.Runs.CreateAsync(Some.Stranger, Some.Run(2), Some.Event(), TestContext.Current.CancellationToken);
        (int status, string body) = await world.SendAsync("POST", $"/v1/hub/negotiate?run_id={Some.RunId(1)}&negotiateVersion=1");
        Assert.Equal((200, """{"url":"https://signalr.example/client/?hub=runs","accessToken":"token"}"""), (status, body));
        Assert.Equal(404, (await world.SendAsync("POST", $"/v1/hub/negotiate?run_id={Some.RunId(2)}")).Status);
        Assert.Equal(404, (await world.SendAsync("POST", "/v1/hub/negotiate?run_id=")).Status);
        Assert.Equal(401, (await world.SendAsync("POST", "/v1/hub/negotiate", token: null)).Status);
        Assert.Equal(200, (await world.SendAsync("POST", "/v1/hub/negotiate")).Status);
        Assert.Equal([(Workspace, Some.RunId(1)), (Workspace, (RunId?)null)], world.Gate.Admitted);
    }

    [Fact]
    public async Task Hook_starts_a_run_without_a_token_of_the_directory()
    {
        await using FunctionWorld world = new();
        string workflow = JsonDocument.Parse((await world.SendAsync("POST", "/v1/workflows", Invert)).Body).RootElement.GetProperty("workflow_id").GetString()!;
        JsonElement hook = JsonDocument.Parse((await world.SendAsync("POST", "/v1/hooks", $$"""{"workflow_id":"{{workflow}}"}""")).Body).RootElement;
        (int status, string body) = await world.SendAsync("POST", hook.GetProperty("url").GetString()!, "{}", hook.GetProperty("secret").GetString());
        Assert.True(status == 202, body);
        Assert.Single(world.Durable.Instances);
    }
}
