using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Imaging.Codecs;

namespace Vortex.Local.Tests;

public sealed class RunCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sample_gives_the_scaled_and_the_finished_photograph()
    {
        VortexCommand.Outcome outcome = await RunAsync(VortexCommand.Sample, "--out", _folder.File("out"));
        Assert.True(outcome.Exit == 0, outcome.All);
        DecodedImage before = Picture("out/finished/photo_00001_.png");
        DecodedImage after = Picture("out/finished/photo_00002_.png");
        Assert.Equal((720, 480, 3), (after.Width, after.Height, after.Channels));

        // Finishing gives contrast and darkens the corners, and leaves the middle where it was.
        Assert.True(Brightness(after, 0, 0) < 0.75 * Brightness(before, 0, 0), "The corners are not darker.");
        Assert.True(Deviation(after) > 1.1 * Deviation(before), "There is no more contrast.");

        // The same pixels on every machine: what is computed depends neither on threads nor on the width of vectors.
        Assert.Equal(
            (Expected.Before, Expected.After),
            (Convert.ToHexStringLower(SHA256.HashData(before.Pixels)), Convert.ToHexStringLower(SHA256.HashData(after.Pixels))));
    }

    [Fact]
    public async Task Text_to_image_sample_runs_on_tiny_models_with_progress_preview_and_picture()
    {
        string samples = Path.Combine(Path.GetDirectoryName(VortexCommand.Sample)!, "..", "text-to-image");
        VortexCommand.Outcome ui = await RunAsync(Path.Combine(samples, "text-to-image.json"), "--tiny", "--out", _folder.File("ui"), "--preview", _folder.File("preview.png"));
        Assert.True(ui.Exit == 0, ui.All);
        Assert.Contains("/20", ui.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, new FileInfo(_folder.File("preview.png")).Length);
        DecodedImage picture = Picture("ui/text-to-image/picture_00001_.png");
        Assert.Equal((256, 256, 3), (picture.Width, picture.Height, picture.Channels));
        Assert.True(Deviation(picture) > 0.01, "The picture is of one colour.");

        VortexCommand.Outcome api = await RunAsync(Path.Combine(samples, "text-to-image.api.json"), "--tiny", "--out", _folder.File("api"), "--cache", "bypass");
        Assert.True(api.Exit == 0, api.All);
        Assert.Equal(picture.Pixels, Picture("api/text-to-image/picture_00001_.png").Pixels);
    }

    [Fact]
    public async Task Both_ComfyUI_formats_give_the_same_pixels()
    {
        await RunAsync(VortexCommand.Sample, "--out", _folder.File("ui"), "--cache", "bypass");
        await RunAsync(VortexCommand.ApiSample, "--out", _folder.File("api"), "--cache", "bypass");
        Assert.Equal(Picture("ui/finished/photo_00002_.png").Pixels, Picture("api/finished/photo_00002_.png").Pixels);
    }

    [Fact]
    public async Task Second_run_is_served_from_the_cache_and_writes_the_same_files()
    {
        await RunAsync(VortexCommand.Sample, "--out", _folder.File("first"));
        VortexCommand.Outcome second = await RunAsync(VortexCommand.Sample, "--out", _folder.File("second"), "--json");
        List<string> types = [.. Events(second).Select(one => one.GetProperty("event_type").GetString()!)];
        Assert.Contains("node.cached", types);
        Assert.DoesNotContain("node.started", types);
        Assert.Equal("run.completed", types[^1]);
        Assert.Equal(File.ReadAllBytes(_folder.File("first/finished/photo_00002_.png")), File.ReadAllBytes(_folder.File("second/finished/photo_00002_.png")));
    }

    [Fact]
    public async Task Files_of_an_earlier_run_are_never_overwritten_and_equal_ones_not_written_twice()
    {
        string output = _folder.File("out");
        await RunAsync(VortexCommand.Sample, "--out", output);
        await RunAsync(VortexCommand.Sample, "--out", output);
        Assert.Equal(2, Directory.GetFiles(output, "*", SearchOption.AllDirectories).Length);
        await RunAsync(VortexCommand.Sample, "--out", output, "--set", "12.blend_factor=0.9");
        Assert.Equal(
            ["photo_00001_.png", "photo_00002_.png", "photo_00003_.png", "photo_00004_.png"],
            Directory.GetFiles(output, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Json_gives_every_event_once_and_in_order()
    {
        VortexCommand.Outcome outcome = await RunAsync(VortexCommand.Sample, "--out", _folder.File("out"), "--json");
        List<JsonElement> events = Events(outcome);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(one => one.GetProperty("seq").GetInt64()));
        Assert.Equal("run.queued", events[0].GetProperty("event_type").GetString());
        Assert.Equal("run.completed", events[^1].GetProperty("event_type").GetString());
    }

    [Fact]
    public async Task Picture_made_here_carries_its_workflow_and_runs_again()
    {
        await RunAsync(VortexCommand.Sample, "--out", _folder.File("out"));
        string picture = _folder.File("out/finished/photo_00002_.png");
        VortexCommand.Outcome again = await RunAsync(
            picture, "--input-dir", Path.GetDirectoryName(VortexCommand.Sample)!, "--out", _folder.File("again"), "--cache", "bypass");
        Assert.True(again.Exit == 0, again.All);
        Assert.Equal(Picture("out/finished/photo_00002_.png").Pixels, Picture("again/finished/photo_00002_.png").Pixels);
        DecodedImage made = ImageFile.Decode(File.ReadAllBytes(picture));
        Assert.Contains("class_type", made.Metadata.Text["prompt"], StringComparison.Ordinal);
        Assert.Contains("last_node_id", made.Metadata.Text["workflow"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_is_encoded_again_once_a_textual_inversion_it_names_is_replaced()
    {
        string workflow = _folder.Write("w.json", """
            {
              "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "tiny-sd15.safetensors"}},
              "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "a cat (embedding:mine:1.2), by the sea", "clip": ["1", 1]}},
              "3": {"class_type": "PreviewAny", "inputs": {"source": ["2", 0]}}
            }
            """);
        async Task<bool> EncodesAsync()
        {
            VortexCommand.Outcome outcome = await RunAsync(workflow, "--tiny", "--json");
            Assert.True(outcome.Exit == 0, outcome.All);
            return Events(outcome).Any(one => one.GetProperty("event_type").GetString() == "node.started" && one.GetProperty("node_id").GetString() == "2");
        }

        VortexCommand.Outcome without = await RunAsync(workflow, "--tiny");
        Assert.Contains("There is no textual inversion 'mine'", without.Output, StringComparison.Ordinal);
        string mine = _folder.File("data/tiny-models/embeddings/mine.safetensors");
        File.Copy(Path.Combine(Path.GetDirectoryName(mine)!, "tiny-style.safetensors"), mine);
        Assert.True(await EncodesAsync(), "A textual inversion that was put there does not count.");
        Assert.False(await EncodesAsync(), "Nothing changed, but the prompt was encoded again.");
        byte[] content = File.ReadAllBytes(mine);
        content[^1] ^= 4;
        File.WriteAllBytes(mine, content);
        Assert.True(await EncodesAsync(), "The result of the file that was replaced was served.");
    }

    [Fact]
    public async Task Failure_of_a_node_stops_its_dependents_only_and_the_exit_says_so()
    {
        JsonObject workflow = JsonNode.Parse("""
            {
              "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 255}},
              "2": {"class_type": "RegexReplace", "inputs": {"string": "a", "regex_pattern": "(", "replace": "b"}},
              "3": {"class_type": "PreviewAny", "inputs": {"source": ["2", 0]}},
              "4": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "fine"}}
            }
            """)!.AsObject();
        VortexCommand.Outcome outcome = await RunAsync(_folder.Write("w.json", workflow.ToJsonString()), "--out", _folder.File("out"), "--json");
        Assert.True(outcome.Exit == 3, outcome.All);
        Assert.True(File.Exists(_folder.File("out/fine_00001_.png")));
        List<JsonElement> events = Events(outcome);
        Assert.Contains(events, one => one.GetProperty("event_type").GetString() == "node.failed" && one.GetProperty("node_id").GetString() == "2");
        Assert.DoesNotContain(events, one => one.TryGetProperty("node_id", out JsonElement node) && node.GetString() == "3" && one.GetProperty("event_type").GetString() == "node.started");
    }

    [Fact]
    public async Task Seed_and_settings_reach_their_nodes()
    {
        string workflow = _folder.Write("w.json", """
            {
              "1": {"class_type": "PrimitiveString", "inputs": {"value": "a"}},
              "2": {"class_type": "StringConcatenate", "inputs": {"string_a": ["1", 0], "string_b": "b", "delimiter": "-"}},
              "3": {"class_type": "PreviewAny", "inputs": {"source": ["2", 0]}}
            }
            """);
        VortexCommand.Outcome outcome = await RunAsync(workflow, "--set", "1.value=42", "--json");
        Assert.True(outcome.Exit == 0, outcome.All);
        Assert.Contains("42-b", outcome.Output, StringComparison.Ordinal);
    }

    private Task<VortexCommand.Outcome> RunAsync(params string[] arguments) => VortexCommand.RunAsync(_folder.File("data"), ["run", .. arguments]);

    private DecodedImage Picture(string name) => ImageFile.Decode(File.ReadAllBytes(_folder.File(name)));

    private static List<JsonElement> Events(VortexCommand.Outcome outcome) =>
        [.. outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    private static double Brightness(DecodedImage picture, int x, int y) =>
        picture.Pixels.AsSpan(((y * picture.Width) + x) * picture.Channels, picture.Channels).ToArray().Average(value => (double)value);

    // Of the middle, which the vignette leaves alone.
    private static double Deviation(DecodedImage picture)
    {
        List<double> values = [];
        for (int y = picture.Height / 3; y < picture.Height * 2 / 3; y += 3)
        {
            for (int x = picture.Width / 3; x < picture.Width * 2 / 3; x += 3)
            {
                values.Add(Brightness(picture, x, y));
            }
        }

        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    /// <summary>SHA-256 of the pixels, computed once and looked at.</summary>
    private static class Expected
    {
        public const string Before = "efa152b747f930f2be8b5319e20bc76d435374a967f6d487c57866e070236544";
        public const string After = "da5db944322cd8a259103af8126c78a022987af989b151dffabdd548882eb968";
    }
}
