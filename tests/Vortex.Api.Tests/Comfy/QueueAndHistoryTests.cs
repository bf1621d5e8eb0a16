using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Comfy;

public sealed class QueueAndHistoryTests
{
    [Fact]
    public async Task Queue_lists_prompts_as_ComfyUI_does_and_stops_those_that_are_named()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (string first, RunId run) = await ComfyRuns.QueueAsync(host);
        (string second, _) = await ComfyRuns.QueueAsync(host);
        JsonElement queue = (await host.Client.GetReplyAsync("/queue")).Is(200).Json;
        Assert.Equal(0, queue.GetProperty("queue_running").GetArrayLength());
        JsonElement entry = queue.GetProperty("queue_pending")[0];
        Assert.Equal((first, "ImageInvert", "me", "3"), (entry[1].GetString(), entry[2].GetProperty("2").GetProperty("class_type").GetString(), entry[3].GetProperty("client_id").GetString(), entry[4][0].GetString()));

        Assert.Equal("{}", (await host.Client.PostJsonAsync("/queue", $$"""{"delete":["{{first}}"]}""")).Is(200).Text);
        Assert.True((await host.Ports.Runs.FindAsync(Some.Here, run))!.CancelRequested);
        Assert.True(PromptIds.TryRead(second, out RunId? other));
        Assert.False((await host.Ports.Runs.FindAsync(Some.Here, other.Value))!.CancelRequested);
        (await host.Client.PostJsonAsync("/queue", """{"clear":true}""")).Is(200);
        Assert.True((await host.Ports.Runs.FindAsync(Some.Here, other.Value))!.CancelRequested);
        (await host.Client.PostJsonAsync("/queue", """{"delete":"x"}""")).Is(400);
    }

    [Fact]
    public async Task Interrupt_stops_what_is_at_work_and_leaves_what_waits()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (_, RunId waiting) = await ComfyRuns.QueueAsync(host);
        (string prompt, RunId working) = await ComfyRuns.QueueAsync(host);
        await host.Ports.Queue.SendAsync(Some.Batch() with { RunId = working });
        Assert.NotNull(await host.Ports.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero));
        Assert.Equal(prompt, (await host.Client.GetReplyAsync("/queue")).Json.GetProperty("queue_running")[0][1].GetString());
        Assert.Equal("{}", (await host.Client.AskAsync(HttpMethod.Post, "/interrupt")).Is(200).Text);
        Assert.True((await host.Ports.Runs.FindAsync(Some.Here, working))!.CancelRequested);
        Assert.False((await host.Ports.Runs.FindAsync(Some.Here, waiting))!.CancelRequested);
        Assert.Equal("{}", (await host.Client.PostJsonAsync("/free", """{"unload_models":true}""")).Is(200).Text);
    }

    [Fact]
    public async Task History_pages_from_the_oldest_and_hides_what_is_cleared()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        List<string> prompts = [];
        for (int i = 0; i < 4; i++)
        {
            (string prompt, RunId run) = await ComfyRuns.QueueAsync(host);
            prompts.Add(prompt);
            await host.Ports.Runs.CommitAsync(Some.Here, run, Some.End() with { Change = new RunChange { Status = RunStatus.Succeeded, CompletedAt = DateTimeOffset.UtcNow } });
        }

        async Task<string[]> Ids(string query) => [.. (await host.Client.GetReplyAsync("/history" + query)).Is(200).Json.EnumerateObject().Select(one => one.Name)];
        Assert.Equal(prompts, await Ids(""));
        Assert.Equal(prompts[2..], await Ids("?max_items=2"));
        Assert.Equal(prompts[1..3], await Ids("?max_items=2&offset=1"));
        (await host.Client.GetReplyAsync("/history?max_items=x")).Is(400);
        Assert.Equal("{}", (await host.Client.GetReplyAsync("/history/f81d4fae-7dec-41d0-a765-00a0c91e6bf6")).Is(200).Text);
        Assert.Equal("{}", (await host.Client.PostJsonAsync("/history", $$"""{"delete":["{{prompts[0]}}"]}""")).Is(200).Text);
        Assert.Equal(prompts[1..], await Ids(""));
        Assert.Equal("{}", (await host.Client.GetReplyAsync("/history/" + prompts[0])).Is(200).Text);
        (await host.Client.PostJsonAsync("/history", """{"clear":true}""")).Is(200);
        Assert.Empty(await Ids(""));

        using HttpClient stranger = host.ClientFor("other");
        Assert.Equal("{}", (await stranger.GetReplyAsync("/history")).Is(200).Text);
        Assert.Equal("{}", (await stranger.GetReplyAsync("/history/" + prompts[1])).Is(200).Text);
    }
}
