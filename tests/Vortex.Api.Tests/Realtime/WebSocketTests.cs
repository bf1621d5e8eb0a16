using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Realtime;

public sealed class WebSocketTests
{
    [Fact]
    public async Task Every_event_comes_once_in_order_and_the_socket_closes_normally()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host);
        using ClientWebSocket socket = await ConnectAsync(host, since: 0);
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit([.. Enumerable.Range(0, 50).Select(i => Some.Event(node: "1", payload: new { i }))]));
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        List<JsonElement> seen = await ReadToEndAsync(socket);
        Assert.Equal(Enumerable.Range(1, 52).Select(i => (long)i), seen.Select(one => one.GetProperty("seq").GetInt64()));
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "run.completed"), (socket.CloseStatus, seen[^1].GetProperty("event_type").GetString()));
        Reply log = await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(1)}/events?limit=1000");
        Assert.Equal(log.Json.GetProperty("items").EnumerateArray().Select(one => one.GetRawText()), seen.Select(one => one.GetRawText()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_disconnects_and_reconnects_give_the_exact_sequence(int seed)
    {
        const int events = 400;
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host);
        Task writing = Task.Run(async () =>
        {
            Random size = new(seed);
            for (int written = 1; written < events - 1;)
            {
                int count = Math.Min(size.Next(1, 8), events - 1 - written);
                await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit([.. Enumerable.Range(0, count).Select(_ => Some.Event(node: "n"))]));
                written += count;
                await Task.Yield();
            }

            await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        });
        Random random = new(seed * 7919);
        List<long> seen = [];
        int connections = 0;
        bool closed = false;
        while (!closed)
        {
            connections++;
            using ClientWebSocket socket = await ConnectAsync(host, seen.Count == 0 ? 0 : seen[^1]);
            int patience = random.Next(1, 40);
            while (patience-- > 0 && await ReadAsync(socket) is { } one)
            {
                seen.Add(one.GetProperty("seq").GetInt64());
            }

            closed = socket.CloseStatus == WebSocketCloseStatus.NormalClosure;
            if (!closed && random.Next(2) == 0)
            {
                // Half of the partings are rude: the wire is cut.
                socket.Abort();
            }
            else if (!closed)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
            }
        }

        await writing;
        Assert.Equal(Enumerable.Range(1, events).Select(i => (long)i), seen);
        Assert.True(connections > 5);
    }

    [Fact]
    public async Task Run_that_has_ended_is_told_from_the_log_and_closed()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host);
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        using (ClientWebSocket whole = await ConnectAsync(host, 0))
        {
            Assert.Equal(2, (await ReadToEndAsync(whole)).Count);
        }

        using ClientWebSocket nothingLeft = await ConnectAsync(host, 2);
        Assert.Empty(await ReadToEndAsync(nothingLeft));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, nothingLeft.CloseStatus);
    }

    [Fact]
    public async Task Client_that_closes_is_answered()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host);
        using ClientWebSocket socket = await ConnectAsync(host, 0);
        Assert.NotNull(await ReadAsync(socket));
        await Some.SoonAsync(socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", TestContext.Current.CancellationToken));
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task What_a_client_says_is_ignored()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host);
        using ClientWebSocket socket = await ConnectAsync(host, 0);
        await socket.SendAsync(new byte[10_000], WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        Assert.Equal(2, (await ReadToEndAsync(socket)).Count);
    }

    [Fact]
    public async Task Server_that_stops_says_so_and_the_client_can_go_on_elsewhere()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host);
        using ClientWebSocket socket = await ConnectAsync(host, 0);
        Assert.NotNull(await ReadAsync(socket));
        Task stopping = host.StopAsync();
        Assert.Null(await ReadAsync(socket));
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        await Some.SoonAsync(stopping);
    }

    [Fact]
    public async Task Slow_client_gets_everything_and_holds_nothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host);
        using ClientWebSocket socket = await ConnectAsync(host, 0);
        string filler = new('x', 4000);
        for (int i = 0; i < 1000; i++)
        {
            await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event(node: "1", payload: new { filler })));
        }

        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        // Only now the client begins to read: four megabytes wait in the log, not in the socket.
        Assert.Equal(Enumerable.Range(1, 1002).Select(i => (long)i), (await ReadToEndAsync(socket)).Select(one => one.GetProperty("seq").GetInt64()));
    }

    [Theory]
    [InlineData("?run_id=run_none", 404, "run.not_found")]
    [InlineData("?run_id=../x", 404, "run.not_found")]
    [InlineData("?run_id=run_00000000000000000000000001&since=-1", 400, "request.invalid_parameter")]
    [InlineData("?run_id=run_00000000000000000000000001&since=x", 400, "request.invalid_parameter")]
    [InlineData("", 400, "request.invalid_parameter")]
    [InlineData("?workspace=1", 400, "realtime.workspace_stream_unavailable")]
    [InlineData("?run_id=run_00000000000000000000000001", 400, "realtime.upgrade_required")]
    public async Task What_cannot_be_streamed_is_refused_before_the_upgrade(string query, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host);
        (await host.Client.GetReplyAsync("/v1/ws" + query)).IsError(status, code);
    }

    [Fact]
    public async Task Page_of_a_stranger_cannot_open_a_socket()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host);
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Url(host, 0), TestContext.Current.CancellationToken));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    private static ValueTask<RunRecord> Queue(ApiHost host) => host.Ports.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));

    private static Uri Url(ApiHost host, long since) => new($"ws://{host.Address.Authority}/v1/ws?run_id={Some.RunId(1)}&since={since}");

    private static async Task<ClientWebSocket> ConnectAsync(ApiHost host, long since)
    {
        ClientWebSocket socket = new();
        await Some.SoonAsync(socket.ConnectAsync(Url(host, since), TestContext.Current.CancellationToken));
        return socket;
    }

    private static async Task<List<JsonElement>> ReadToEndAsync(ClientWebSocket socket)
    {
        List<JsonElement> all = [];
        while (await ReadAsync(socket) is { } one)
        {
            all.Add(one);
        }

        return all;
    }

    private static async Task<JsonElement?> ReadAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        while (true)
        {
            WebSocketReceiveResult part = await Some.SoonAsync(socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), TestContext.Current.CancellationToken));
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                Assert.Equal(WebSocketMessageType.Text, part.MessageType);
                return JsonDocument.Parse(Encoding.UTF8.GetString(buffer, 0, length)).RootElement;
            }
        }
    }
}
