using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Vortex.Imaging.Codecs;
using Vortex.Local.Hosting;

namespace Vortex.Local.Tests;

/// <summary>What the studio's views ask of a real host.</summary>
public sealed class HostViewsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Host_lists_its_runner_its_models_and_what_it_looks_at()
    {
        VortexCommand.Outcome tiny = await VortexCommand.RunAsync(_folder.File("data"), "models", "make-tiny", _folder.File("models"));
        Assert.True(tiny.Exit == 0, tiny.All);
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data"), "--models-dir", _folder.File("models"));
        JsonElement runner = await UntilAsync(host, "v1/runners", answer => answer.GetProperty("items") is { } items && items.GetArrayLength() == 1 && items[0].GetProperty("status").GetString() == "working" ? items[0] : null);
        Assert.True(runner.GetProperty("batches_at_once").GetInt32() >= 1);
        JsonElement models = await host.Http.GetFromJsonAsync<JsonElement>("v1/models");
        JsonElement[] items = [.. models.GetProperty("items").EnumerateArray()];
        Assert.NotEmpty(items);
        Assert.All(items, model => Assert.True(model.GetProperty("size").GetInt64() > 0));
        Assert.DoesNotContain(_folder.Path, models.GetRawText(), StringComparison.Ordinal);
        JsonElement health = await host.Http.GetFromJsonAsync<JsonElement>("health/ready");
        Assert.Equal(["disk", "runner", "store"], health.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Large_picture_comes_small_for_a_list_and_keeps_its_shape()
    {
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data"));
        string run = await host.SubmitAsync(JsonNode.Parse("""
            {
              "1": {"class_type": "EmptyImage", "inputs": {"width": 1200, "height": 300, "batch_size": 1, "color": 16711680}},
              "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "wide"}}
            }
            """)!);
        await host.FollowAsync(run);
        JsonElement artifact = (await host.Http.GetFromJsonAsync<JsonElement>("v1/artifacts?media=image")).GetProperty("items")[0];
        byte[] small = await host.Http.GetByteArrayAsync(artifact.GetProperty("url").GetString()!.TrimStart('/') + "?width=256");
        DecodedImage picture = ImageFile.Decode(small);
        Assert.Equal((256, 64), (picture.Width, picture.Height));
        Assert.InRange(picture.Pixels[0], 240, 255);
        Assert.InRange(picture.Pixels[1], 0, 15);
        Assert.True(small.Length < artifact.GetProperty("size").GetInt64());
        JsonElement lineage = await host.Http.GetFromJsonAsync<JsonElement>(artifact.GetProperty("url").GetString()!.TrimStart('/') + "/lineage");
        Assert.Equal(["SaveImage", "EmptyImage"], lineage.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData(100L << 20, HealthStatus.Unhealthy)]
    [InlineData(1L << 30, HealthStatus.Degraded)]
    [InlineData(50L << 30, HealthStatus.Healthy)]
    public void Little_space_is_said_before_it_runs_out(long free, HealthStatus status)
    {
        HealthCheckResult result = HostHealth.OfFreeSpace(free, "/data");
        Assert.Equal(status, result.Status);
        Assert.Contains("/data", result.Description, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> UntilAsync(HostProcess host, string path, Func<JsonElement, JsonElement?> found)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (found(await host.Http.GetFromJsonAsync<JsonElement>(path, late.Token)) is { } one)
            {
                return one;
            }

            await Task.Delay(100, late.Token);
        }
    }
}
