using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vortex.Local.Tests;

/// <summary>The host is killed at random moments over a set of runs; nothing accepted is lost, and nothing is there twice.</summary>
public sealed class KillTests : IDisposable
{
    private const int Runs = 24;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fifty_kills_lose_and_duplicate_nothing()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("VORTEX_KILLS") ?? "50", CultureInfo.InvariantCulture);
        Random random = new(20261120);
        Dictionary<string, string> accepted = [];
        string data = _folder.File("data");

        for (int kill = 0; kill < kills; kill++)
        {
            await using HostProcess host = await HostProcess.StartAsync(data);
            // From "still repairing what the last kill left" to "in the middle of several runs".
            Task moment = Task.Delay(random.Next(0, 700));
            Task submitting = SubmitUntilKilledAsync(host, accepted, kills, kill);
            await moment;
            await host.KillAsync();
            await submitting;
        }

        // Whoever never got an answer asks the last host, under the same key as before.
        await using HostProcess last = await HostProcess.StartAsync(data);
        await SubmitUntilKilledAsync(last, accepted, kills, kills);
        Assert.Equal(Runs, accepted.Count);
        foreach ((string key, string run) in accepted)
        {
            await last.FollowAsync(run);
            await AssertWholeAsync(last, key, run);
        }

        JsonElement all = await last.Http.GetFromJsonAsync<JsonElement>("v1/runs?limit=200");
        Assert.Equal(Runs, all.GetProperty("items").GetArrayLength());
    }

    // A caller who never got an answer asks again under the same key, as the documentation says.
    private static async Task SubmitUntilKilledAsync(HostProcess host, Dictionary<string, string> accepted, int kills, int kill)
    {
        int upTo = Math.Min(Runs, ((kill + 1) * Runs / Math.Max(1, kills - 4)) + 1);
        for (int i = 0; i < upTo; i++)
        {
            string key = "key-" + i;
            if (accepted.ContainsKey(key))
            {
                continue;
            }

            try
            {
                accepted[key] = await host.SubmitAsync(Workflow(i), key);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    private static async Task AssertWholeAsync(HostProcess host, string key, string run)
    {
        List<JsonElement> events = await host.EventsAsync(run);
        List<string> types = [.. events.Select(one => one.GetProperty("event_type").GetString()!)];
        string story = $"{key} {run}: {string.Join(", ", types)}";
        Assert.True(events.Select(one => one.GetProperty("seq").GetInt64()).SequenceEqual(Enumerable.Range(1, events.Count).Select(number => (long)number)), story);
        Assert.True(types.Count(type => type is "run.completed" or "run.failed" or "run.canceled") == 1 && types[^1] == "run.completed", story);
        Assert.Equal("run.queued", types[0]);
        foreach (string once in (string[])["run.queued", "run.started"])
        {
            Assert.True(types.Count(type => type == once) == 1, story);
        }

        foreach (IGrouping<string, JsonElement> node in events.Where(one => one.TryGetProperty("node_id", out _)).GroupBy(one => one.GetProperty("node_id").GetString()!))
        {
            int finished = node.Count(one => one.GetProperty("event_type").GetString() is "node.completed" or "node.cached");
            Assert.True(finished == 1, $"node {node.Key} finished {finished} times; {story}");
        }

        JsonElement artifacts = (await host.Http.GetFromJsonAsync<JsonElement>($"v1/runs/{run}/artifacts")).GetProperty("items");
        Assert.Equal(2, artifacts.GetArrayLength());
        foreach (JsonElement artifact in artifacts.EnumerateArray())
        {
            byte[] content = await host.Http.GetByteArrayAsync($"v1/artifacts/{artifact.GetProperty("artifact_id").GetString()}");
            Assert.Equal(artifact.GetProperty("size").GetInt64(), content.Length);
            Assert.Equal(artifact.GetProperty("digest").GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)));
        }
    }

    // Two branches that save, so that there are batches to be torn apart; a size that keeps a runner busy for a while.
    private static JsonObject Workflow(int number) => JsonNode.Parse($$$"""
        {
          "1": {"class_type": "EmptyImage", "inputs": {"width": 512, "height": 512, "batch_size": 1, "color": {{{number + 1}}} }},
          "2": {"class_type": "ImageBlur", "inputs": {"image": ["1", 0], "blur_radius": 8, "sigma": 3.0}},
          "3": {"class_type": "ImageSharpen", "inputs": {"image": ["2", 0], "sharpen_radius": 3, "sigma": 1.0, "alpha": 1.0}},
          "4": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "a{{{number}}}"}},
          "5": {"class_type": "SolidMask", "inputs": {"value": 0.5, "width": 300, "height": {{{200 + number}}} }},
          "6": {"class_type": "GrowMask", "inputs": {"mask": ["5", 0], "expand": 4, "tapered_corners": true}},
          "7": {"class_type": "MaskToImage", "inputs": {"mask": ["6", 0]}},
          "8": {"class_type": "SaveImage", "inputs": {"images": ["7", 0], "filename_prefix": "b{{{number}}}"}}
        }
        """)!.AsObject();
}
