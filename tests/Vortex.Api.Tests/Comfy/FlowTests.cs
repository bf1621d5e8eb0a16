using System.Buffers.Binary;
using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Comfy;

public sealed class FlowTests
{
    private static readonly byte[] s_picture = [0x89, (byte)'P', (byte)'N', (byte)'G', 1, 2, 3];

    /// <summary>ComfyUI's example for Python: queue, listen until executing is null, read the history, fetch the pictures.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("/api")]
    public async Task Classic_client_queues_listens_reads_the_history_and_fetches_the_pictures(string prefix)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using ComfyClient socket = await ComfyClient.ConnectAsync(host, path: prefix + "/ws");
        (string prompt, RunId run) = await ComfyRuns.QueueAsync(host);
        await ComfyRuns.CarryOutAsync(host, run, s_picture);
        List<JsonElement> told = await socket.UntilAsync(ComfyClient.IsEnd);
        Assert.All(told, message => Assert.Equal(prompt, message.GetProperty("data").GetProperty("prompt_id").GetString()));
        Assert.Equal(
            ["execution_start", "execution_cached", "executing", "progress", "executing", "executed", "execution_success", "executing"],
            told.Select(message => message.GetProperty("type").GetString()).Where(type => type != "progress_state"));
        Assert.Equal("""["1"]""", told.Single(message => message.GetProperty("type").GetString() == "execution_cached").GetProperty("data").GetProperty("nodes").GetRawText());

