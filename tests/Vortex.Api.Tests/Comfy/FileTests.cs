using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Comfy;

public sealed class FileTests
{
    [Fact]
    public async Task Upload_is_named_viewed_and_loaded_by_a_prompt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply first = (await UploadAsync(host, "cat.png", "one", ("subfolder", "pets"), ("type", "input"))).Is(200);
        Assert.Equal("""{"name":"cat.png","subfolder":"pets","type":"input"}""", first.Text);
        Assert.Equal("cat.png", (await UploadAsync(host, "cat.png", "one", ("subfolder", "pets"))).Is(200)["name"]);
        Assert.Equal("cat (1).png", (await UploadAsync(host, "cat.png", "two", ("subfolder", "pets"))).Is(200)["name"]);
        Assert.Equal("one", (await host.Client.GetReplyAsync("/view?filename=cat.png&subfolder=pets&type=input")).Is(200).Text);
        Assert.Equal("cat.png", (await UploadAsync(host, "cat.png", "three", ("subfolder", "pets"), ("overwrite", "true"))).Is(200)["name"]);
        Assert.Equal("three", (await host.Client.GetReplyAsync("/api/view?filename=cat.png&subfolder=pets&type=input")).Is(200).Text);
        string prompt = """{"prompt":{"1":{"class_type":"LoadImage","inputs":{"image":"pets/cat.png"}},"3":{"class_type":"SaveImage","inputs":{"images":["1",0],"filename_prefix":"t"}}}}""";
        (await host.Client.PostJsonAsync("/prompt", prompt)).Is(200);
        JsonElement errors = (await host.Client.PostJsonAsync("/prompt", prompt.Replace("cat.png", "dog.png", StringComparison.Ordinal))).Is(400).Json.GetProperty("node_errors");
        Assert.Equal("image", errors.GetProperty("1").GetProperty("errors")[0].GetProperty("extra_info").GetProperty("input_name").GetString());
    }

    [Theory]
    [InlineData("..", "x.png", "input", 400)]
    [InlineData("a/../..", "x.png", "input", 400)]
    [InlineData("", "../x.png", "input", 400)]
    [InlineData("", "x.png", "models", 400)]
    public async Task Uploads_that_lead_out_of_their_folder_are_refused(string subfolder, string name, string type, int status)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await UploadAsync(host, name, "x", ("subfolder", subfolder), ("type", type))).Is(status);
        Assert.Empty((await host.Ports.Files.ListAsync(Some.Here, null, null, 10)).Items);
    }

    [Fact]
    public async Task Uploads_that_are_too_large_empty_or_no_form_are_refused()
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.MaxUploadBytes = 2_000);
        (await UploadAsync(host, "x.png", new string('x', 3_000))).Is(413);
        (await UploadAsync(host, "x.png", "")).Is(400);
        (await host.Client.PostJsonAsync("/upload/image", "{}")).Is(400);
    }

    [Fact]
    public async Task Host_that_cannot_change_pictures_says_so_and_sends_previews_as_they_are()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await UploadAsync(host, "x.png", "x")).Is(200);
        Reply mask = (await UploadAsync(host, "x.png", "x", "/upload/mask", ("original_ref", """{"filename":"x.png"}"""))).Is(501);
        Assert.Contains("picture.editing_unavailable", mask.Text, StringComparison.Ordinal);
        Reply alpha = (await host.Client.GetReplyAsync("/view?filename=x.png&type=input&channel=a")).Is(501);
        Assert.Contains("picture.editing_unavailable", alpha.Text, StringComparison.Ordinal);
        Assert.Equal("x", (await host.Client.GetReplyAsync("/view?filename=x.png&type=input&preview=webp;90")).Is(200).Text);
    }

    [Theory]
    [InlineData("filename=../secret.png")]
    [InlineData("filename=x.png&subfolder=../..")]
    [InlineData("filename=/etc/passwd")]
    [InlineData("filename=..%5Csecret.png")]
    [InlineData("filename=x.png&type=models")]
    [InlineData("")]
    public async Task Names_that_lead_elsewhere_are_refused(string query)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.GetReplyAsync("/view?" + query)).Is(400);
    }

    [Fact]
    public async Task Each_run_keeps_its_own_file_under_one_name_and_a_bare_name_means_the_newest()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (string first, RunId one) = await ComfyRuns.QueueAsync(host);
        (string second, RunId two) = await ComfyRuns.QueueAsync(host);
        await ComfyRuns.SaveAsync(host, one, "t/a.png", "old"u8.ToArray());
        await ComfyRuns.SaveAsync(host, two, "t/a.png", "new"u8.ToArray());
        Assert.Equal("old", (await host.Client.GetReplyAsync($"/view?filename=a.png&subfolder={first}/t&type=output")).Is(200).Text);
        Assert.Equal("new", (await host.Client.GetReplyAsync($"/view?filename=a.png&subfolder={second}/t")).Is(200).Text);
        (await host.Client.GetReplyAsync("/view?filename=a.png&subfolder=t")).Is(200);
        (await host.Client.GetReplyAsync("/view?filename=a.png&subfolder=t&type=temp")).Is(404);
        using HttpClient stranger = host.ClientFor("other");
        (await stranger.GetReplyAsync($"/view?filename=a.png&subfolder={first}/t&type=output")).Is(404);
    }

    [Theory]
    [InlineData("webp;90", null, "image/webp", 90, PictureChannels.All)]
    [InlineData("jpeg", null, "image/jpeg", 90, PictureChannels.All)]
    [InlineData("jpeg;5", "a", "image/webp", 5, PictureChannels.Alpha)]
    [InlineData(null, "rgb", "image/png", 100, PictureChannels.Colours)]
    public void Forms_are_read_as_ComfyUI_reads_them(string? preview, string? channel, string type, int quality, PictureChannels channels) =>
        Assert.Equal(new PictureForm(type, quality, channels), ViewEndpoint.FormOf(preview, channel));

    private static Task<Reply> UploadAsync(ApiHost host, string name, string content, params (string Name, string Value)[] fields) =>
        UploadAsync(host, name, content, "/upload/image", fields);

    private static Task<Reply> UploadAsync(ApiHost host, string name, string content, string path, params (string Name, string Value)[] fields)
    {
        MultipartFormDataContent form = new() { { Talk.Bytes(System.Text.Encoding.UTF8.GetBytes(content), "image/png"), "image", name } };
        foreach ((string field, string value) in fields)
        {
            form.Add(new StringContent(value), field);
        }

        return host.Client.AskAsync(HttpMethod.Post, path, form);
    }
}
