using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Comfy;

/// <summary>A WebSocket as ComfyUI's clients open it.</summary>
public sealed class ComfyClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();

    public static async Task<ComfyClient> ConnectAsync(ApiHost host, string query = "?clientId=me", string path = "/ws", string? workspace = null)
    {
        ComfyClient client = new();
        if (workspace is not null)
        {
            client._socket.Options.SetRequestHeader(HeaderCallers.Header, workspace);
        }

        await client._socket.ConnectAsync(new UriBuilder(new Uri(host.Address, path + query)) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);
        return client;
    }

    public Task SayAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);

    public WebSocketCloseStatus? Closed => _socket.CloseStatus;

    /// <summary>Reads a message; null when the server has closed.</summary>
    public async Task<(JsonElement? Text, byte[]? Binary)?> ReadAsync()
    {
        using MemoryStream whole = new();
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult part = await Some.SoonAsync(_socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken).AsTask());
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return part.MessageType == WebSocketMessageType.Binary ? (null, whole.ToArray()) : (JsonDocument.Parse(whole.ToArray()).RootElement, null);
            }
        }
    }

    /// <summary>Reads texts until one of a type, and returns all, with those that tell the queue's length left out unless they are asked for.</summary>
    public Task<List<JsonElement>> UntilAsync(Func<JsonElement, bool> last) => Some.SoonAsync(ReadUntilAsync(last));

    private async Task<List<JsonElement>> ReadUntilAsync(Func<JsonElement, bool> last)
    {
        List<JsonElement> seen = [];
        while (await ReadAsync() is { } message)
        {
            if (message.Text is not { } text)
            {
                continue;
            }

            if (text.GetProperty("type").GetString() != "status" || last(text))
            {
                seen.Add(text);
            }

            if (last(text))
            {
                return seen;
            }
        }

        throw new InvalidOperationException($"The server closed after {seen.Count} messages.");
    }

    public static bool IsEnd(JsonElement message) =>
        message.GetProperty("type").GetString() == "executing" && message.GetProperty("data").GetProperty("node").ValueKind == JsonValueKind.Null;

    public void Dispose() => _socket.Dispose();
}

/// <summary>Plays the runner: writes what happened to a run into its log.</summary>
public static class ComfyRuns
{
    public static string Prompt(string client = "me", string more = "") => $$"""{"prompt":{{Documents.ComfyInvert}},"client_id":"{{client}}"{{more}}}""";

    public static async Task<(string Prompt, RunId Run)> QueueAsync(ApiHost host, string client = "me")
    {
        Reply reply = (await host.Client.PostJsonAsync("/prompt", Prompt(client))).Is(200);
        string prompt = reply["prompt_id"]!;
        Assert.True(PromptIds.TryRead(prompt, out RunId? run));
        return (prompt, run.Value);
    }

    /// <summary>Two nodes run, the first is cached, and a picture is saved.</summary>
    public static async Task CarryOutAsync(ApiHost host, RunId run, byte[] picture)
    {
        InMemoryRunStore runs = host.Ports.Runs;
        await runs.CommitAsync(Some.Here, run, new RunCommit
        {
            Events = [RunEvents.Started(Some.Time, 3, 1, 1), RunEvents.Cached(Some.Time, new("1"), null)],
            Change = new RunChange { Status = RunStatus.Running, StartedAt = Some.Time },
        });
        await runs.CommitAsync(Some.Here, run, Some.Commit(
            Some.Event(RunEventTypes.NodeStarted, new { attempt = 1 }, node: "2"),
            Some.Event(RunEventTypes.NodeProgress, new { value = 1, max = 2, preview = new { media_type = "image/jpeg", width = 1, height = 1, data = "AQID"u8.ToArray() } }, node: "2")));
        await runs.CommitAsync(Some.Here, run, Some.Commit(
            Some.Event(RunEventTypes.NodeCompleted, new { artifacts = 0 }, node: "2"),
            Some.Event(RunEventTypes.NodeStarted, new { attempt = 1 }, node: "3")));
        // A runner names the files of a node before it tells that the node is done.
        await SaveAsync(host, run, "t/t_00001_.png", picture);
        await runs.CommitAsync(Some.Here, run, Some.Commit(Some.Event(RunEventTypes.NodeCompleted, new { artifacts = 1, shown = new { text = "done" } }, node: "3")));
        await runs.CommitAsync(Some.Here, run, Some.End());
    }

    public static async Task SaveAsync(ApiHost host, RunId run, string name, byte[] picture, ArtifactKind kind = ArtifactKind.Output)
    {
        StoredContent stored = await host.Ports.Artifacts.PutAsync(Some.Here, new MemoryStream(picture));
        ArtifactRecord artifact = new()
        {
            Id = RunEvents.ArtifactId(run, new("3"), name.Length),
            RunId = run,
            NodeId = new("3"),
            File = new ArtifactRef(name, stored.Digest, "image/png", stored.Size, kind),
        };
        await host.Ports.Runs.CommitAsync(Some.Here, run, Some.Commit(RunEvents.Artifact(Some.Time, artifact)));
    }
}
