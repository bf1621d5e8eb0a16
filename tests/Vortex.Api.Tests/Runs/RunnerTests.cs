using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Runs;

public sealed class RunnerTests
{
    [Fact]
    public async Task Runners_are_listed_with_what_they_offer_and_hold()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Ports.Runners.AnnounceAsync(new RunnerNotice(Some.Runner("r1"), "working", 2, 4, Some.Time));
        await host.Ports.Runners.AnnounceAsync(new RunnerNotice(Some.Runner("r2"), "draining", 0, 1, Some.Time));
        await host.Ports.Queue.SendAsync(Some.Batch(1));
        Assert.NotNull(await host.Ports.Queue.LeaseAsync(Some.Runner("r1"), TimeSpan.Zero));
        JsonElement[] items = [.. (await host.Client.GetReplyAsync("/v1/runners")).Is(200).Json.GetProperty("items").EnumerateArray()];
        Assert.Equal(["r1 working 2/4", "r2 draining 0/1"], items.Select(one => $"{one.GetProperty("runner_id")} {one.GetProperty("status")} {one.GetProperty("batches")}/{one.GetProperty("batches_at_once")}"));
        Assert.Equal(Some.RunId(1).Value, Assert.Single(items[0].GetProperty("run_ids").EnumerateArray()).GetString());
        Assert.Equal(("cpu", 8L << 30, "core"), (items[0].GetProperty("backend").GetString(), items[0].GetProperty("memory_bytes").GetInt64(), items[0].GetProperty("packs")[0].GetString()));
        Assert.Empty(items[1].GetProperty("run_ids").EnumerateArray());
    }

    [Fact]
    public async Task Runner_shows_no_run_of_another_workspace()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Ports.Runners.AnnounceAsync(new RunnerNotice(Some.Runner("r1"), "working", 1, 4, Some.Time));
        await host.Ports.Queue.SendAsync(Some.Batch(1));
        Assert.NotNull(await host.Ports.Queue.LeaseAsync(Some.Runner("r1"), TimeSpan.Zero));
        using HttpClient stranger = host.ClientFor("other");
        JsonElement item = Assert.Single((await stranger.GetReplyAsync("/v1/runners")).Is(200).Json.GetProperty("items").EnumerateArray());
        Assert.Equal((1, 0), (item.GetProperty("batches").GetInt32(), item.GetProperty("run_ids").GetArrayLength()));
    }

    [Fact]
    public void Runner_that_has_said_nothing_for_a_minute_is_silent()
    {
        RunnerNotice notice = new(Some.Runner("r1"), "working", 0, 1, Some.Time) { SeenAt = Some.Time };
        LaneState lane = new(false, [], null);
        Assert.Equal("working", RunnerView.Of(notice, lane, Some.Time + TimeSpan.FromSeconds(60)).Status);
        Assert.Equal("silent", RunnerView.Of(notice, lane, Some.Time + TimeSpan.FromSeconds(61)).Status);
    }

    [Fact]
    public async Task Nobody_is_there_is_an_empty_list()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Assert.Empty((await host.Client.GetReplyAsync("/v1/runners")).Is(200).Json.GetProperty("items").EnumerateArray());
    }
}
