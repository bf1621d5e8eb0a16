using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Vortex.Local.Tests;

/// <summary><c>vortex up</c> on a free port, as a process that can be killed.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private readonly Process _process;

    private HostProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
        Http = new HttpClient { BaseAddress = url };
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public static async Task<HostProcess> StartAsync(string dataFolder, params string[] more)
    {
        Process process = VortexCommand.Start(dataFolder, ["up", "--port", "0", .. more]);
        TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StringBuilder seen = new();
        void Take(string? line)
        {
            lock (seen)
            {
                seen.AppendLine(line);
            }

            if (line is not null && Address().Match(line) is { Success: true } match)
            {
                address.TrySetResult(new Uri(match.Value));
            }
        }

        // Read to the end, so that the host never waits for a full pipe.
        process.OutputDataReceived += (_, data) => Take(data.Data);
        process.ErrorDataReceived += (_, data) => Take(data.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (await Task.WhenAny(address.Task, process.WaitForExitAsync()) != address.Task)
        {
            lock (seen)
            {
                throw new InvalidOperationException($"The host ended with {process.ExitCode}: {seen}");
            }
        }

        return new HostProcess(process, await address.Task);
    }

    public async Task<string> SubmitAsync(JsonNode definition, string? idempotencyKey = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "v1/runs") { Content = JsonContent.Create(new JsonObject { ["definition"] = definition.DeepClone() }) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using HttpResponseMessage answer = await Http.SendAsync(request);
        string content = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, content);
        return JsonNode.Parse(content)!["run_id"]!.GetValue<string>();
    }

    /// <summary>Reads all events of a run from its log.</summary>
    public async Task<List<JsonElement>> EventsAsync(string run)
    {
        List<JsonElement> all = [];
        while (true)
        {
            JsonElement page = await Http.GetFromJsonAsync<JsonElement>($"v1/runs/{run}/events?since={all.Count}&limit=200");
            int before = all.Count;
            all.AddRange(page.GetProperty("items").EnumerateArray());
            if (all.Count == before)
            {
                return all;
            }
        }
    }

    /// <summary>Waits for a run's last event, over the WebSocket.</summary>
    public async Task<List<JsonElement>> FollowAsync(string run, long since = 0)
    {
        // A run that never ends is a failure to be told, not a wait for ever.
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(4));
        using System.Net.WebSockets.ClientWebSocket socket = new();
        await socket.ConnectAsync(new UriBuilder(new Uri(Url, $"v1/ws?run_id={run}&since={since}")) { Scheme = "ws" }.Uri, patience.Token);
        List<JsonElement> events = [];
        byte[] buffer = new byte[1 << 20];
        while (true)
        {
            int filled = 0;
            System.Net.WebSockets.ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(filled), patience.Token);
                filled += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == System.Net.WebSockets.WebSocketMessageType.Close)
            {
                return events;
            }

            events.Add(JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, filled)));
        }
    }

    /// <summary>Ends the process as a power cut does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks the process to end, as a service manager does.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> EndAsync()
    {
        Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).Dispose();
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/")]
    private static partial Regex Address();
}
