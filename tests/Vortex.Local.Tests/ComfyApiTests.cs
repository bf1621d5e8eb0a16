using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Imaging.Codecs;

namespace Vortex.Local.Tests;

/// <summary>A client of ComfyUI against the real host, with tiny models.</summary>
public sealed class ComfyApiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Text_to_image_runs_with_progress_binary_previews_history_and_views()
    {
        string models = _folder.File("models");
        Vortex.Diffusion.Tiny.TinyModels.WriteAll(models);
        Vortex.Diffusion.Tiny.TinyVocabulary.Write(models);
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data"), "--models-dir", models);
        JsonElement loader = await host.Http.GetFromJsonAsync<JsonElement>("object_info/CheckpointLoaderSimple");
        Assert.Contains(
            "tiny-sd15.safetensors",
            loader.GetProperty("CheckpointLoaderSimple").GetProperty("input").GetProperty("required").GetProperty("ckpt_name")[0].EnumerateArray().Select(name => name.GetString()));

        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(4));
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new UriBuilder(new Uri(host.Url, "ws?clientId=tester")) { Scheme = "ws" }.Uri, patience.Token);
        string sample = Path.Combine(Path.GetDirectoryName(VortexCommand.Sample)!, "..", "text-to-image", "text-to-image.api.json");
        JsonObject body = new() { ["prompt"] = JsonNode.Parse(await File.ReadAllTextAsync(sample, patience.Token)), ["client_id"] = "tester" };
        using HttpResponseMessage answer = await host.Http.PostAsJsonAsync("prompt", body, patience.Token);
        JsonElement queued = await answer.Content.ReadFromJsonAsync<JsonElement>(patience.Token);
        Assert.True(answer.IsSuccessStatusCode, queued.ToString());
        string prompt = queued.GetProperty("prompt_id").GetString()!;

        (List<JsonElement> told, List<byte[]> frames) = await ListenAsync(socket, patience.Token);
        Assert.Contains(told, message => message.GetProperty("type").GetString() == "progress" && message.GetProperty("data").GetProperty("max").GetInt32() == 20);
        Assert.Equal("execution_success", told[^2].GetProperty("type").GetString());
        Assert.NotEmpty(frames);
        Assert.All(frames, frame => Assert.Equal((1u, 2u), (BinaryPrimitives.ReadUInt32BigEndian(frame), BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)))));
        Assert.True(ImageFile.Decode(frames[^1].AsMemory(8)).Width > 0);

        JsonElement history = await host.Http.GetFromJsonAsync<JsonElement>($"history/{prompt}", patience.Token);
        JsonElement image = history.GetProperty(prompt).GetProperty("outputs").GetProperty("7").GetProperty("images")[0];
        string view = "view?" + string.Join('&', image.EnumerateObject().Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value.GetString()!)}"));
        Assert.Equal((256, 256), Size(ImageFile.Decode(await host.Http.GetByteArrayAsync(view, patience.Token))));
        DecodedImage webp = ImageFile.Decode(await host.Http.GetByteArrayAsync(view + "&preview=webp;90", patience.Token));
        Assert.Equal((ImageFormat.WebP, 256, 256), (webp.Format, webp.Width, webp.Height));
    }

    [Fact]
    public async Task Mask_is_put_on_the_picture_it_belongs_to()
    {
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data"));
        byte[] picture = Vortex.Imaging.Codecs.Png.PngEncoder.Encode([1, 2, 3, 4, 5, 6], 2, 1, 3);
        byte[] mask = Vortex.Imaging.Codecs.Png.PngEncoder.Encode([9, 9, 9, 0, 9, 9, 9, 200], 2, 1, 4);
        await UploadAsync(host, "upload/image", "photo.png", picture, null);
        string masked = (await UploadAsync(host, "upload/mask", "masked.png", mask, """{"filename":"photo.png","type":"input"}""")).GetProperty("name").GetString()!;
        DecodedImage both = ImageFile.Decode(await host.Http.GetByteArrayAsync($"view?filename={masked}&type=input"));
        Assert.Equal([1, 2, 3, 0, 4, 5, 6, 200], both.Pixels);
        DecodedImage alpha = ImageFile.Decode(await host.Http.GetByteArrayAsync($"view?filename={masked}&type=input&channel=a"));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 200], alpha.Pixels);
        DecodedImage colours = ImageFile.Decode(await host.Http.GetByteArrayAsync($"view?filename={masked}&type=input&channel=rgb"));
        Assert.Equal([1, 2, 3, 4, 5, 6], colours.Pixels);
    }

    private static (int Width, int Height) Size(DecodedImage image) => (image.Width, image.Height);

    private static async Task<JsonElement> UploadAsync(HostProcess host, string path, string name, byte[] content, string? reference)
    {
        using MultipartFormDataContent form = new() { { new ByteArrayContent(content), "image", name } };
        if (reference is not null)
        {
            form.Add(new StringContent(reference), "original_ref");
        }

        using HttpResponseMessage answer = await host.Http.PostAsync(path, form);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static async Task<(List<JsonElement> Told, List<byte[]> Frames)> ListenAsync(ClientWebSocket socket, CancellationToken patience)
    {
        List<JsonElement> told = [];
        List<byte[]> frames = [];
        byte[] buffer = new byte[1 << 20];
        while (true)
        {
            int filled = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(filled), patience);
                filled += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Binary)
            {
                frames.Add(buffer[..filled]);
                continue;
            }

            JsonElement message = JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, filled));
            string type = message.GetProperty("type").GetString()!;
            if (type is "status" or "progress_state")
            {
                continue;
            }

            told.Add(message);
            if (type == "executing" && message.GetProperty("data").GetProperty("node").ValueKind == JsonValueKind.Null)
            {
                return (told, frames);
            }
        }
    }
}
