using System.Text;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Uploads;

public sealed class UploadTests
{
    [Fact]
    public async Task Raw_body_and_form_are_stored_under_their_name()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply raw = (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads?name=in%2Fcat.png", Talk.Bytes("meow"u8.ToArray(), "application/octet-stream"))).Is(201);
        Assert.Equal(("in/cat.png", "4", "image/png", Some.Digest("meow").Value), (raw["name"], raw["size"], raw["media_type"], raw["digest"]));
        using MultipartFormDataContent form = new() { { new StringContent("ignored"), "type" }, { Talk.Bytes("wuff"u8.ToArray(), "image/webp"), "file", "hünd.webp" } };
        Reply formed = (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads", form)).Is(201);
        Assert.Equal(("hünd.webp", "4"), (formed["name"], formed["size"]));
        FileRef file = (await host.Ports.Files.FindAsync(Some.Here, "in/cat.png"))!;
        await using Stream content = (await host.Ports.Artifacts.OpenAsync(Some.Here, file.Digest))!;
        Assert.Equal("meow", await new StreamReader(content).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Name_in_use_then_means_the_new_content()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (string text in new[] { "one", "two" })
        {
            (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads?name=a.txt", Talk.Bytes(Encoding.UTF8.GetBytes(text)))).Is(201);
        }

        Assert.Equal(Some.Digest("two"), (await host.Ports.Files.FindAsync(Some.Here, "a.txt"))!.Digest);
    }

    [Theory]
    [InlineData("../up.png")]
    [InlineData("a/../../up.png")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\up.png")]
    [InlineData("C:\\x.png")]
    [InlineData("C:/x.png")]
    [InlineData("a//b.png")]
    [InlineData("a/")]
    [InlineData(".")]
    [InlineData("a/..")]
    [InlineData("a\0.png")]
    [InlineData("a\n.png")]
    [InlineData("x.")]
    [InlineData(" x")]
    [InlineData("a/b/c/d/e/f/g/h/i")]
    public async Task Names_that_leave_or_mislead_are_refused_and_nothing_is_stored(string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads?name=" + Uri.EscapeDataString(name), Talk.Bytes("x"u8.ToArray()))).IsError(400, "upload.invalid_name");
        using MultipartFormDataContent form = new() { { Talk.Bytes("x"u8.ToArray()), "file", "fine.png" } };
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads?name=" + Uri.EscapeDataString(name), form)).IsError(400, "upload.invalid_name");
        Assert.Empty((await host.Ports.Files.ListAsync(Some.Here, null, null, 10)).Items);
    }

    [Theory]
    [InlineData("..hidden/...png")]
    [InlineData("写真 📷.png")]
    [InlineData("a b/c'd/e%f_g.txt")]
    public void Unusual_names_are_fine(string name) => Assert.Null(UploadName.Fault(name));

    [Fact]
    public void Half_a_character_and_length_are_faults()
    {
        Assert.NotNull(UploadName.Fault("a\ud800b"));
        Assert.NotNull(UploadName.Fault(new string('ä', 128)));
        Assert.Null(UploadName.Fault(new string('ä', 127)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_beyond_the_limit_is_refused_and_has_no_name(bool asForm)
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.MaxUploadBytes = 1024);
        using HttpContent content = asForm ? new MultipartFormDataContent { { Talk.Bytes(new byte[1025]), "file", "a.png" } } : Talk.Bytes(new byte[1025]);
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads?name=a.png", content)).IsError(413, "request.body_too_large");
        Assert.Null(await host.Ports.Files.FindAsync(Some.Here, "a.png"));
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads?name=a.png", Talk.Bytes(new byte[1024]))).Is(201);
    }

    [Fact]
    public async Task Upload_without_name_content_or_file_part_is_refused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads", Talk.Bytes("x"u8.ToArray()))).IsError(400, "upload.missing_name");
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads?name=a.png", Talk.Bytes([]))).IsError(400, "request.empty_body");
        using MultipartFormDataContent form = new() { { new StringContent("x"), "other" } };
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads", form)).IsError(400, "request.invalid_multipart");
        byte[] cut = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nabc"u8.ToArray();
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads", Talk.Bytes(cut, "multipart/form-data; boundary=b"))).IsError(400, "request.invalid_multipart");
        Assert.Empty((await host.Ports.Files.ListAsync(Some.Here, null, null, 10)).Items);
    }

    [Fact]
    public async Task List_is_by_name_under_a_prefix_in_pages()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (string name in new[] { "b/2", "a", "b/1", "b/3" })
        {
            (await host.Client.AskAsync(HttpMethod.Post, "/v1/uploads?name=" + Uri.EscapeDataString(name), Talk.Bytes("x"u8.ToArray()))).Is(201);
        }

        Reply page = (await host.Client.GetReplyAsync("/v1/uploads?prefix=b%2F&limit=2")).Is(200);
        Reply rest = (await host.Client.GetReplyAsync($"/v1/uploads?prefix=b%2F&limit=2&cursor={page["next_cursor"]}")).Is(200);
        Assert.Equal(["b/1", "b/2", "b/3"], new[] { page, rest }.SelectMany(one => one.Json.GetProperty("items").EnumerateArray()).Select(one => one.GetProperty("name").GetString()));
    }
}
