using System.Net;
using System.Text;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Artifacts;

public sealed class ArtifactEndpointTests
{
    private const string Content = "0123456789";

    [Fact]
    public async Task Content_comes_whole_with_type_name_and_etag()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.GetReplyAsync(await Make(host, "sub/Bild ä.png", "image/png"))).Is(200);
        Assert.Equal(Content, reply.Text);
        Assert.Equal(("image/png", "bytes", "nosniff"), (reply.Header("Content-Type"), reply.Header("Accept-Ranges"), reply.Header("X-Content-Type-Options")));
        Assert.Equal($"\"{Some.Digest(Content)}\"", reply.Header("ETag"));
        Assert.StartsWith("inline; filename=", reply.Header("Content-Disposition"), StringComparison.Ordinal);
        Assert.Contains("filename*=UTF-8''Bild%20%C3%A4.png", reply.Header("Content-Disposition"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes=0-3", "0123", "bytes 0-3/10")]
    [InlineData("bytes=4-", "456789", "bytes 4-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")]
    [InlineData("bytes=-99", "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=8-99", "89", "bytes 8-9/10")]
    [InlineData("bytes=9-9", "9", "bytes 9-9/10")]
    public async Task One_range_gives_that_part(string range, string part, string contentRange)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.GetReplyAsync(await Make(host), ("Range", range))).Is(206);
        Assert.Equal((part, contentRange), (reply.Text, reply.Header("Content-Range")));
    }

    [Theory]
    [InlineData("bytes=0-1,3-4")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=3-1")]
    [InlineData("bytes=")]
    [InlineData("nonsense")]
    public async Task Ranges_not_understood_give_the_whole(string range)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Assert.Equal(Content, (await host.Client.GetReplyAsync(await Make(host), ("Range", range))).Is(200).Text);
    }

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=99-100")]
    [InlineData("bytes=-0")]
    public async Task Range_outside_is_416_with_the_size(string range)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.GetReplyAsync(await Make(host), ("Range", range))).IsError(416, "request.range_not_satisfiable");
        Assert.Equal("bytes */10", reply.Header("Content-Range"));
    }

    [Fact]
    public async Task Range_of_an_older_content_gives_the_whole_new_one()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string path = await Make(host);
        (await host.Client.GetReplyAsync(path, ("Range", "bytes=0-1"), ("If-Range", "\"old\""))).Is(200);
        (await host.Client.GetReplyAsync(path, ("Range", "bytes=0-1"), ("If-Range", $"\"{Some.Digest(Content)}\""))).Is(206);
    }

    [Fact]
    public async Task Copy_already_held_is_not_sent_again()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string path = await Make(host);
        Reply reply = await host.Client.GetReplyAsync(path, ("If-None-Match", $"\"other\", \"{Some.Digest(Content)}\""));
        Assert.Equal((HttpStatusCode.NotModified, ""), (reply.Status, reply.Text));
        (await host.Client.GetReplyAsync(path, ("If-None-Match", "\"other\""))).Is(200);
    }

    [Fact]
    public async Task Head_tells_the_size_without_the_content()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.AskAsync(HttpMethod.Head, await Make(host))).Is(200);
        Assert.Equal((10L, ""), (reply.Message.Content.Headers.ContentLength!.Value, reply.Text));
    }

    [Theory]
    [InlineData("image/svg+xml", "x.svg")]
    [InlineData("text/html", "x.html")]
    [InlineData("application/xhtml+xml", "x.xhtml")]
    [InlineData("not a type", "x")]
    public async Task What_a_browser_could_execute_is_an_attachment(string type, string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.GetReplyAsync(await Make(host, name, type))).Is(200);
        Assert.StartsWith("attachment", reply.Header("Content-Disposition"), StringComparison.Ordinal);
        Assert.Contains("sandbox", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_is_an_attachment()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Assert.StartsWith("attachment", (await host.Client.GetReplyAsync(await Make(host) + "?download=1")).Is(200).Header("Content-Disposition"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b\\c\"d.png", "c_d.png")]
    [InlineData("x\r\nSet-Cookie: a=b.png", "x__Set-Cookie_ a=b.png")]
    [InlineData("..", "artifact")]
    [InlineData("", "artifact")]
    [InlineData("a/", "artifact")]
    [InlineData("写真.png", "写真.png")]
    public void File_name_of_a_header_is_harmless(string name, string safe) => Assert.Equal(safe, ArtifactContent.SafeName(name));

    [Fact]
    public async Task Unknown_artifacts_and_lost_content_are_told_apart()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string path = await Make(host);
        host.Ports.Artifacts.Lose(Some.Here, Some.Digest(Content));
        (await host.Client.GetReplyAsync(path)).IsError(404, "artifact.content_gone");
        (await host.Client.GetReplyAsync("/v1/artifacts/art_none")).IsError(404, "artifact.not_found");
        (await host.Client.GetReplyAsync("/v1/artifacts/..%2f..%2fetc%2fpasswd")).IsError(404, "artifact.not_found");
        (await host.Client.GetReplyAsync("/v1/artifacts/art_none/metadata")).IsError(404, "artifact.not_found");
    }

    [Fact]
    public async Task Metadata_says_how_it_was_made()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.GetReplyAsync(await Make(host) + "/metadata")).Is(200);
        Assert.Equal(Some.Digest(Content).Value, reply.Json.GetProperty("artifact").GetProperty("digest").GetString());
        System.Text.Json.JsonElement lineage = reply.Json.GetProperty("lineage");
        Assert.Equal((Some.RunId(1).Value, "9"), (lineage.GetProperty("run_id").GetString(), lineage.GetProperty("node_id").GetString()));
        Assert.Equal(Some.Digest("source").Value, lineage.GetProperty("made_from")[0].GetString());
        Assert.Equal(Some.Digest("snapshot 1").Value, lineage.GetProperty("snapshot").GetString());
    }

    private static async Task<string> Make(ApiHost host, string name = "a.png", string type = "image/png")
    {
        using MemoryStream bytes = new(Encoding.UTF8.GetBytes(Content));
        StoredContent stored = await host.Ports.Artifacts.PutAsync(Some.Here, bytes);
        await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        ArtifactRecord artifact = new()
        {
            Id = new ArtifactId("art_1"),
            RunId = Some.RunId(1),
            NodeId = new("9"),
            File = new ArtifactRef(name, stored.Digest, type, stored.Size, ArtifactKind.Output),
            CreatedAt = Some.Time,
            MadeFrom = [Some.Digest("source")],
        };
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event(RunEventTypes.ArtifactCreated) with { Artifact = artifact }));
        return "/v1/artifacts/art_1";
    }
}