        JsonElement history = (await host.Client.GetReplyAsync($"{prefix}/history/{prompt}")).Is(200).Json.GetProperty(prompt);
        Assert.True(history.GetProperty("status").GetProperty("completed").GetBoolean());
        JsonElement outputs = history.GetProperty("outputs");
        Assert.Equal("done", outputs.GetProperty("3").GetProperty("text")[0].GetString());
        int fetched = 0;
        foreach (JsonProperty node in outputs.EnumerateObject())
        {
            foreach (JsonElement image in node.Value.GetProperty("images").EnumerateArray())
            {
                string query = string.Join('&', image.EnumerateObject().Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value.GetString()!)}"));
                Assert.Equal(s_picture, await host.Client.GetByteArrayAsync($"{prefix}/view?{query}", TestContext.Current.CancellationToken));
                fetched++;
            }
        }

        Assert.Equal(1, fetched);
        Assert.Equal(JsonSerializer.Serialize(told.Single(message => message.GetProperty("type").GetString() == "executed").GetProperty("data").GetProperty("output")), JsonSerializer.Serialize(outputs.GetProperty("3")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Previews_are_binary_frames_with_big_endian_headers(bool withMetadata)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using ComfyClient socket = await ComfyClient.ConnectAsync(host);
        if (withMetadata)
        {
            await socket.SayAsync("""{"type":"feature_flags","data":{"supports_preview_metadata":true}}""");
            await socket.UntilAsync(message => message.GetProperty("type").GetString() == "feature_flags");
        }

        (string prompt, RunId run) = await ComfyRuns.QueueAsync(host);
        await ComfyRuns.CarryOutAsync(host, run, s_picture);
        byte[]? frame = null;
        while (frame is null && await socket.ReadAsync() is { } message)
        {
            frame = message.Binary;
        }

        Assert.NotNull(frame);
        uint first = BinaryPrimitives.ReadUInt32BigEndian(frame);
        uint second = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4));
        if (withMetadata)
        {
            Assert.Equal(4u, first);
            JsonElement about = JsonDocument.Parse(frame.AsMemory(8, (int)second)).RootElement;
            Assert.Equal((prompt, "2", "image/jpeg"), (about.GetProperty("prompt_id").GetString(), about.GetProperty("node_id").GetString(), about.GetProperty("image_type").GetString()));
            Assert.Equal("AQID"u8.ToArray(), frame[(8 + (int)second)..]);
        }
        else
        {
            Assert.Equal((1u, 1u), (first, second));
            Assert.Equal("AQID"u8.ToArray(), frame[8..]);
        }
    }

    [Fact]
    public async Task Client_that_comes_back_hears_of_its_unfinished_run_from_the_beginning()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using ComfyClient lost = await ComfyClient.ConnectAsync(host);
        (string prompt, RunId run) = await ComfyRuns.QueueAsync(host);
        using ComfyClient back = await ComfyClient.ConnectAsync(host);
        // The one before is closed, not kept beside it.
        while (await lost.ReadAsync() is not null)
        {
        }

        Assert.NotNull(lost.Closed);
        await ComfyRuns.CarryOutAsync(host, run, s_picture);
        List<JsonElement> told = await back.UntilAsync(ComfyClient.IsEnd);
        Assert.Equal("execution_start", told[0].GetProperty("type").GetString());
        Assert.Equal(prompt, told[^1].GetProperty("data").GetProperty("prompt_id").GetString());
    }

    [Fact]
    public async Task Client_hears_of_its_own_runs_only_and_of_those_without_a_client()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using ComfyClient me = await ComfyClient.ConnectAsync(host);
        using ComfyClient stranger = await ComfyClient.ConnectAsync(host, workspace: "other");
        (_, RunId other) = await ComfyRuns.QueueAsync(host, "somebody else");
        await ComfyRuns.CarryOutAsync(host, other, s_picture);
        (string open, RunId run) = await ComfyRuns.QueueAsync(host, "");
        await ComfyRuns.CarryOutAsync(host, run, s_picture);
        Assert.All(await me.UntilAsync(ComfyClient.IsEnd), message => Assert.Equal(open, message.GetProperty("data").GetProperty("prompt_id").GetString()));
        await stranger.SayAsync("""{"type":"feature_flags","data":{}}""");
        Assert.Single(await stranger.UntilAsync(message => message.GetProperty("type").GetString() == "feature_flags"));
    }

    [Fact]
    public async Task Status_tells_the_length_of_the_queue_and_who_the_client_is()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using ComfyClient socket = await ComfyClient.ConnectAsync(host, "");
        JsonElement first = (await socket.UntilAsync(_ => true))[0].GetProperty("data");
        Assert.Equal(32, first.GetProperty("sid").GetString()!.Length);
        Assert.Equal(0, first.GetProperty("status").GetProperty("exec_info").GetProperty("queue_remaining").GetInt32());
        (_, RunId run) = await ComfyRuns.QueueAsync(host, "somebody");
        static Func<JsonElement, bool> Remaining(int count) => message =>
            message.GetProperty("type").GetString() == "status" && message.GetProperty("data").GetProperty("status").GetProperty("exec_info").GetProperty("queue_remaining").GetInt32() == count;
        await socket.UntilAsync(Remaining(1));
        await ComfyRuns.CarryOutAsync(host, run, s_picture);
        await socket.UntilAsync(Remaining(0));
    }

    [Fact]
    public async Task Cached_output_is_told_with_its_files_after_the_nodes_that_were_cached()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using ComfyClient socket = await ComfyClient.ConnectAsync(host);
        (_, RunId run) = await ComfyRuns.QueueAsync(host);
        // The plan names the files of a cached node after the node.
        NodeOutputs saved = new() { Artifacts = [Some.File("t/t_00001_.png")] };
        await host.Ports.Runs.CommitAsync(Some.Here, run, Some.Commit(RunEvents.Started(Some.Time, 2, 2, 0), RunEvents.Cached(Some.Time, new("3"), saved)));
        await ComfyRuns.SaveAsync(host, run, "t/t_00001_.png", s_picture);
        await host.Ports.Runs.CommitAsync(Some.Here, run, Some.Commit(RunEvents.Cached(Some.Time, new("2"), null)));
        await host.Ports.Runs.CommitAsync(Some.Here, run, Some.End());
        List<JsonElement> told = await socket.UntilAsync(ComfyClient.IsEnd);
        Assert.Equal(["execution_start", "execution_cached", "executed", "execution_success", "executing"], told.Select(message => message.GetProperty("type").GetString()));
        Assert.Equal("t_00001_.png", told[2].GetProperty("data").GetProperty("output").GetProperty("images")[0].GetProperty("filename").GetString());
    }

    [Fact]
    public async Task Failure_and_interruption_are_told_with_node_and_reason()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using ComfyClient socket = await ComfyClient.ConnectAsync(host);
        (string failed, RunId run) = await ComfyRuns.QueueAsync(host);
        RunProblem problem = new("node.bad", "It cannot be done.") { Node = new("2") };
        await host.Ports.Runs.CommitAsync(Some.Here, run, Some.Commit(
            RunEvents.Started(Some.Time, 3, 0, 1), Some.Event(RunEventTypes.NodeStarted, node: "2"), Some.Event(RunEventTypes.NodeFailed, new { problem }, node: "2")));
        await host.Ports.Runs.CommitAsync(Some.Here, run, new RunCommit
        {
            Events = [RunEvents.Ended(Some.Time, RunStatus.Failed, new RunSummary(3, 0, 0, 1, 2, 0, 5, [problem]))],
            Change = new RunChange { Status = RunStatus.Failed, CompletedAt = Some.Time },
        });
        JsonElement error = (await socket.UntilAsync(ComfyClient.IsEnd))[^2];
        Assert.Equal("execution_error", error.GetProperty("type").GetString());
        JsonElement data = error.GetProperty("data");
        Assert.Equal(("2", "ImageInvert", "It cannot be done.", "node.bad"), (data.GetProperty("node_id").GetString(), data.GetProperty("node_type").GetString(), data.GetProperty("exception_message").GetString(), data.GetProperty("exception_type").GetString()));
        JsonElement status = (await host.Client.GetReplyAsync("/history/" + failed)).Json.GetProperty(failed).GetProperty("status");
        Assert.Equal(("error", false), (status.GetProperty("status_str").GetString(), status.GetProperty("completed").GetBoolean()));
        Assert.Equal("execution_error", status.GetProperty("messages")[2][0].GetString());

        (_, RunId second) = await ComfyRuns.QueueAsync(host);
        await host.Ports.Runs.CommitAsync(Some.Here, second, Some.End(RunStatus.Canceled));
        Assert.Equal("execution_interrupted", (await socket.UntilAsync(ComfyClient.IsEnd))[^2].GetProperty("type").GetString());
    }
}
