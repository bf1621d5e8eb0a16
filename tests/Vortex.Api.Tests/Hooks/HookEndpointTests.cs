using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Hooks;

public sealed class HookEndpointTests
{
    [Fact]
    public async Task Secret_is_shown_once_and_kept_nowhere_as_it_is()
    {
        await using HookHost host = await HookHost.StartAsync();
        foreach (string scheme in new[] { "token", "signature" })
        {
            MadeByApi hook = await host.MakeAsync(scheme);
            Assert.Equal("/v1/hooks/" + hook.Id, hook.Reply.Header("Location"));
            Assert.True(hook.Secret.Length > 40);
            Reply read = (await host.Host.Client.GetReplyAsync("/v1/hooks/" + hook.Id)).Is(200);
            Reply list = (await host.Host.Client.GetReplyAsync("/v1/hooks")).Is(200);
            Assert.DoesNotContain("secret", read.Text + list.Text, StringComparison.Ordinal);
            string stored = JsonSerializer.Serialize(await host.Host.Ports.Hooks.FindAsync(Some.Here, new HookId(hook.Id)), RunsJson.Options);
            Assert.DoesNotContain(hook.Secret[6..], stored, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Hooks_are_listed_newest_first_and_removed()
    {
        await using HookHost host = await HookHost.StartAsync();
        string[] made = new string[3];
        for (int i = 0; i < made.Length; i++)
        {
            made[i] = (await host.MakeAsync()).Id;
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Reply first = (await host.Host.Client.GetReplyAsync("/v1/hooks?limit=2")).Is(200);
        Reply second = (await host.Host.Client.GetReplyAsync("/v1/hooks?limit=2&cursor=" + first["next_cursor"])).Is(200);
        Assert.Equal(made.Reverse(), first.Json.GetProperty("items").EnumerateArray().Concat(second.Json.GetProperty("items").EnumerateArray()).Select(hook => hook.GetProperty("hook_id").GetString()));
        Assert.Equal(204, (int)(await host.Host.Client.AskAsync(HttpMethod.Delete, "/v1/hooks/" + made[0])).Status);
        (await host.Host.Client.AskAsync(HttpMethod.Delete, "/v1/hooks/" + made[0])).IsError(404, "hook.not_found");
        (await host.Host.Client.GetReplyAsync("/v1/hooks/" + made[0])).IsError(404, "hook.not_found");
    }

    [Theory]
    [InlineData("""{"name":"x"}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"wf_none"}""", 404, "workflow.not_found")]
    [InlineData("""{"workflow_id":"../x"}""", 404, "workflow.not_found")]
    [InlineData("""{"workflow_id":"WF","workflow_version":9}""", 404, "workflow.version_not_found")]
    [InlineData("""{"workflow_id":"WF","workflow_version":0}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"WF","name":""}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"WF","inputs":{"width":"order/size"}}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"WF","inputs":{"width":"/a~2"}}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"WF","delivery_pointer":"id"}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"WF","scheme":"password"}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"WF","secret":"short"}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"WF","scheme":"signature","secret":"whsec_AAAA"}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"WF","scheme":"signature","secret":"a-token-of-24-characters!"}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"WF","options":{"priority":1000}}""", 400, "request.invalid_field")]
    [InlineData("""{"workflow_id":"WF","unknown":1}""", 400, "request.invalid_field")]
    public async Task What_cannot_be_a_hook_is_refused_and_nothing_is_made(string body, int status, string code)
    {
        await using HookHost host = await HookHost.StartAsync();
        (await host.Host.Client.PostJsonAsync("/v1/hooks", body.Replace("WF", host.WorkflowId, StringComparison.Ordinal))).IsError(status, code);
        Assert.Empty((await host.Host.Ports.Hooks.ListAsync(Some.Here, null, 10)).Items);
    }

    [Fact]
    public async Task Host_without_a_key_has_tokens_only()
    {
        await using HookHost host = await HookHost.StartAsync(options => options.HookKeys.Clear());
        (await host.Host.Client.PostJsonAsync("/v1/hooks", $$"""{"workflow_id":"{{host.WorkflowId}}","scheme":"signature"}""")).IsError(409, "hook.signing_unavailable");
        Assert.Equal(202, (int)(await host.DeliverTokenAsync(await host.MakeAsync(), """{"order":{"size":8}}""")).Status);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==")]
    [InlineData("not base64 not base64 not base64 not base64!")]
    public async Task Key_that_is_none_stops_the_host(string key) =>
        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => ApiHost.StartAsync(options => options.HookKeys.Add(key)));

    [Theory]
    [InlineData("token")]
    [InlineData("signature")]
    public async Task Rotated_secret_is_taken_at_once_and_the_earlier_one_for_as_long_as_was_asked(string scheme)
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi old = await host.MakeAsync(scheme);
        Reply rotated = (await host.Host.Client.PostJsonAsync($"/v1/hooks/{old.Id}/rotate", """{"grace_seconds":60}""")).Is(200);
        MadeByApi fresh = old with { Secret = rotated["secret"]! };
        Assert.NotEqual(old.Secret, fresh.Secret);
        Assert.Equal(Some.Time.AddSeconds(60), rotated.Json.GetProperty("earlier_secret_until").GetDateTimeOffset());
        Assert.Equal(202, await TryAsync(host, scheme, fresh));
        Assert.Equal(202, await TryAsync(host, scheme, old));
        host.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(401, await TryAsync(host, scheme, old));
        Assert.Equal(202, await TryAsync(host, scheme, fresh));
        rotated = (await host.Host.Client.PostJsonAsync($"/v1/hooks/{old.Id}/rotate", "{}")).Is(200);
        Assert.Equal(401, await TryAsync(host, scheme, fresh));
        Assert.Equal(202, await TryAsync(host, scheme, fresh with { Secret = rotated["secret"]! }));
    }

    [Theory]
    [InlineData("""{"grace_seconds":-1}""")]
    [InlineData("""{"grace_seconds":604801}""")]
    [InlineData("""{"secret":"short"}""")]
    public async Task Rotation_that_cannot_be_changes_nothing(string body)
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync();
        (await host.Host.Client.PostJsonAsync($"/v1/hooks/{hook.Id}/rotate", body)).IsError(400, "request.invalid_field");
        Assert.Equal(202, await TryAsync(host, "token", hook));
    }

    [Fact]
    public void Sealed_secret_opens_with_an_earlier_key_of_the_host_and_only_for_its_own_hook()
    {
        HookSecrets one = new(Microsoft.Extensions.Options.Options.Create(new VortexApiOptions { HookKeys = [HookHost.Key] }));
        string other = Convert.ToBase64String(new byte[32]);
        HookSecrets both = new(Microsoft.Extensions.Options.Options.Create(new VortexApiOptions { HookKeys = [other, HookHost.Key] }));
        HookSecrets neither = new(Microsoft.Extensions.Options.Options.Create(new VortexApiOptions { HookKeys = [other] }));
        HookId hook = new("hook_acme.main.1");
        string secret = HookSecrets.Make(HookScheme.Signature);
        string kept = one.Keep(hook, HookScheme.Signature, secret);
        Assert.Equal(Convert.FromBase64String(secret[6..]), both.Open(hook, kept));
        Assert.Null(neither.Open(hook, kept));
        Assert.Null(both.Open(new HookId("hook_acme.main.2"), kept));
        Assert.NotEqual(kept, one.Keep(hook, HookScheme.Signature, secret));
    }

    private static async Task<int> TryAsync(HookHost host, string scheme, MadeByApi hook)
    {
        const string body = """{"order":{"size":16}}""";
        Reply reply = scheme == "token" ? await host.DeliverTokenAsync(hook, body) : await host.DeliverAsync(hook.Id, body, HookHost.Sign(hook.Secret, "d1", host.Time.GetUtcNow(), body));
        return (int)reply.Status;
    }
}
