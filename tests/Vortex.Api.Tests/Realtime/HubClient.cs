using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Vortex.Testing;

namespace Vortex.Api.Tests.Realtime;

/// <summary>SignalR's JSON protocol spoken by hand: records end with 0x1E, 1 is an invocation, 2 a stream item, 3 a completion, 4 asks for a stream, 6 is a ping.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Channel<JsonElement> _messages = Channel.CreateUnbounded<JsonElement>();
    private readonly Queue<JsonElement> _setAside = new();
    private Task _reading = Task.CompletedTask;
    private int _invocations;

    public static async Task<HubClient> ConnectAsync(ApiHost host, string? workspace = null)
    {
        HubClient client = new();
        if (workspace is not null)
        {
            client._socket.Options.SetRequestHeader(HeaderCallers.Header, workspace);
        }

        await Some.SoonAsync(client._socket.ConnectAsync(new Uri($"ws://{host.Address.Authority}/v1/hub"), TestContext.Current.CancellationToken));
        client._reading = Task.Run(client.ReadAsync);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        Assert.Equal("{}", (await client.NextAsync()).GetRawText());
        return client;
    }

    /// <summary>Calls a hub method and returns its completion; events that come in between are kept.</summary>
    public async Task<JsonElement> CallAsync(string method, params object[] arguments)
    {
        string id = (++_invocations).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SendAsync(JsonSerializer.Serialize(new { type = 1, target = method, invocationId = id, arguments }));
        while (true)
        {
            JsonElement message = await NextAsync();
            if (message.GetProperty("type").GetInt32() == 3 && message.GetProperty("invocationId").GetString() == id)
            {
                return message;
            }

            _setAside.Enqueue(message);
        }
    }

    /// <summary>Asks for a stream and returns all its items.</summary>
    public async Task<List<JsonElement>> StreamAsync(string method, params object[] arguments)
    {
        await SendAsync(JsonSerializer.Serialize(new { type = 4, target = method, invocationId = "s", arguments }));
        List<JsonElement> items = [];
        while (true)
        {
            JsonElement message = await NextAsync();
            if (message.GetProperty("type").GetInt32() == 3)
            {
                Assert.False(message.TryGetProperty("error", out JsonElement error), error.ToString());
                return items;
            }

            items.Add(message.GetProperty("item"));
        }
    }

    /// <summary>Returns the argument of the next call of the client method <c>event</c>.</summary>
    public async Task<JsonElement> EventAsync()
    {
        JsonElement message = _setAside.Count > 0 ? _setAside.Dequeue() : await NextAsync();
        Assert.Equal("event", message.GetProperty("target").GetString());
        return Assert.Single(message.GetProperty("arguments").EnumerateArray());
    }

    /// <summary>Says whether anything came that nobody asked for.</summary>
    public bool HasMore => _setAside.Count > 0 || _messages.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private Task SendAsync(string message) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message + "\u001e"), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    private Task<JsonElement> NextAsync() => Some.SoonAsync(_messages.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[16 * 1024];
        List<byte> record = [];
        try
        {
            while (true)
            {
                WebSocketReceiveResult part = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                foreach (byte b in buffer[..part.Count])
                {
                    if (b != 0x1E)
                    {
                        record.Add(b);
                        continue;
                    }

                    JsonElement message = JsonDocument.Parse(record.ToArray()).RootElement;
                    record.Clear();
                    if (!message.TryGetProperty("type", out JsonElement type) || type.GetInt32() != 6)
                    {
                        await _messages.Writer.WriteAsync(message);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // Cut off by the test.
        }
        finally
        {
            _messages.Writer.TryComplete();
        }
    }
}
