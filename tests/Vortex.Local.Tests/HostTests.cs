using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vortex.Local.Commands;
using Vortex.Local.Hosting;

namespace Vortex.Local.Tests;

public sealed class HostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sample_over_the_API_gives_the_same_pictures_as_the_command()
    {
        await VortexCommand.RunAsync(_folder.File("data-a"), "run", VortexCommand.Sample, "--out", _folder.File("out"));
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data-b"));
        using ByteArrayContent photo = new(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(VortexCommand.Sample)!, "photo.png")));
        using HttpResponseMessage uploaded = await host.Http.PostAsync("v1/uploads?name=photo.png", photo);
        Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync());

        string run = await host.SubmitAsync(JsonNode.Parse(File.ReadAllText(VortexCommand.Sample))!);
        List<JsonElement> events = await host.FollowAsync(run);
        Assert.Equal("run.completed", events[^1].GetProperty("event_type").GetString());
        JsonElement artifacts = (await host.Http.GetFromJsonAsync<JsonElement>($"v1/runs/{run}/artifacts")).GetProperty("items");
        JsonElement finished = artifacts.EnumerateArray().Single(artifact => artifact.GetProperty("name").GetString() == "finished/photo_00002_.png");
        byte[] picture = await host.Http.GetByteArrayAsync($"v1/artifacts/{finished.GetProperty("artifact_id").GetString()}");
        Assert.Equal(
            Vortex.Imaging.Codecs.ImageFile.Decode(File.ReadAllBytes(_folder.File("out/finished/photo_00002_.png"))).Pixels,
            Vortex.Imaging.Codecs.ImageFile.Decode(picture).Pixels);

        string second = await host.SubmitAsync(JsonNode.Parse(File.ReadAllText(VortexCommand.Sample))!);
        List<JsonElement> cached = await host.FollowAsync(second);
        Assert.DoesNotContain(cached, one => one.GetProperty("event_type").GetString() == "node.started");
    }

    [Fact]
    public async Task Command_uses_the_host_that_has_the_data_folder_open()
    {
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data"));
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data"), "run", VortexCommand.Sample, "--out", _folder.File("out"));
        Assert.True(outcome.Exit == 0, outcome.All);
        Assert.True(File.Exists(_folder.File("out/finished/photo_00002_.png")));
        JsonElement runs = await host.Http.GetFromJsonAsync<JsonElement>("v1/runs");
        Assert.Equal(1, runs.GetProperty("items").GetArrayLength());

        VortexCommand.Outcome bad = await VortexCommand.RunAsync(_folder.File("data"), "run", _folder.Write("w.json", """{"1": {"class_type": "NoSuchNode", "inputs": {}}}"""));
        Assert.True(bad.Exit == 2, bad.All);
        Assert.Contains("NoSuchNode", bad.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_in_use_is_said_with_what_to_do()
    {
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data-a"));
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data-b"), "up", "--port", host.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(outcome.Exit == 2, outcome.All);
        Assert.Contains("--port", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_host_on_a_data_folder_is_refused()
    {
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data"));
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data"), "up", "--port", "0");
        Assert.True(outcome.Exit is 2 or 3, outcome.All);
        Assert.Contains("--data", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_to_end_ends_the_host_in_order()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The request is sent with kill(1).");
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data"));
        Assert.Equal(0, await host.EndAsync());
        Assert.False(File.Exists(_folder.File("data/host.json")));
    }

    [Fact]
    public async Task Command_alone_hears_requests_to_end()
    {
        // A host that listens too takes a request which comes before the command hears it; then nobody ends.
        await using WebApplication app = UpCommand.Build(new UpCommand.Choices(0, _folder.File("data"), _folder.File("input"), [], ContentPlace.Folder, Verbose: false));
        Assert.NotEqual("ConsoleLifetime", app.Services.GetRequiredService<IHostLifetime>().GetType().Name);
    }

    [Fact]
    public async Task Canceled_run_stops_soon_and_says_so()
    {
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data"));
        JsonObject workflow = new()
        {
            ["0"] = JsonNode.Parse("""{"class_type": "EmptyImage", "inputs": {"width": 2048, "height": 2048, "batch_size": 2, "color": 7}}"""),
            ["99"] = JsonNode.Parse("""{"class_type": "SaveImage", "inputs": {"images": ["60", 0], "filename_prefix": "never"}}"""),
        };
        for (int i = 1; i <= 60; i++)
        {
            workflow[$"{i}"] = JsonNode.Parse($$$"""{"class_type": "ImageBlur", "inputs": {"image": ["{{{i - 1}}}", 0], "blur_radius": 31, "sigma": 9.0}}""");
        }

        string run = await host.SubmitAsync(workflow);
        using HttpResponseMessage canceled = await host.Http.PostAsync($"v1/runs/{run}/cancel", null);
        Assert.Equal("cancel_requested", (await canceled.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        List<JsonElement> events = await host.FollowAsync(run);
        Assert.Equal("run.canceled", events[^1].GetProperty("event_type").GetString());
        Assert.DoesNotContain(events, one => one.GetProperty("event_type").GetString() == "artifact.created");
    }

    [Fact]
    public async Task Run_goes_on_after_the_host_was_killed_in_its_middle()
    {
        string run;
        await using (HostProcess host = await HostProcess.StartAsync(_folder.File("data")))
        {
            run = await host.SubmitAsync(JsonNode.Parse("""
                {
                  "1": {"class_type": "EmptyImage", "inputs": {"width": 1024, "height": 1024, "batch_size": 1, "color": 77}},
                  "2": {"class_type": "ImageBlur", "inputs": {"image": ["1", 0], "blur_radius": 31, "sigma": 9.0}},
                  "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "late"}}
                }
                """)!);
            await host.KillAsync();
        }

        await using HostProcess again = await HostProcess.StartAsync(_folder.File("data"));
        List<JsonElement> events = await again.FollowAsync(run);
        Assert.Equal("run.completed", events[^1].GetProperty("event_type").GetString());
    }
}
