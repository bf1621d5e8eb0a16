using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vortex.Benchmarks;

/// <summary>The host as a process of its own: start, memory, requests, events.</summary>
internal static class HostBenchmarks
{
    public static IEnumerable<Benchmark> All =>
    [
        new("host", "start of the host until it is ready, and its idle memory", StartAsync),
        new("submit", "POST /v1/runs at 100 requests a second for 60 seconds (VORTEX_BENCH_SECONDS)", SubmitAsync),
        new("events", "from a runner's event to a WebSocket client, with 100 active runs", EventsAsync),
    ];

    private static async Task StartAsync(Report report)
    {
        List<double> ready = [];
        List<double> memory = [];
        for (int i = 0; i < 5; i++)
        {
            await using BenchHost host = await BenchHost.StartAsync();
            ready.Add(host.ReadyMs);
            await Task.Delay(3000);
            memory.Add(host.ResidentBytes() / 1e6);
        }

        report.Times("ready after start", [.. ready.Order()], "<= 1,500 ms");
        report.Line("idle memory (resident)", string.Create(CultureInfo.InvariantCulture, $"{memory.Order().ElementAt(2),9:0.0} MB"), "<= 150 MB");
    }

    private static async Task SubmitAsync(Report report)
    {
        int seconds = int.Parse(Environment.GetEnvironmentVariable("VORTEX_BENCH_SECONDS") ?? "60", CultureInfo.InvariantCulture);
        await using BenchHost host = await BenchHost.StartAsync();
        await PostAsync(host, "warm", 50);
        int count = seconds * 100;
        Task<double>[] answers = new Task<double>[count];
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            // Open loop: a request goes out when it is due, whether or not the last was answered.
            TimeSpan due = TimeSpan.FromMilliseconds(i * 10) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due);
            }

            answers[i] = PostOneAsync(host, $"submit {i}");
        }

        double[] times = [.. (await Task.WhenAll(answers)).Order()];
        report.Line("answer, median", string.Create(CultureInfo.InvariantCulture, $"{Report.Median(times),9:0.0} ms"), "");
        report.Line("answer, 95 of 100", string.Create(CultureInfo.InvariantCulture, $"{Report.Percentile(times, 0.95),9:0.0} ms   ({count:N0} requests)"), "<= 20 ms");
        report.Line("answer, 99 of 100", string.Create(CultureInfo.InvariantCulture, $"{Report.Percentile(times, 0.99),9:0.0} ms"), "");
    }

    private static async Task EventsAsync(Report report)
    {
        await using BenchHost host = await BenchHost.StartAsync();
        await PostAsync(host, "warm", 20);
        // Runs that compute for a while, so that a hundred of them are active together.
        JsonObject[] workflows = [.. Enumerable.Range(0, 100).Select(Busy)];
        Task<List<double>>[] followers = [.. workflows.Select(workflow => FollowAsync(host, workflow))];
        double[] latencies = [.. (await Task.WhenAll(followers)).SelectMany(list => list).Order()];
        report.Line("event to client, median", string.Create(CultureInfo.InvariantCulture, $"{Report.Median(latencies),9:0.0} ms"), "");
        report.Line("event to client, 95 of 100", string.Create(CultureInfo.InvariantCulture, $"{Report.Percentile(latencies, 0.95),9:0.0} ms   ({latencies.Length:N0} events)"), "<= 50 ms");
    }

    private static JsonObject Busy(int number)
    {
        JsonObject workflow = new()
        {
            ["0"] = Prompts.Node("EmptyImage", ("width", 192), ("height", 192), ("batch_size", 1), ("color", number + 1)),
        };
        for (int i = 1; i <= 12; i++)
        {
            workflow[i.ToString(CultureInfo.InvariantCulture)] = Prompts.Node("ImageBlur", ("image", Prompts.Link((i - 1).ToString(CultureInfo.InvariantCulture), 0)), ("blur_radius", 6), ("sigma", 2.0));
        }

        workflow["13"] = Prompts.Node("PreviewImage", ("images", Prompts.Link("12", 0)));
        return workflow;
    }

    private static async Task<List<double>> FollowAsync(BenchHost host, JsonObject workflow)
    {
        using HttpResponseMessage answer = await host.Http.PostAsJsonAsync("v1/runs", new JsonObject { ["definition"] = workflow });
        string run = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["run_id"]!.GetValue<string>();
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new UriBuilder(new Uri(host.Url, $"v1/ws?run_id={run}")) { Scheme = "ws" }.Uri, CancellationToken.None);
        DateTimeOffset connected = DateTimeOffset.UtcNow;
        List<double> latencies = [];
        byte[] buffer = new byte[1 << 18];
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return latencies;
            }

            DateTimeOffset now = DateTimeOffset.UtcNow;
            JsonElement one = JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, part.Count));
            DateTimeOffset at = one.GetProperty("ts").GetDateTimeOffset();
            // What was there before the client came is history, not a live event.
            if (at > connected && one.GetProperty("event_type").GetString()!.StartsWith("node.", StringComparison.Ordinal))
            {
                latencies.Add((now - at).TotalMilliseconds);
            }
        }
    }

    private static async Task PostAsync(BenchHost host, string salt, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await PostOneAsync(host, $"{salt} {i}");
        }
    }

    private static async Task<double> PostOneAsync(BenchHost host, string text)
    {
        JsonObject body = new()
        {
            ["definition"] = new JsonObject
            {
                ["1"] = Prompts.Node("PrimitiveString", ("value", text)),
                ["2"] = Prompts.Node("PreviewAny", ("source", Prompts.Link("1", 0))),
            },
        };
        long began = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await host.Http.PostAsJsonAsync("v1/runs", body);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
