using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Realtime;

public sealed class HubTests
{
    [Fact]
    public async Task Subscriber_gets_every_event_once_in_order_with_the_envelope_of_the_log()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host, 1);
        await using HubClient client = await HubClient.ConnectAsync(host);
        Assert.False((await client.CallAsync("Subscribe", Some.RunId(1).Value, 0)).TryGetProperty("error", out _));
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit([.. Enumerable.Range(0, 20).Select(_ => Some.Event(node: "1"))]));
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        List<JsonElement> seen = [];
        for (int i = 0; i < 22; i++)
        {
            seen.Add(await client.EventAsync());
        }

        Reply log = await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(1)}/events");
        Assert.Equal(log.Json.GetProperty("items").EnumerateArray().Select(one => one.GetRawText()), seen.Select(one => one.GetRawText()));
    }

    [Fact]
    public async Task Subscription_goes_on_from_a_number()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host, 1);
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit([.. Enumerable.Range(0, 5).Select(_ => Some.Event())]));
        await using HubClient client = await HubClient.ConnectAsync(host);
        await client.CallAsync("Subscribe", Some.RunId(1).Value, 4);
        Assert.Equal(5, (await client.EventAsync()).GetProperty("seq").GetInt64());
        Assert.Equal(6, (await client.EventAsync()).GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task After_unsubscribing_nothing_of_the_run_comes()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host, 1);
        await Queue(host, 2);
        await using HubClient client = await HubClient.ConnectAsync(host);
        await client.CallAsync("Subscribe", Some.RunId(1).Value, 0);
        Assert.Equal(Some.RunId(1).Value, (await client.EventAsync()).GetProperty("run_id").GetString());
        await client.CallAsync("Unsubscribe", Some.RunId(1).Value);
        await client.CallAsync("Unsubscribe", "run_never");
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        await client.CallAsync("Subscribe", Some.RunId(2).Value, 0);
        Assert.Equal(Some.RunId(2).Value, (await client.EventAsync()).GetProperty("run_id").GetString());
        Assert.False(client.HasMore);
    }

    [Fact]
    public async Task Several_runs_share_a_connection_and_subscribing_again_begins_anew()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host, 1);
        await Queue(host, 2);
        await using HubClient client = await HubClient.ConnectAsync(host);
        await client.CallAsync("Subscribe", Some.RunId(1).Value, 0);
        await client.EventAsync();
        await client.CallAsync("Subscribe", Some.RunId(2).Value, 0);
        await client.EventAsync();
        await client.CallAsync("Subscribe", Some.RunId(1).Value, 0);
        JsonElement again = await client.EventAsync();
        Assert.Equal((Some.RunId(1).Value, 1L), (again.GetProperty("run_id").GetString(), again.GetProperty("seq").GetInt64()));
    }

    [Fact]
    public async Task Stream_is_the_whole_run_and_ends_with_it()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host, 1);
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit([.. Enumerable.Range(0, 30).Select(_ => Some.Event())]));
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.End());
        await using HubClient client = await HubClient.ConnectAsync(host);
        List<JsonElement> items = await client.StreamAsync("Stream", Some.RunId(1).Value, 2);
        Assert.Equal(Enumerable.Range(3, 30).Select(i => (long)i), items.Select(one => one.GetProperty("seq").GetInt64()));
    }

    [Theory]
    [InlineData("Subscribe", "run_none", 0, "run.not_found")]
    [InlineData("Subscribe", "", 0, "run.not_found")]
    [InlineData("Subscribe", "run_none", -1, "request.invalid_parameter")]
    public async Task Errors_carry_the_body_of_every_error(string method, string run, int since, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await using HubClient client = await HubClient.ConnectAsync(host);
        JsonElement completion = await client.CallAsync(method, run, since);
        string error = completion.GetProperty("error").GetString()!;
        JsonElement body = JsonDocument.Parse(error[error.IndexOf('{', StringComparison.Ordinal)..]).RootElement;
        Assert.Equal(["code", "message", "details", "request_id"], body.EnumerateObject().Select(one => one.Name));
        Assert.Equal(code, body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Connection_follows_only_so_many_runs()
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.MaxSubscriptions = 2);
        await using HubClient client = await HubClient.ConnectAsync(host);
        for (int i = 1; i <= 3; i++)
        {
            await Queue(host, i);
            bool refused = (await client.CallAsync("Subscribe", Some.RunId(i).Value, 0)).TryGetProperty("error", out JsonElement error);
            Assert.Equal(i == 3, refused);
            Assert.True(!refused || error.GetString()!.Contains("realtime.too_many_subscriptions", StringComparison.Ordinal));
        }

        await client.CallAsync("Unsubscribe", Some.RunId(1).Value);
        Assert.False((await client.CallAsync("Subscribe", Some.RunId(3).Value, 0)).TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Runs_of_other_workspaces_do_not_exist()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await Queue(host, 1);
        await using HubClient client = await HubClient.ConnectAsync(host, "other");
        Assert.Contains("run.not_found", (await client.CallAsync("Subscribe", Some.RunId(1).Value, 0)).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    private static ValueTask<RunRecord> Queue(ApiHost host, int number) =>
        host.Ports.Runs.CreateAsync(Some.Here, Some.Run(number), Some.Event(RunEventTypes.RunQueued));
}
