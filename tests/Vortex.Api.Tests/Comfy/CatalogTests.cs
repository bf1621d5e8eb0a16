using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vortex.Runs;

namespace Vortex.Api.Tests.Comfy;

public sealed class CatalogTests
{
    [Fact]
    public async Task Node_types_are_described_in_ComfyUIs_shape()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonElement all = (await host.Client.GetReplyAsync("/object_info")).Is(200).Json;
        Assert.Equal(["EmptyImage", "ImageInvert", "LoadImage", "SaveImage"], all.EnumerateObject().Select(one => one.Name));
        JsonElement empty = (await host.Client.GetReplyAsync("/api/object_info/EmptyImage")).Is(200).Json.GetProperty("EmptyImage");
        JsonElement width = empty.GetProperty("input").GetProperty("required").GetProperty("width");
        Assert.Equal("INT", width[0].GetString());
        Assert.Equal(1, width[1].GetProperty("min").GetInt32());
        Assert.Equal(["width", "height", "batch_size", "color"], empty.GetProperty("input_order").GetProperty("required").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(("IMAGE", false, "IMAGE", false), (empty.GetProperty("output")[0].GetString(), empty.GetProperty("output_is_list")[0].GetBoolean(), empty.GetProperty("output_name")[0].GetString(), empty.GetProperty("output_node").GetBoolean()));
        Assert.True(all.GetProperty("SaveImage").GetProperty("output_node").GetBoolean());
    }

    [Fact]
    public async Task Types_that_are_not_there_are_an_empty_object()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Assert.Equal("{}", (await host.Client.GetReplyAsync("/object_info/Primitive%20boolean%20%5BCrystools%5D")).Is(200).Text);
    }

    [Fact]
    public async Task Files_and_models_are_listed_by_name()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddSingleton<IFileNames, SomeNames>());
        JsonElement image = (await host.Client.GetReplyAsync("/object_info/LoadImage")).Json.GetProperty("LoadImage").GetProperty("input").GetProperty("required").GetProperty("image");
        Assert.Equal("photo.png", image[0][0].GetString());
        Assert.True(image[1].GetProperty("image_upload").GetBoolean());
        Assert.Equal("""["checkpoints","embeddings"]""", (await host.Client.GetReplyAsync("/models")).Is(200).Text);
        Assert.Equal("""["sub/a.safetensors"]""", (await host.Client.GetReplyAsync("/models/checkpoints")).Is(200).Text);
        Assert.Equal("""[{"name":"sub/a.safetensors","pathIndex":0}]""", (await host.Client.GetReplyAsync("/experiment/models/checkpoints")).Is(200).Text);
        Assert.Equal("""["sub/a"]""", (await host.Client.GetReplyAsync("/embeddings")).Is(200).Text);
        (await host.Client.GetReplyAsync("/models/nothing")).Is(404);
        (await host.Client.GetReplyAsync("/models/..%2F..")).Is(404);
    }

    [Fact]
    public async Task What_clients_ask_as_they_start_is_answered()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonElement stats = (await host.Client.GetReplyAsync("/system_stats")).Is(200).Json;
        Assert.NotEmpty(stats.GetProperty("system").GetProperty("os").GetString()!);
        Assert.True(stats.GetProperty("devices")[0].GetProperty("vram_total").GetInt64() > 0);
        Assert.Equal("[]", (await host.Client.GetReplyAsync("/extensions")).Is(200).Text);
        Assert.True((await host.Client.GetReplyAsync("/features")).Is(200).Json.GetProperty("max_upload_size").GetInt64() > 0);
        Assert.Equal("server", (await host.Client.GetReplyAsync("/users")).Is(200)["storage"]);
        Assert.Equal("{}", (await host.Client.GetReplyAsync("/settings")).Is(200).Text);
        Assert.Equal("null", (await host.Client.GetReplyAsync("/settings/Comfy.X")).Is(200).Text);
        Assert.Equal("{}", (await host.Client.GetReplyAsync("/workflow_templates")).Is(200).Text);
        Assert.Equal("{}", (await host.Client.AskAsync(HttpMethod.Patch, "/internal/logs/subscribe", Talk.Json("{}"))).Is(200).Text);
        (await host.Client.GetReplyAsync("/ws")).Is(400);
        Assert.Equal(JsonValueKind.Object, (await host.Client.GetReplyAsync("/manager/version")).Is(404).Json.ValueKind);
    }

    private sealed class SomeNames : IFileNames
    {
        public ValueTask<IReadOnlyList<string>> FoldersAsync(WorkspaceId workspace, CancellationToken cancellationToken = default) => new(["checkpoints", "embeddings"]);

        public ValueTask<IReadOnlyList<string>> ListAsync(WorkspaceId workspace, string? modelFolder, CancellationToken cancellationToken = default) =>
            new([modelFolder is null ? "photo.png" : "sub/a.safetensors"]);
    }
}
