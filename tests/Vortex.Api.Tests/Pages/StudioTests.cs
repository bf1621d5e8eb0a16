using System.IO.Compression;

namespace Vortex.Api.Tests.Pages;

public sealed class StudioTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("studio");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Start_page_is_shown_until_the_studio_is_built_and_the_studio_from_then_on()
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.StudioFolder = _folder.FullName);
        Assert.Contains("Nothing has run here yet", (await host.Client.GetReplyAsync("/")).Is(200).Text, StringComparison.Ordinal);
        Write("index.html", "<!doctype html><title>Studio</title>");
        Reply page = (await host.Client.GetReplyAsync("/")).Is(200);
        Assert.Contains("Studio", page.Text, StringComparison.Ordinal);
        Assert.Equal("text/html; charset=utf-8", page.Header("Content-Type"));
        Assert.Equal("no-cache", page.Header("Cache-Control"));
        Assert.Contains("script-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(304, (int)(await host.Client.GetReplyAsync("/", ("If-None-Match", page.Header("ETag")))).Status);
    }

    [Fact]
    public async Task Files_of_the_page_are_kept_for_good_and_the_page_is_not()
    {
        Write("index.html", "page");
        Write("favicon.svg", "<svg/>");
        Write("assets/index-Ab_1-2.js", "one");
        Write("assets/index-Ab_1-2.css", "two");
        await using ApiHost host = await ApiHost.StartAsync(options => options.StudioFolder = _folder.FullName);
        Reply script = (await host.Client.GetReplyAsync("/assets/index-Ab_1-2.js")).Is(200);
        Assert.Equal("one", script.Text);
        Assert.Equal("text/javascript; charset=utf-8", script.Header("Content-Type"));
        Assert.Equal("public, max-age=31536000, immutable", script.Header("Cache-Control"));
        Assert.Equal("nosniff", script.Header("X-Content-Type-Options"));
        Assert.Equal(304, (int)(await host.Client.GetReplyAsync("/assets/index-Ab_1-2.js", ("If-None-Match", script.Header("ETag")))).Status);
        Assert.Equal("text/css; charset=utf-8", (await host.Client.GetReplyAsync("/assets/index-Ab_1-2.css")).Is(200).Header("Content-Type"));
        Assert.Equal("image/svg+xml", (await host.Client.GetReplyAsync("/favicon.svg")).Is(200).Header("Content-Type"));
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Scripts_are_sent_compressed_and_answers_with_data_are_not(string encoding)
    {
        string script = string.Concat(Enumerable.Repeat("export const answer = 42;\n", 1000));
        Write("index.html", "page");
        Write("assets/index-1.js", script);
        await using ApiHost host = await ApiHost.StartAsync(options => options.StudioFolder = _folder.FullName);
        using HttpRequestMessage request = new(HttpMethod.Get, "/assets/index-1.js");
        request.Headers.AcceptEncoding.ParseAdd(encoding);
        using HttpResponseMessage answer = await host.Client.SendAsync(request);
        Assert.Equal(encoding, Assert.Single(answer.Content.Headers.ContentEncoding));
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        byte[] sent = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(sent.Length < script.Length / 10, $"{sent.Length} of {script.Length} bytes");
        await using Stream unpacked = encoding == "br" ? new BrotliStream(new MemoryStream(sent), CompressionMode.Decompress) : new GZipStream(new MemoryStream(sent), CompressionMode.Decompress);
        Assert.Equal(script, await new StreamReader(unpacked).ReadToEndAsync());
        Assert.Equal(304, (int)(await host.Client.GetReplyAsync("/assets/index-1.js", ("If-None-Match", answer.Headers.ETag!.ToString()))).Status);

        using HttpRequestMessage list = new(HttpMethod.Get, "/v1/node-types");
        list.Headers.AcceptEncoding.ParseAdd(encoding);
        using HttpResponseMessage plain = await host.Client.SendAsync(list);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
    }

    [Theory]
    [InlineData("/assets/none.js")]
    [InlineData("/assets/..%2Findex.html")]
    [InlineData("/assets/..%5Cindex.html")]
    [InlineData("/assets/%2e%2e%2findex.html")]
    [InlineData("/assets/.hidden")]
    [InlineData("/assets/")]
    [InlineData("/favicon.svg")]
    [InlineData("/index.html")]
    public async Task Nothing_but_the_files_of_a_build_can_be_read(string path)
    {
        Write("index.html", "page");
        Write("assets/.hidden", "hidden");
        await using ApiHost host = await ApiHost.StartAsync(options => options.StudioFolder = _folder.FullName);
        Reply reply = (await host.Client.GetReplyAsync(path)).Is(404);
        Assert.Equal("request.route_not_found", reply.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Studio_takes_no_path_of_the_API()
    {
        Write("index.html", "page");
        await using ApiHost host = await ApiHost.StartAsync(options => options.StudioFolder = _folder.FullName);
        foreach (string path in new[] { "/v1/runs", "/v1/queue", "/v1/node-types", "/health/live", "/openapi/v1.json", "/docs" })
        {
            Assert.NotEqual("page", (await host.Client.GetReplyAsync(path)).Is(200).Text);
        }
    }

    private void Write(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
