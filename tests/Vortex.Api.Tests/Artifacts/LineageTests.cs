using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Artifacts;

/// <summary>What took part in making an artifact, and what its run ran.</summary>
public sealed class LineageTests
{
    [Fact]
    public async Task Lineage_names_nodes_values_and_files_with_digests()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads?name=cat.png", Talk.Bytes("meow"u8.ToArray()))).Is(201);
        string definition = Documents.Invert.Replace("\"type\":\"EmptyImage\",\"inputs\":{\"width\":8,\"height\":8,\"batch_size\":1,\"color\":0}", "\"type\":\"LoadImage\",\"inputs\":{\"image\":\"cat.png\"}", StringComparison.Ordinal);
        RunId run = await SubmitAsync(host, $$"""{"definition":{{definition}}}""");
        await MakeAsync(host, run, "3");
        Reply reply = (await host.Client.GetReplyAsync("/v1/artifacts/art_made/lineage")).Is(200);
        JsonElement[] nodes = [.. reply.Json.GetProperty("nodes").EnumerateArray()];
        Assert.Equal(["3 SaveImage", "2 ImageInvert", "1 LoadImage"], nodes.Select(node => $"{node.GetProperty("node_id").GetString()} {node.GetProperty("type").GetString()}"));
        Assert.Equal("t", nodes[0].GetProperty("values").GetProperty("filename_prefix").GetString());
        JsonElement file = Assert.Single(nodes[2].GetProperty("files").EnumerateArray());
        Assert.Equal(("cat.png", "image", Some.Digest("meow").Value), (file.GetProperty("name").GetString(), file.GetProperty("input").GetString(), file.GetProperty("digest").GetString()));
        Assert.Equal(
            ["2 images 3", "1 image 2"],
            reply.Json.GetProperty("links").EnumerateArray().Select(link => $"{link.GetProperty("from").GetString()} {link.GetProperty("input").GetString()} {link.GetProperty("to").GetString()}"));
        Assert.Equal(("Invert", "queued", "False"), (reply["workflow_name"], reply["run_status"], reply["truncated"]));
    }

    [Fact]
    public async Task What_a_run_ran_makes_the_same_run_again()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string definition = Documents.Invert.Replace("\"edges\":", "\"inputs\":[{\"name\":\"side\",\"type\":\"Integer\",\"targets\":[{\"node\":\"1\",\"port\":\"width\"}]}],\"edges\":", StringComparison.Ordinal);
        RunId run = await SubmitAsync(host, $$$"""{"definition":{{{definition}}},"inputs":{"side":32},"options":{"seed":18446744073709551615,"tags":["x"]}}""");
        Reply ran = (await host.Client.GetReplyAsync($"/v1/runs/{run}/definition")).Is(200);
        Assert.Equal(32, ran.Json.GetProperty("inputs").GetProperty("side").GetInt32());
        // As pictures of the run carry it: what was given is the default.
        Assert.Equal(32, ran.Json.GetProperty("definition").GetProperty("inputs")[0].GetProperty("default").GetInt32());
        Assert.Equal(ulong.MaxValue, ran.Json.GetProperty("options").GetProperty("seed").GetUInt64());
        string body = $"{{\"definition\":{ran.Json.GetProperty("definition").GetRawText()},\"inputs\":{ran.Json.GetProperty("inputs").GetRawText()},\"options\":{ran.Json.GetProperty("options").GetRawText()}}}";
        RunId again = await SubmitAsync(host, body);
        RunSnapshot first = await SnapshotAsync(host, run);
        RunSnapshot second = await SnapshotAsync(host, again);
        Some.AssertSame(first with { Nonce = "" }, second with { Nonce = "" });
    }

    [Fact]
    public async Task Document_that_was_too_large_to_be_kept_is_read_from_the_stored_version()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply stored = (await host.Client.PostJsonAsync("/v1/workflows", $$"""{"definition":{{Documents.Invert}}}""")).Is(201);
        RunId run = await SubmitAsync(host, $$"""{"workflow_id":"{{stored["workflow_id"]}}"}""");
        RunSnapshot bare = (await SnapshotAsync(host, run)) with { Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty };
        RunRecord other = Some.Run(1) with { Snapshot = await host.Ports.Artifacts.PutJsonAsync(Some.Here, bare), WorkflowId = new WorkflowId(stored["workflow_id"]!), WorkflowVersion = 1 };
        await host.Ports.Runs.CreateAsync(Some.Here, other, Some.Event(RunEventTypes.RunQueued));
        Assert.Equal("Invert", (await host.Client.GetReplyAsync($"/v1/runs/{other.Id}/definition")).Is(200).Json.GetProperty("definition").GetProperty("meta").GetProperty("name").GetString());
        RunRecord lost = Some.Run(2) with { Snapshot = other.Snapshot };
        await host.Ports.Runs.CreateAsync(Some.Here, lost, Some.Event(RunEventTypes.RunQueued));
        (await host.Client.GetReplyAsync($"/v1/runs/{lost.Id}/definition")).IsError(404, "run.snapshot_gone");
    }

    [Fact]
    public async Task Unknown_ids_and_lost_snapshots_are_told_apart()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.GetReplyAsync("/v1/runs/run_none/definition")).IsError(404, "run.not_found");
        (await host.Client.GetReplyAsync("/v1/artifacts/art_none/lineage")).IsError(404, "artifact.not_found");
        await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        await MakeAsync(host, Some.RunId(1), "3");
        (await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(1)}/definition")).IsError(404, "run.snapshot_gone");
        (await host.Client.GetReplyAsync("/v1/artifacts/art_made/lineage")).IsError(404, "run.snapshot_gone");
    }

    private static async Task<RunId> SubmitAsync(ApiHost host, string body) => new((await host.Client.PostJsonAsync("/v1/runs", body)).Is(202)["run_id"]!);

    private static async Task<RunSnapshot> SnapshotAsync(ApiHost host, RunId run) =>
        await host.Ports.Artifacts.ReadJsonAsync<RunSnapshot>(Some.Here, (await host.Ports.Runs.FindAsync(Some.Here, run))!.Snapshot);

    private static async Task MakeAsync(ApiHost host, RunId run, string node)
    {
        ArtifactRecord artifact = new() { Id = new ArtifactId("art_made"), RunId = run, NodeId = new(node), File = Some.File("a.png"), CreatedAt = Some.Time };
        await host.Ports.Runs.CommitAsync(Some.Here, run, Some.Commit(Some.Event(RunEventTypes.ArtifactCreated) with { Artifact = artifact }));
    }
}
