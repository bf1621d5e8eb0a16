using System.Buffers;
using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Local.Terminal;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Local.Running;

/// <summary>Runs on the host that has the data folder open, over its HTTP API.</summary>
internal sealed class RemoteTarget(Uri url, string inputFolder, NodeCatalog catalog) : IRunTarget
{
    private readonly HttpClient _http = new() { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Says whether a Vortex host answers there.</summary>
    public static async Task<bool> AnswersAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using HttpClient http = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(5) };
            using HttpResponseMessage answer = await http.GetAsync(new Uri("health/live", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async Task<RunStart> StartAsync(RunOrder order, CancellationToken cancellationToken = default)
    {
        await UploadFilesAsync(order.Document, cancellationToken);
        JsonObject body = new()
        {
            ["definition"] = JsonNode.Parse(VtxwWriter.Write(order.Document)),
            ["inputs"] = JsonSerializer.SerializeToNode(order.Inputs, RunsJson.Options),
            ["options"] = new JsonObject
            {
                ["cache_policy"] = JsonSerializer.SerializeToNode(order.Options.CachePolicy, RunsJson.Options),
                ["seed"] = order.Options.Seed,
            },
        };
        using HttpResponseMessage answer = await _http.PostAsJsonAsync("v1/runs", body, RunsJson.Options, cancellationToken);
        JsonElement content = await answer.Content.ReadFromJsonAsync<JsonElement>(RunsJson.Options, cancellationToken);
        return answer.IsSuccessStatusCode
            ? new RunStart(new RunId(content.GetProperty("run_id").GetString()!), [])
            : new RunStart(null, Faults(content));
    }

    public async IAsyncEnumerable<RunEvent> FollowAsync(RunId run, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long last = 0;
        while (true)
        {
            using ClientWebSocket socket = new();
            UriBuilder address = new(new Uri(url, $"v1/ws?run_id={run}&since={last}")) { Scheme = url.Scheme == "https" ? "wss" : "ws" };
            await socket.ConnectAsync(address.Uri, cancellationToken);
            while (await ReceiveAsync(socket, cancellationToken) is { } one)
            {
                last = one.Sequence;
                yield return one;
                if (RunEventTypes.IsLast(one.Type))
                {
                    yield break;
                }
            }
        }
    }

    public async Task CancelAsync(RunId run, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage answer = await _http.PostAsync(new Uri($"v1/runs/{run}/cancel", UriKind.Relative), null, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<ImmutableArray<ArtifactRecord>> ArtifactsAsync(RunId run, CancellationToken cancellationToken = default)
    {
        ImmutableArray<ArtifactRecord>.Builder all = ImmutableArray.CreateBuilder<ArtifactRecord>();
        string? cursor = null;
        do
        {
            JsonElement page = await _http.GetFromJsonAsync<JsonElement>(
                $"v1/runs/{run}/artifacts?limit=200{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}", RunsJson.Options, cancellationToken);
            all.AddRange(page.GetProperty("items").EnumerateArray().Select(item => Record(run, item)));
            cursor = page.TryGetProperty("next_cursor", out JsonElement next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return all.ToImmutable();
    }

    public async Task<Stream> OpenAsync(ArtifactRecord artifact, CancellationToken cancellationToken = default) =>
        await _http.GetStreamAsync(new Uri($"v1/artifacts/{artifact.Id}", UriKind.Relative), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ArtifactRecord Record(RunId run, JsonElement item) => new()
    {
        Id = new ArtifactId(item.GetProperty("artifact_id").GetString()!),
        RunId = run,
        NodeId = new NodeId(item.GetProperty("node_id").GetString()!),
        File = new ArtifactRef(
            item.GetProperty("name").GetString()!,
            new Digest(item.GetProperty("digest").GetString()!),
            item.GetProperty("media_type").GetString()!,
            item.GetProperty("size").GetInt64(),
            item.GetProperty("kind").Deserialize<ArtifactKind>(RunsJson.Options)),
    };

    private static ImmutableArray<RunFault> Faults(JsonElement answer)
    {
        static string? Text(JsonElement element, string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        if (answer.TryGetProperty("details", out JsonElement details) && details.ValueKind == JsonValueKind.Object
            && details.TryGetProperty("problems", out JsonElement problems) && problems.ValueKind == JsonValueKind.Array)
        {
            return [.. problems.EnumerateArray().Select(problem => new RunFault(
                Text(problem, "code") ?? "", Text(problem, "message") ?? "", Text(problem, "node_id") ?? Text(problem, "node"), Text(problem, "port")))];
        }

        return [new RunFault(Text(answer, "code") ?? "", Text(answer, "message") ?? "", null, null)];
    }

    private static async Task<RunEvent?> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> message = new();
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(message.GetMemory(4096), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Advance(part.Count);
            if (part.EndOfMessage)
            {
                return JsonSerializer.Deserialize<RunEvent>(message.WrittenSpan, RunsJson.Options);
            }
        }
    }

    // The host cannot see this command's folder, so the files the workflow names go to it first.
    private async Task UploadFilesAsync(WorkflowDocument document, CancellationToken cancellationToken)
    {
        foreach (string name in NamedFiles(document).Distinct(StringComparer.Ordinal))
        {
            string path = Path.GetFullPath(Path.Combine(inputFolder, name));
            if (!path.StartsWith(inputFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path))
            {
                // The host says what is wrong with a name it does not know.
                continue;
            }

            await using FileStream content = File.OpenRead(path);
            using StreamContent body = new(content);
            using HttpResponseMessage answer = await _http.PostAsync(new Uri($"v1/uploads?name={Uri.EscapeDataString(name)}", UriKind.Relative), body, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>(RunsJson.Options, cancellationToken);
                throw CommandFailure.BadInput($"The host does not take '{name}': {Faults(problem)[0]}");
            }
        }
    }

    private IEnumerable<string> NamedFiles(WorkflowDocument document) =>
        from node in document.Nodes.Concat(document.Subgraphs.Values.SelectMany(subgraph => subgraph.Nodes))
        from input in catalog.Find(node.Type)?.Inputs ?? []
        where input.Type == PortType.File && node.Inputs.TryGetValue(input.Name, out JsonElement value) && value.ValueKind == JsonValueKind.String
        select node.Inputs[input.Name].GetString()!;
}
