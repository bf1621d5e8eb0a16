using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Runs;

public sealed class QueueTests
{
    [Fact]
    public async Task Empty_queue_has_nothing_and_no_lag()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply queue = (await host.Client.GetReplyAsync("/v1/queue")).Is(200);
        Assert.Equal((0, "0", "False"), (queue.Json.GetProperty("items").GetArrayLength(), queue["lag_ms"], queue["paused"]));
    }

    [Fact]
    public async Task Pause_and_resume_are_seen_and_may_be_repeated()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach ((string verb, bool paused) in new[] { ("pause", true), ("pause", true), ("resume", false), ("resume", false) })
        {
            Reply queue = (await host.Client.AskAsync(HttpMethod.Post, "/v1/queue/" + verb)).Is(200);
            Assert.Equal(paused, queue.Json.GetProperty("paused").GetBoolean());
            Assert.Equal(paused, (await host.Ports.Queue.ReadAsync(Some.Here)).Paused);
        }
    }

    [Fact]
    public async Task Runs_are_moved_before_another_and_to_the_end()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (int number in new[] { 1, 2, 3 })
        {
            await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(number), Some.Event(RunEventTypes.RunQueued));
            await host.Ports.Queue.SendAsync(Some.Batch(number));
        }

        Reply moved = (await host.Client.PostJsonAsync("/v1/queue/reorder", $$"""{"run_id":"{{Some.RunId(3)}}","before":"{{Some.RunId(1)}}"}""")).Is(200);
        Assert.Equal([Some.RunId(3).Value, Some.RunId(1).Value, Some.RunId(2).Value], Order(moved));
        moved = (await host.Client.PostJsonAsync("/v1/queue/reorder", $$"""{"run_id":"{{Some.RunId(3)}}","before":null}""")).Is(200);
        Assert.Equal([Some.RunId(1).Value, Some.RunId(2).Value, Some.RunId(3).Value], Order(moved));
    }

    [Fact]
    public async Task What_does_not_wait_cannot_be_moved()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        (await host.Client.PostJsonAsync("/v1/queue/reorder", $$"""{"run_id":"{{Some.RunId(1)}}"}""")).IsError(409, "queue.nothing_waiting");
        (await host.Client.PostJsonAsync("/v1/queue/reorder", """{"run_id":"run_none"}""")).IsError(404, "run.not_found");
        (await host.Client.PostJsonAsync("/v1/queue/reorder", $$"""{"run_id":"{{Some.RunId(1)}}","before":"run_none"}""")).IsError(404, "run.not_found");
        (await host.Client.PostJsonAsync("/v1/queue/reorder", $$"""{"run_id":"{{Some.RunId(1)}}","before":"{{Some.RunId(1)}}"}""")).IsError(400, "request.invalid_field");
        (await host.Client.PostJsonAsync("/v1/queue/reorder", "{}")).IsError(400, "request.invalid_field");
    }

    [Fact]
    public async Task Run_that_waits_for_a_runner_says_why()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddSingleton<ICapacity>(new ResidentCapacity(() => [Some.Runner()])));
        foreach ((int number, string backend) in new[] { (1, "cuda"), (2, "cpu") })
        {
            await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(number), Some.Event(RunEventTypes.RunQueued));
            await host.Ports.Queue.SendAsync(Some.Batch(number) with { Requires = new BatchRequirements { Backend = backend } });
        }

        JsonElement waits = (await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(1)}")).Is(200).Json.GetProperty("waits_for");
        Assert.Equal(("capacity.no_runner", false), (waits.GetProperty("code").GetString(), waits.GetProperty("coming").GetBoolean()));
        Assert.Contains("cuda", waits.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(waits.TryGetProperty("since", out _));
        Assert.False((await host.Client.GetReplyAsync($"/v1/runs/{Some.RunId(2)}")).Is(200).Json.TryGetProperty("waits_for", out _));
        JsonElement[] items = [.. (await host.Client.GetReplyAsync("/v1/queue")).Is(200).Json.GetProperty("items").EnumerateArray()];
        Assert.Equal([true, false], items.Select(item => item.TryGetProperty("waits_for", out _)));
    }

    private static string[] Order(Reply queue) =>
        [.. queue.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("run_id").GetString()!)];
}
