using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Vortex.Runs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Api.Tests.Http;

/// <summary>Two workspaces, every route: nothing of one is seen or changed from the other.</summary>
public sealed class IsolationTests
{
    private const string Secret = "TopSecretName";

    [Fact]
    public async Task No_route_shows_or_changes_anything_of_another_workspace()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Dictionary<string, string> owned = await FillAsync(host);
        using HttpClient stranger = host.ClientFor("other");
        foreach ((string method, string pattern) in Routes(host))
        {
            string path = Path(pattern, owned);
            string before = await StateAsync(host);
            Reply reply = await stranger.AskAsync(new HttpMethod(method), path, method is "POST" or "PUT" ? Talk.Json(Body(pattern, owned)) : null, ("If-Match", "*"));
            Assert.Equal(before, await StateAsync(host));
            string said = reply.Text + string.Join(' ', reply.Message.Headers.Select(one => string.Join(',', one.Value)));
            Assert.False(said.Contains(Secret, StringComparison.Ordinal), $"{method} {path} shows what is not the caller's: {said}");
            if (pattern.Contains("{run_id}", StringComparison.Ordinal) || pattern.Contains("{workflow_id}", StringComparison.Ordinal) || pattern.Contains("{artifact_id}", StringComparison.Ordinal) || pattern.Contains("{hook_id}", StringComparison.Ordinal))
            {
                Assert.True((int)reply.Status == 404, $"{method} {path} answers {(int)reply.Status}");
            }

            // The owner gets something there, or the test would prove nothing.
            Reply own = await host.Client.AskAsync(new HttpMethod(method), path, method is "POST" or "PUT" ? Talk.Json(Body(pattern, owned)) : null, ("If-Match", "*"));
            Assert.False((int)own.Status is 404 or 405 or >= 500, $"{method} {path} gives its owner {(int)own.Status}: {own.Text}");
        }
    }

    [Fact]
    public async Task Every_route_under_v1_and_the_start_page_ask_who_is_calling()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        // Who delivers to a hook has no account: the hook's secret decides, and its tests are those of deliveries.
        string[] open = ["POST /v1/hooks/{hook_id}", "/health/live", "/health/ready", "/openapi/{documentName}.json", "/docs", "/docs/docs.js", "/docs/pages.css"];
        foreach (RouteEndpoint endpoint in host.Endpoints)
        {
            string pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            bool scoped = endpoint.Metadata.GetMetadata<WorkspaceScoped>() is not null;
            string method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is [var first, ..] ? first : "";
            Assert.True(scoped != (open.Contains(pattern) || open.Contains($"{method} {pattern}")), $"{pattern} {(scoped ? "needs no" : "needs a")} caller; list it as open only if it shows nothing of a workspace.");
        }
    }

    private static IEnumerable<(string Method, string Pattern)> Routes(ApiHost host) =>
        from endpoint in host.Endpoints
        where endpoint.Metadata.GetMetadata<WorkspaceScoped>() is not null && endpoint.Metadata.GetMetadata<ComfyRoute>() is null
        let pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
        where !pattern.StartsWith("/v1/hub", StringComparison.Ordinal) && pattern != "/v1/ws"
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (method, pattern);

    private static string Path(string pattern, Dictionary<string, string> owned)
    {
        foreach ((string name, string value) in owned)
        {
            pattern = pattern.Replace("{" + name + "}", Uri.EscapeDataString(value), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("{", pattern, StringComparison.Ordinal);
        return pattern == "/v1/uploads" ? pattern + "?name=x.json" : pattern;
    }

    private static string Body(string pattern, Dictionary<string, string> owned) => pattern switch
    {
        "/v1/queue/reorder" => $$"""{"run_id":"{{owned["run_id"]}}"}""",
        "/v1/runs" => $$"""{"workflow_id":"{{owned["workflow_id"]}}"}""",
        "/v1/workflows/import" => Documents.Invert,
        "/v1/workflows/{workflow_id}/duplicate" or "/v1/hooks/{hook_id}/rotate" => "{}",
        "/v1/hooks" => $$"""{"workflow_id":"{{owned["workflow_id"]}}"}""",
        _ => $$"""{"definition":{{Documents.Invert}}}""",
    };

    private static async Task<Dictionary<string, string>> FillAsync(ApiHost host)
    {
        Reply stored = (await host.Client.PostJsonAsync("/v1/workflows", $$"""{"name":"{{Secret}}","definition":{{Documents.Invert}}}""")).Is(201);
        (await host.Client.AskAsync(HttpMethod.Post, $"/v1/uploads?name={Secret}.png", Talk.Bytes("x"u8.ToArray()))).Is(201);
        Reply hook = (await host.Client.PostJsonAsync("/v1/hooks", $$"""{"name":"{{Secret}}","workflow_id":"{{stored["workflow_id"]}}"}""")).Is(201);
        RunSnapshot snapshot = new() { Graph = new ExecutableGraph([]), Environment = new RunEnvironment("cpu", ImmutableSortedDictionary<string, NodeTypeFacts>.Empty), Nonce = Secret, Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("vtxw", Documents.Invert) };
        Digest kept = await host.Ports.Artifacts.PutJsonAsync(Some.Here, snapshot);
        RunRecord run = Some.Run(1) with { Snapshot = kept, WorkflowName = Secret, WorkflowId = new WorkflowId(stored["workflow_id"]!), Options = new RunOptions { Tags = [Secret] } };
        await host.Ports.Runs.CreateAsync(Some.Here, run, Some.Event(RunEventTypes.RunQueued, new { Secret }));
        StoredContent content = await host.Ports.Artifacts.PutAsync(Some.Here, new MemoryStream("x"u8.ToArray()));
        ArtifactRecord artifact = new()
        {
            Id = new ArtifactId("art_1"),
            RunId = run.Id,
            NodeId = new("9"),
            File = new ArtifactRef(Secret + ".png", content.Digest, "image/png", 1, ArtifactKind.Output),
        };
        await host.Ports.Runs.CommitAsync(Some.Here, run.Id, Some.Commit(Some.Event(RunEventTypes.ArtifactCreated, new { Secret }) with { Artifact = artifact }));
        await host.Ports.Queue.SendAsync(Some.Batch());
        return new()
        {
            ["run_id"] = run.Id.Value,
            ["workflow_id"] = stored["workflow_id"]!,
            ["version"] = "1",
            ["artifact_id"] = "art_1",
            ["hook_id"] = hook["hook_id"]!,
            ["name"] = "ImageInvert",
        };
    }

    /// <summary>All that belongs to the owner, as text.</summary>
    private static async Task<string> StateAsync(ApiHost host) => JsonSerializer.Serialize(
        new
        {
            runs = (await host.Ports.Runs.ListAsync(Some.Here, new RunQuery())).Items,
            workflows = (await host.Ports.Workflows.ListAsync(Some.Here, null, 100)).Items.Select(one => new { one.Id, one.Version, one.Hash }),
            files = (await host.Ports.Files.ListAsync(Some.Here, null, null, 100)).Items,
            hooks = (await host.Ports.Hooks.ListAsync(Some.Here, null, 100)).Items,
            lane = await host.Ports.Queue.ReadAsync(Some.Here) with { OldestWaiting = null },
        },
        RunsJson.Options);
}
