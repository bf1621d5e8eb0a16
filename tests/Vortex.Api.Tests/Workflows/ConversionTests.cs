using System.Text;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Api.Tests.Workflows;

public sealed class ConversionTests
{
    [Fact]
    public async Task Comfy_file_is_imported_with_a_report_and_not_stored()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.PostJsonAsync("/v1/workflows/import", Documents.ComfyInvert.Replace("ImageInvert", "Mystery", StringComparison.Ordinal))).Is(200);
        Assert.Equal(3, reply.Json.GetProperty("definition").GetProperty("nodes").GetArrayLength());
        JsonElement report = reply.Json.GetProperty("report");
        Assert.StartsWith("comfyui-api", report.GetProperty("format").GetString(), StringComparison.Ordinal);
        Assert.Contains(report.GetProperty("items").EnumerateArray(), item => item.GetProperty("code").GetString() == ImportCodes.UnknownType && item.GetProperty("node").GetString() == "2");
        Assert.Equal(0, (await host.Client.GetReplyAsync("/v1/workflows")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Import_is_stored_on_request()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.PostJsonAsync("/v1/workflows/import?store=true&name=Mine", Documents.ComfyInvert)).Is(201);
        Assert.Equal("Mine", (await host.Client.GetReplyAsync("/v1/workflows/" + reply["workflow_id"])).Is(200)["name"]);
    }

    [Fact]
    public async Task Picture_that_holds_a_workflow_is_imported_raw_and_as_a_form()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        byte[] picture = Pictures.WithText("prompt", Documents.ComfyInvert);
        Reply raw = (await host.Client.AskAsync(HttpMethod.Post, "/v1/workflows/import", Talk.Bytes(picture, "image/png"))).Is(200);
        using MultipartFormDataContent form = new() { { Talk.Bytes(picture, "image/png"), "file", "my picture.png" } };
        Reply formed = (await host.Client.AskAsync(HttpMethod.Post, "/v1/workflows/import", form)).Is(200);
        Assert.Equal(3, raw.Json.GetProperty("definition").GetProperty("nodes").GetArrayLength());
        Assert.Equal("my picture", formed.Json.GetProperty("definition").GetProperty("meta").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("hello", "text/plain", 422, "workflow.unreadable")]
    [InlineData("{}", "application/json", 422, "workflow.unreadable")]
    [InlineData("", "application/json", 400, "request.empty_body")]
    [InlineData("x", "multipart/form-data; boundary=b", 400, "request.invalid_multipart")]
    [InlineData("x", "multipart/form-data", 400, "request.invalid_multipart")]
    public async Task What_holds_no_workflow_is_told_so(string body, string type, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/workflows/import", Talk.Bytes(Encoding.UTF8.GetBytes(body), type))).IsError(status, code);
    }

    [Fact]
    public async Task Form_beyond_the_limit_is_refused()
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.MaxBodyBytes = 1024);
        using MultipartFormDataContent form = new() { { Talk.Bytes(new byte[5000]), "file", "x.json" } };
        (await host.Client.AskAsync(HttpMethod.Post, "/v1/workflows/import", form)).IsError(413, "request.body_too_large");
    }

    [Fact]
    public async Task Export_gives_what_was_imported()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply stored = (await host.Client.PostJsonAsync("/v1/workflows/import?store=true", Documents.ComfyInvert)).Is(201);
        Reply exported = (await host.Client.GetReplyAsync($"/v1/workflows/{stored["workflow_id"]}/export?format=comfy-api")).Is(200);
        Assert.Equal("SaveImage", exported.Json.GetProperty("3").GetProperty("class_type").GetString());
        Assert.Equal("""["1",0]""", JsonSerializer.Serialize(exported.Json.GetProperty("2").GetProperty("inputs").GetProperty("image")));
        Reply posted = (await host.Client.PostJsonAsync("/v1/workflows/export", $$"""{"definition":{{Documents.Invert}}}""")).Is(200);
        Assert.Equal(3, posted.Json.EnumerateObject().Count());
        Reply editor = (await host.Client.PostJsonAsync("/v1/workflows/export?format=comfy-ui", $$"""{"definition":{{Documents.Invert}}}""")).Is(200);
        Assert.Equal(3, editor.Json.GetProperty("nodes").GetArrayLength());
        Reply reported = (await host.Client.PostJsonAsync("/v1/workflows/export?report=true", $$"""{"definition":{{Documents.Invert}}}""")).Is(200);
        Assert.Equal("SaveImage", reported.Json.GetProperty("file").GetProperty("3").GetProperty("class_type").GetString());
        Assert.Equal(JsonValueKind.Array, reported.Json.GetProperty("problems").ValueKind);
        (await host.Client.PostJsonAsync("/v1/workflows/export?report=maybe", $$"""{"definition":{{Documents.Invert}}}""")).IsError(400, "request.invalid_parameter");
        (await host.Client.GetReplyAsync($"/v1/workflows/{stored["workflow_id"]}/export?format=svg")).IsError(400, "request.invalid_parameter");
        (await host.Client.GetReplyAsync($"/v1/workflows/{stored["workflow_id"]}/export?version=7")).IsError(404, "workflow.version_not_found");
        (await host.Client.GetReplyAsync("/v1/workflows/wf_none/export")).IsError(404, "workflow.not_found");
    }
}

/// <summary>Pictures small enough to write by hand.</summary>
internal static class Pictures
{
    /// <summary>A one-pixel PNG with a text chunk.</summary>
    public static byte[] WithText(string keyword, string text)
    {
        using MemoryStream png = new();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(png, "IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
        Chunk(png, "tEXt", [.. Encoding.Latin1.GetBytes(keyword), 0, .. Encoding.Latin1.GetBytes(text)]);
        Chunk(png, "IDAT", [0x78, 0x9C, 0x63, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01]);
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        Span<byte> number = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(body);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        png.Write(number);
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }
}
