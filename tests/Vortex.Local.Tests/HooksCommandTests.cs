using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Vortex.Local.Tests;

public sealed class HooksCommandTests : IDisposable
{
    private const string Workflow =
        """
        {"vtxw_version":"1.0","meta":{"name":"Square"},
         "inputs":[{"name":"size","type":"Integer","targets":[{"node":"1","port":"width"},{"node":"1","port":"height"}]}],
         "nodes":[{"id":"1","type":"EmptyImage","inputs":{"width":8,"height":8,"batch_size":1,"color":255},"ui":{"x":0,"y":0}},
          {"id":"2","type":"SaveImage","inputs":{"filename_prefix":"square"},"ui":{"x":1,"y":0}}],
         "edges":[{"from":{"node":"1","port":"IMAGE"},"to":{"node":"2","port":"images"}}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Hook_made_on_the_terminal_runs_a_file_and_outlives_the_host_until_it_is_removed()
    {
        string data = _folder.File("data");
        JsonElement hook;
        await using (HostProcess first = await HostProcess.StartAsync(data))
        {
            VortexCommand.Outcome made = await VortexCommand.RunAsync(data, "hooks", "add", _folder.Write("square.json", Workflow), "--input", "size=/order/size", "--default", "size=4", "--signed", "--json");
            Assert.True(made.Exit == 0, made.All);
            VortexCommand.Outcome plain = await VortexCommand.RunAsync(data, "hooks", "add", JsonSerializer.Deserialize<JsonElement>(made.Output).GetProperty("workflow_id").GetString()!, "--input", "size=/order/size", "--json");
            Assert.True(plain.Exit == 0, plain.All);
            hook = JsonSerializer.Deserialize<JsonElement>(plain.Output);
        }

        await using HostProcess host = await HostProcess.StartAsync(data);
        VortexCommand.Outcome listed = await VortexCommand.RunAsync(data, "hooks", "list");
        string id = hook.GetProperty("hook_id").GetString()!;
        Assert.Contains(id, listed.Output, StringComparison.Ordinal);
        Assert.Contains("signature", listed.Output, StringComparison.Ordinal);
        using HttpRequestMessage delivery = new(HttpMethod.Post, "v1/hooks/" + id) { Content = JsonContent.Create(new { order = new { size = 24 } }) };
        delivery.Headers.Authorization = new AuthenticationHeaderValue("Bearer", hook.GetProperty("secret").GetString());
        using HttpResponseMessage answer = await host.Http.SendAsync(delivery);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        string run = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("run_id").GetString()!;
        Assert.Equal("run.completed", (await host.FollowAsync(run))[^1].GetProperty("event_type").GetString());
        JsonElement artifact = (await host.Http.GetFromJsonAsync<JsonElement>($"v1/runs/{run}/artifacts")).GetProperty("items")[0];
        Assert.Equal((24, 24), (artifact.GetProperty("width").GetInt32(), artifact.GetProperty("height").GetInt32()));

        VortexCommand.Outcome rotated = await VortexCommand.RunAsync(data, "hooks", "rotate", id);
        Assert.Contains("secret", rotated.Output, StringComparison.Ordinal);
        VortexCommand.Outcome removed = await VortexCommand.RunAsync(data, "hooks", "remove", id);
        Assert.True(removed.Exit == 0, removed.All);
        VortexCommand.Outcome again = await VortexCommand.RunAsync(data, "hooks", "remove", id);
        Assert.Equal(2, again.Exit);
        Assert.Contains("no hook", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_what_to_do()
    {
        string data = _folder.File("data");
        VortexCommand.Outcome alone = await VortexCommand.RunAsync(data, "hooks", "list");
        Assert.Equal(3, alone.Exit);
        Assert.Contains("vortex up", alone.Errors, StringComparison.Ordinal);
        await using HostProcess host = await HostProcess.StartAsync(data);
        Assert.Contains("hooks add", (await VortexCommand.RunAsync(data, "hooks", "list")).Output, StringComparison.Ordinal);
        VortexCommand.Outcome pointer = await VortexCommand.RunAsync(data, "hooks", "add", _folder.Write("square.json", Workflow), "--input", "size=order.size");
        Assert.Equal(2, pointer.Exit);
        Assert.Contains("JSON pointer", pointer.Errors, StringComparison.Ordinal);
        VortexCommand.Outcome pair = await VortexCommand.RunAsync(data, "hooks", "add", "wf_1", "--input", "size");
        Assert.Equal(2, pair.Exit);
        Assert.Contains("NAME=VALUE", pair.Errors, StringComparison.Ordinal);
    }
}
