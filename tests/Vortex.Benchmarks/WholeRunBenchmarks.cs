using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Diffusion.Tiny;

namespace Vortex.Benchmarks;

/// <summary>Pictures from text through the host, with a checkpoint of the size of Stable Diffusion 1.5: what they cost, and how cost grows with the work.</summary>
internal static class WholeRunBenchmarks
{
    private static int s_seed;

    public static IEnumerable<Benchmark> All =>
    [
        new("text-to-image", "whole runs with a float16 SD1.5 checkpoint of random weights: memory, and how cost grows (writes 2.1 GB)", RunAsync),
    ];

    private static async Task RunAsync(Report report)
    {
        DirectoryInfo models = Directory.CreateTempSubdirectory("vortex-bench-models-");
        try
        {
            string path = Path.Combine(models.CreateSubdirectory("checkpoints").FullName, "bench.safetensors");
            DiffusionWeights.WriteCheckpoint(path);
            TinyVocabulary.Write(models.FullName);
            GC.Collect();
            await using BenchHost host = await BenchHost.StartAsync("--models-dir", models.FullName);
            Times first = await OneAsync(host, 512, 1, 1);
            Times second = await OneAsync(host, 512, 1, 1);
            Times two = await OneAsync(host, 512, 2, 1);
            Times four = await OneAsync(host, 512, 4, 1);
            report.Line("512x512, 1 step, first run", first.ToString(), "-");
            report.Line("512x512, 1 step, again with another seed", second.ToString(), "-");
            report.Line("512x512, 2 steps", two.ToString(), "-");
            report.Line("512x512, 4 steps", four.ToString(), "-");
            report.Line("what the first run paid for loading", string.Create(CultureInfo.InvariantCulture, $"{first.All - second.All,9:0} ms"), "paid once");
            double perStep = (four.Sample - two.Sample) / 2;
            report.Line("a step of cfg (two evaluations), from 2 and 4 steps", string.Create(CultureInfo.InvariantCulture, $"{perStep,9:0} ms"), "-");
            report.Line("4 steps against 4 times that step", string.Create(CultureInfo.InvariantCulture, $"{four.Sample / (4 * perStep),9:0.00} x"), "<= 1.1");
            (long peak, long weights) = (host.PeakBytes(), new FileInfo(path).Length);
            report.Line("memory at the peak, the mapped checkpoint included", string.Create(CultureInfo.InvariantCulture, $"{peak / 1e9,9:0.00} GB   (weights + {(peak - weights) / 1e9:0.00} GB)"), "<= weights + 1.50 GB");
            Times pair = await OneAsync(host, 512, 2, 2);
            report.Line("a batch of 2 against twice one, sampling", string.Create(CultureInfo.InvariantCulture, $"{pair.Sample / (2 * two.Sample),9:0.00} x"), "<= 1.05");
            report.Line("a batch of 2 against twice one, decoding", string.Create(CultureInfo.InvariantCulture, $"{pair.Decode / (2 * two.Decode),9:0.00} x"), "<= 1.05");
            Times small = await OneAsync(host, 256, 2, 1);
            report.Line("256x256 against 512x512, sampling", string.Create(CultureInfo.InvariantCulture, $"{small.Sample / two.Sample,9:0.00} x"), "<= 0.30 (arithmetic 0.24)");
            report.Line("256x256 against 512x512, decoding", string.Create(CultureInfo.InvariantCulture, $"{small.Decode / two.Decode,9:0.00} x"), "<= 0.27 (arithmetic 0.24)");
        }
        finally
        {
            models.Delete(recursive: true);
        }
    }

    private static async Task<Times> OneAsync(BenchHost host, int size, int steps, int batch)
    {
        int seed = Interlocked.Increment(ref s_seed);
        JsonObject workflow = new()
        {
            ["1"] = Prompts.Node("CheckpointLoaderSimple", ("ckpt_name", "bench.safetensors")),
            ["2"] = Prompts.Node("CLIPTextEncode", ("clip", Prompts.Link("1", 1)), ("text", "a lighthouse on a cliff")),
            ["3"] = Prompts.Node("CLIPTextEncode", ("clip", Prompts.Link("1", 1)), ("text", "blurry")),
            ["4"] = Prompts.Node("EmptyLatentImage", ("width", size), ("height", size), ("batch_size", batch)),
            ["5"] = Prompts.Node(
                "KSampler", ("model", Prompts.Link("1", 0)), ("positive", Prompts.Link("2", 0)), ("negative", Prompts.Link("3", 0)), ("latent_image", Prompts.Link("4", 0)), ("seed", seed), ("steps", steps),
                ("cfg", 7.0), ("sampler_name", "euler"), ("scheduler", "normal"), ("denoise", 1.0)),
            ["6"] = Prompts.Node("VAEDecode", ("samples", Prompts.Link("5", 0)), ("vae", Prompts.Link("1", 2))),
            ["7"] = Prompts.Node("SaveImage", ("images", Prompts.Link("6", 0)), ("filename_prefix", "bench")),
        };
        using HttpResponseMessage answer = await host.Http.PostAsJsonAsync("v1/runs", new JsonObject { ["definition"] = workflow });
        string body = await answer.Content.ReadAsStringAsync();
        string run = JsonNode.Parse(body)?["run_id"]?.GetValue<string>() ?? throw new InvalidOperationException($"The run was refused: {body}");
        while (true)
        {
            await Task.Delay(1000);
            JsonElement events = await host.Http.GetFromJsonAsync<JsonElement>(new Uri($"v1/runs/{run}/events?limit=1000", UriKind.Relative));
            Dictionary<string, double> times = [];
            foreach (JsonElement one in events.GetProperty("items").EnumerateArray())
            {
                string type = one.GetProperty("event_type").GetString()!;
                if (type is "run.failed" or "run.canceled" or "node.failed")
                {
                    throw new InvalidOperationException($"The run failed: {one}");
                }

                if (type == "node.completed")
                {
                    times[one.GetProperty("node_id").GetString()!] = one.GetProperty("payload").GetProperty("duration_ms").GetDouble();
                }

                if (type == "run.completed")
                {
                    return new Times(times.GetValueOrDefault("2") + times.GetValueOrDefault("3"), times["5"], times["6"], times.Values.Sum());
                }
            }
        }
    }

    // Milliseconds of the nodes.
    private sealed record Times(double Text, double Sample, double Decode, double All)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{All,9:0} ms   (text {Text:0}, sampling {Sample:0}, decoding {Decode:0})");
    }
}
