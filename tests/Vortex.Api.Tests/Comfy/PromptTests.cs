using System.Text;
using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Comfy;

public sealed class PromptTests
{
    [Theory]
    [InlineData("/prompt")]
    [InlineData("/api/prompt")]
    public async Task Prompt_becomes_a_run_whatever_content_type_it_has(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        // What Python's urllib sends.
        StringContent content = new(ComfyRuns.Prompt(), Encoding.UTF8, "application/x-www-form-urlencoded");
        Reply reply = (await host.Client.AskAsync(HttpMethod.Post, path, content)).Is(200);
        Assert.Equal(["prompt_id", "number", "node_errors"], reply.Json.EnumerateObject().Select(one => one.Name));
        Assert.True(PromptIds.TryRead(reply["prompt_id"], out RunId? run));
        Assert.Equal(["comfy:me"], (await host.Ports.Runs.FindAsync(Some.Here, run.Value))!.Options.Tags);
        Assert.Equal(1, (await host.Client.GetReplyAsync(path)).Is(200).Json.GetProperty("exec_info").GetProperty("queue_remaining").GetInt32());
        (await host.Client.GetReplyAsync("/v1/runs/" + run.Value)).Is(200);
    }

    [Fact]
    public async Task Id_of_the_client_is_kept_and_asking_again_makes_no_second_run()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        const string id = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6";
        Assert.Equal(id, (await host.Client.PostJsonAsync("/prompt", ComfyRuns.Prompt(more: $",\"prompt_id\":\"{id}\""))).Is(200)["prompt_id"]);
        Assert.Equal(id, (await host.Client.PostJsonAsync("/prompt", ComfyRuns.Prompt(more: $",\"prompt_id\":\"{id}\""))).Is(200)["prompt_id"]);
        Assert.Single((await host.Ports.Runs.ListAsync(Some.Here, new RunQuery())).Items);
        string other = ComfyRuns.Prompt(more: $",\"prompt_id\":\"{id}\"").Replace("\"width\":8", "\"width\":16", StringComparison.Ordinal);
        Assert.Equal("run.idempotency_conflict", ErrorOf((await host.Client.PostJsonAsync("/prompt", other)).Is(409)).GetProperty("type").GetString());
        (await host.Client.PostJsonAsync("/prompt", ComfyRuns.Prompt(more: ",\"prompt_id\":\"../x\""))).Is(400);
    }

    [Fact]
    public async Task Prompts_to_the_front_have_negative_numbers_and_a_higher_priority()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply front = (await host.Client.PostJsonAsync("/prompt", ComfyRuns.Prompt(more: ",\"front\":true"))).Is(200);
        Reply number = (await host.Client.PostJsonAsync("/prompt", ComfyRuns.Prompt(more: ",\"number\":-1"))).Is(200);
        Reply back = (await host.Client.PostJsonAsync("/prompt", ComfyRuns.Prompt())).Is(200);
        Assert.True(front.Json.GetProperty("number").GetInt64() < 0 && number.Json.GetProperty("number").GetInt64() < 0 && back.Json.GetProperty("number").GetInt64() > 0);
        IEnumerable<JsonElement> pending = (await host.Client.GetReplyAsync("/queue")).Is(200).Json.GetProperty("queue_pending").EnumerateArray();
        Assert.Equal(back["prompt_id"], pending.Last()[1].GetString());
    }

    [Theory]
    [InlineData("{}", "no_prompt")]
    [InlineData("""{"prompt":{}}""", "prompt_no_outputs")]
    [InlineData("""{"prompt":{"1":{"inputs":{}}}}""", "invalid_prompt")]
    [InlineData("""{"prompt":{"1":{"class_type":"NoSuchNode","inputs":{}}}}""", "missing_node_type")]
    [InlineData("""{"prompt":{"1":{"class_type":"EmptyImage","inputs":{"width":8,"height":8,"batch_size":1,"color":0}}}}""", "prompt_no_outputs")]
    [InlineData("""{"prompt":{"1":{"class_type":"SaveImage","inputs":{"filename_prefix":"x"}}}}""", "prompt_outputs_failed_validation")]
    [InlineData("[1", "request.invalid_json")]
    [InlineData("[]", "request.invalid_field")]
    [InlineData("", "request.empty_body")]
    [InlineData("""{"prompt":{"1":{"class_type":"SaveImage","inputs":{}}},"partial_execution_targets":[1]}""", "request.invalid_field")]
    public async Task What_is_wrong_is_said_in_ComfyUIs_shape(string body, string type)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply reply = (await host.Client.PostJsonAsync("/prompt", body)).Is(400);
        Assert.Equal(["error", "node_errors"], reply.Json.EnumerateObject().Select(one => one.Name));
        Assert.Equal(["type", "message", "details", "extra_info"], ErrorOf(reply).EnumerateObject().Select(one => one.Name));
        Assert.Equal(type, ErrorOf(reply).GetProperty("type").GetString());
        Assert.Empty((await host.Ports.Runs.ListAsync(Some.Here, new RunQuery())).Items);
    }

    [Fact]
    public async Task Faults_of_nodes_are_given_by_node_and_input_with_the_outputs_behind_them()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string bad = ComfyRuns.Prompt().Replace("\"width\":8", "\"width\":-3", StringComparison.Ordinal).Replace("\"image\":[\"1\",0]", "\"other\":1", StringComparison.Ordinal);
        JsonElement nodes = (await host.Client.PostJsonAsync("/prompt", bad)).Is(400).Json.GetProperty("node_errors");
        JsonElement small = nodes.GetProperty("1").GetProperty("errors")[0];
        Assert.Equal("value_smaller_than_min", small.GetProperty("type").GetString());
        Assert.Equal("width", small.GetProperty("extra_info").GetProperty("input_name").GetString());
        Assert.Equal(-3, small.GetProperty("extra_info").GetProperty("received_value").GetInt32());
        JsonElement missing = nodes.GetProperty("2");
        Assert.Equal("required_input_missing", missing.GetProperty("errors")[0].GetProperty("type").GetString());
        Assert.Equal("ImageInvert", missing.GetProperty("class_type").GetString());
        Assert.Equal("3", missing.GetProperty("dependent_outputs")[0].GetString());
    }

    [Fact]
    public async Task Body_over_the_limit_and_a_caller_nobody_knows_are_refused()
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.MaxBodyBytes = 2_000);
        Assert.Equal("request.body_too_large", ErrorOf((await host.Client.PostJsonAsync("/prompt", ComfyRuns.Prompt(more: $",\"x\":\"{new string('x', 3_000)}\""))).Is(413)).GetProperty("type").GetString());
        using HttpClient nobody = host.ClientFor(HeaderCallers.Nobody);
        (await nobody.PostJsonAsync("/prompt", ComfyRuns.Prompt())).IsError(401, "request.unauthorized");
    }

    [Theory]
    [InlineData("run_00000000000000000000000001", "00000000-0000-0000-0000-000000000001")]
    [InlineData("run_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("run_01JD9Q0V7N2C4M5T8XKZ3B6Y1A", null)]
    public void Ids_go_there_and_back(string run, string? prompt)
    {
        string made = PromptIds.Of(new RunId(run));
        Assert.Equal(prompt ?? made, made);
        Assert.True(PromptIds.TryRead(made, out RunId? back));
        Assert.Equal(run, back.Value.Value);
    }

    private static JsonElement ErrorOf(Reply reply) => reply.Json.GetProperty("error");
}
