using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Hooks;

public sealed class HookDeliveryTests
{
    private const string Order = """{"order":{"size":16}}""";

    [Fact]
    public async Task Delivery_runs_the_workflow_with_values_of_the_payload()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync(more: ""","options":{"priority":3,"tags":["orders"]}""");
        Reply delivered = await host.DeliverTokenAsync(hook, Order);
        RunRecord run = await host.RunAsync(delivered);
        Assert.Equal((host.WorkflowId, 3, delivered["request_id"]), (run.WorkflowId?.Value, run.Options.Priority, run.RequestId));
        Assert.Equal(["orders", "hook:" + new HookId(hook.Id).Name], run.Options.Tags);
        RunSnapshot snapshot = await host.SnapshotAsync(delivered);
        Assert.Equal(("16", "\"hook\""), (snapshot.Inputs["width"].GetRawText(), snapshot.Inputs["prefix"].GetRawText()));
    }

    [Fact]
    public async Task Workflow_of_a_fixed_version_stays_and_of_none_follows_the_newest()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi newest = await host.MakeAsync();
        MadeByApi pinned = await host.MakeAsync(more: ""","workflow_version":1""");
        Reply stored = await host.Host.Client.GetReplyAsync("/v1/workflows/" + host.WorkflowId);
        string changed = stored.Json.GetProperty("definition").GetRawText().Replace("\"Order\"", "\"Order 2\"", StringComparison.Ordinal);
        (await host.Host.Client.AskAsync(HttpMethod.Put, "/v1/workflows/" + host.WorkflowId, Talk.Json($$"""{"definition":{{changed}}}"""), ("If-Match", "*"))).Is(200);
        Assert.Equal(2, (await host.RunAsync(await host.DeliverTokenAsync(newest, Order))).WorkflowVersion);
        Assert.Equal(1, (await host.RunAsync(await host.DeliverTokenAsync(pinned, Order))).WorkflowVersion);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Bearer wrong-wrong-wrong-wrong-wrong")]
    [InlineData("Basic SECRET")]
    public async Task Wrong_token_starts_nothing(string authorization)
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync();
        (await host.DeliverAsync(hook.Id, Order, ("Authorization", authorization.Replace("SECRET", hook.Secret, StringComparison.Ordinal)))).IsError(401, "hook.unproved");
        Assert.Equal(0, await host.CountRunsAsync());
        (await host.DeliverAsync(hook.Id, Order, ("X-Hook-Token", hook.Secret))).Is(202);
    }

    [Fact]
    public async Task Token_of_one_hook_opens_no_other()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi one = await host.MakeAsync();
        MadeByApi other = await host.MakeAsync();
        (await host.DeliverTokenAsync(other with { Secret = one.Secret }, Order)).IsError(401, "hook.unproved");
    }

    [Fact]
    public async Task Signed_delivery_is_taken_within_the_tolerance_and_not_beyond()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync("signature");
        foreach ((int seconds, int status) in new[] { (-301, 401), (-300, 202), (0, 202), (300, 202), (301, 401) })
        {
            Reply reply = await host.DeliverAsync(hook.Id, Order, HookHost.Sign(hook.Secret, "d" + seconds, Some.Time.AddSeconds(seconds), Order));
            if (status == 401)
            {
                reply.IsError(401, "hook.stale");
            }
            else
            {
                reply.Is(202);
            }
        }
    }

    [Fact]
    public async Task Nothing_of_a_signed_delivery_can_be_changed()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync("signature");
        (string Name, string Value)[] signed = HookHost.Sign(hook.Secret, "d1", Some.Time, Order);
        (await host.DeliverAsync(hook.Id, Order + " ", signed)).IsError(401, "hook.unproved");
        (await host.DeliverAsync(hook.Id, Order, [("webhook-id", "d2"), signed[1], signed[2]])).IsError(401, "hook.unproved");
        (await host.DeliverAsync(hook.Id, Order, [signed[0], ("webhook-timestamp", (Some.Time.ToUnixTimeSeconds() + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)), signed[2]])).IsError(401, "hook.unproved");
        (await host.DeliverAsync(hook.Id, Order, [signed[0], signed[1], ("webhook-signature", signed[2].Value.Replace("v1,", "v2,", StringComparison.Ordinal))])).IsError(401, "hook.unproved");
        (await host.DeliverAsync(hook.Id, Order, [signed[1], signed[2]])).IsError(401, "hook.unproved");
        (await host.DeliverAsync(hook.Id, Order, [signed[0], signed[1]])).IsError(401, "hook.unproved");
        (await host.DeliverAsync(hook.Id, Order, [signed[0], signed[1], ("webhook-signature", "v1,AAAA v1,%%% v1")])).IsError(401, "hook.unproved");
        (await host.DeliverAsync(hook.Id, Order, [("Authorization", "Bearer " + hook.Secret)])).IsError(401, "hook.unproved");
        Assert.Equal(0, await host.CountRunsAsync());
        (await host.DeliverAsync(hook.Id, Order, [signed[0], signed[1], ("webhook-signature", $"v1a,xyz {signed[2].Value}")])).Is(202);
    }

    /// <summary>The worked example in the text of Standard Webhooks, so that signatures of its libraries are known to be taken.</summary>
    [Fact]
    public void Signature_is_that_of_the_published_example()
    {
        (string Name, string Value)[] signed = HookHost.Sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}""");
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signed[2].Value);
    }

    [Fact]
    public async Task Same_delivery_gives_the_first_run_again_whatever_became_of_the_workflow()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync();
        Reply first = (await host.DeliverTokenAsync(hook, Order, ("webhook-id", "d1"))).Is(202);
        Assert.Equal(first["run_id"], (await host.DeliverTokenAsync(hook, """{"order":{"size":"retried"}}""", ("webhook-id", "d1"))).Is(202)["run_id"]);
        Assert.Equal(first["run_id"], (await host.DeliverTokenAsync(hook, Order, ("Idempotency-Key", "d1"))).Is(202)["run_id"]);
        Assert.NotEqual(first["run_id"], (await host.DeliverTokenAsync(hook, Order, ("webhook-id", "d2"))).Is(202)["run_id"]);
        Assert.NotEqual(first["run_id"], (await host.DeliverTokenAsync(await host.MakeAsync(), Order, ("webhook-id", "d1"))).Is(202)["run_id"]);
        Reply[] many = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.DeliverTokenAsync(hook, Order, ("webhook-id", "d3"))));
        Assert.Single(many.Select(reply => reply.Is(202)["run_id"]).Distinct());
        Assert.Equal(4, await host.CountRunsAsync());
    }

    [Fact]
    public async Task Delivery_without_an_id_is_a_run_of_its_own()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync();
        Assert.NotEqual((await host.DeliverTokenAsync(hook, Order)).Is(202)["run_id"], (await host.DeliverTokenAsync(hook, Order)).Is(202)["run_id"]);
    }

    [Fact]
    public async Task Delivery_id_can_come_from_the_payload()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync(more: ""","delivery_pointer":"/event/0/id" """);
        string Event(string id) => """{"order":{"size":8},"event":[{"id":ID}]}""".Replace("ID", id, StringComparison.Ordinal);
        string? first = (await host.DeliverTokenAsync(hook, Event("7"))).Is(202)["run_id"];
        Assert.Equal(first, (await host.DeliverTokenAsync(hook, Event("7"), ("webhook-id", "other"))).Is(202)["run_id"]);
        Assert.NotEqual(first, (await host.DeliverTokenAsync(hook, Event("8"))).Is(202)["run_id"]);
        (await host.DeliverTokenAsync(hook, Order)).IsError(422, "hook.payload_mismatch");
        (await host.DeliverTokenAsync(hook, Event("{}"))).IsError(422, "hook.payload_mismatch");
    }

    [Fact]
    public async Task Input_without_a_value_or_default_is_named_and_a_value_of_the_wrong_kind_is_the_workflows_to_refuse()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync();
        Reply reply = (await host.DeliverTokenAsync(hook, """{"order":[]}""")).IsError(422, "hook.payload_mismatch");
        Assert.Equal("/order/size", reply.Json.GetProperty("details").GetProperty("pointer").GetString());
        (await host.DeliverTokenAsync(hook, """{"order":{"size":"wide"}}""")).IsError(422, "run.invalid");
        Assert.Equal(0, await host.CountRunsAsync());
    }

    [Fact]
    public async Task Bell_without_a_payload_runs_on_defaults()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync(more: ""","name":"bell" """);
        (await host.DeliverTokenAsync(hook, "")).IsError(422, "hook.payload_mismatch");
        Reply made = (await host.Host.Client.PostJsonAsync("/v1/hooks", $$"""{"workflow_id":"{{host.WorkflowId}}","defaults":{"width":32} }""")).Is(201);
        Reply rung = await host.DeliverTokenAsync(new MadeByApi(made["hook_id"]!, made["secret"]!, made), "");
        Assert.Equal("32", (await host.SnapshotAsync(rung)).Inputs["width"].GetRawText());
    }

    [Fact]
    public async Task Payloads_that_are_no_json_too_large_or_too_deep_are_refused()
    {
        await using HookHost host = await HookHost.StartAsync(options => options.MaxHookBytes = 2048);
        MadeByApi hook = await host.MakeAsync();
        (await host.DeliverTokenAsync(hook, "{")).IsError(400, "request.invalid_json");
        (await host.DeliverTokenAsync(hook, new string('[', 100) + new string(']', 100))).IsError(400, "request.json_too_deep");
        (await host.DeliverTokenAsync(hook, $"\"{new string('x', 2048)}\"")).IsError(413, "request.body_too_large");
        using HttpClient sender = host.Host.ClientFor(HeaderCallers.Nobody);
        (await sender.AskAsync(HttpMethod.Post, "/v1/hooks/" + hook.Id, Talk.Bytes("a=b"u8.ToArray(), "application/x-www-form-urlencoded"), ("Authorization", "Bearer " + hook.Secret)))
            .IsError(415, "request.unsupported_media_type");
    }

    [Theory]
    [InlineData("hook_acme.main.none")]
    [InlineData("hook_acme.other.none")]
    [InlineData("hook_")]
    [InlineData("hook_a.b")]
    [InlineData("hook_a.b.c.d")]
    [InlineData("run_a.b.c")]
    [InlineData("hook_a%2Fb.c.d")]
    public async Task Address_that_is_none_is_not_found(string id)
    {
        await using HookHost host = await HookHost.StartAsync();
        (await host.DeliverAsync(id, Order, ("Authorization", "Bearer x"))).IsError(404, "hook.not_found");
    }

    [Fact]
    public async Task Deliveries_are_counted_per_hook_before_anything_is_computed()
    {
        await using HookHost host = await HookHost.StartAsync(options => (options.HookDeliveriesPerSecond, options.HookBurst) = (1, 3));
        MadeByApi hook = await host.MakeAsync();
        Reply[] all = new Reply[10];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = await host.DeliverAsync(hook.Id, Order);
        }

        Assert.All(all[..3], reply => reply.IsError(401, "hook.unproved"));
        Reply refused = Assert.IsType<Reply>(all.FirstOrDefault(reply => (int)reply.Status == 429));
        refused.IsError(429, "request.too_many");
        Assert.NotEmpty(refused.Header("Retry-After"));
        (await host.DeliverTokenAsync(await host.MakeAsync(), Order)).Is(202);
    }

    [Fact]
    public async Task Removed_hook_refuses_and_a_key_that_is_gone_says_so()
    {
        await using HookHost host = await HookHost.StartAsync();
        MadeByApi hook = await host.MakeAsync("signature");
        HookRecord record = (await host.Host.Ports.Hooks.FindAsync(Some.Here, new HookId(hook.Id)))!;
        HookSecrets elsewhere = new(Microsoft.Extensions.Options.Options.Create(new VortexApiOptions { HookKeys = [Convert.ToBase64String(new byte[32])] }));
        await host.Host.Ports.Hooks.ReplaceAsync(Some.Here, record with { Secret = elsewhere.Keep(record.Id, HookScheme.Signature, hook.Secret), Revision = 2 });
        (await host.DeliverAsync(hook.Id, Order, HookHost.Sign(hook.Secret, "d", Some.Time, Order))).IsError(503, "hook.secret_unreadable");
        await host.Host.Client.AskAsync(HttpMethod.Delete, "/v1/hooks/" + hook.Id);
        (await host.DeliverAsync(hook.Id, Order, HookHost.Sign(hook.Secret, "d", Some.Time, Order))).IsError(404, "hook.not_found");
    }

    [Theory]
    [InlineData("", """{"a":1}""")]
    [InlineData("/a", "1")]
    [InlineData("/b", null)]
    [InlineData("a", null)]
    public void Pointer_finds_what_rfc_6901_says(string pointer, string? expected)
    {
        using JsonDocument payload = JsonDocument.Parse("""{"a":1}""");
        Assert.Equal(expected, PayloadPointer.IsPointer(pointer) ? PayloadPointer.Find(payload.RootElement, pointer)?.GetRawText() : null);
    }

    /// <summary>The examples of RFC 6901, section 5.</summary>
    [Theory]
    [InlineData("/foo", """["bar", "baz"]""")]
    [InlineData("/foo/0", "\"bar\"")]
    [InlineData("/", "0")]
    [InlineData("/a~1b", "1")]
    [InlineData("/c%d", "2")]
    [InlineData("/ ", "7")]
    [InlineData("/m~0n", "8")]
    [InlineData("/foo/2", null)]
    [InlineData("/foo/00", null)]
    [InlineData("/foo/-", null)]
    [InlineData("/foo/0/x", null)]
    public void Pointer_passes_the_examples_of_its_standard(string pointer, string? expected)
    {
        using JsonDocument payload = JsonDocument.Parse("""{"foo":["bar", "baz"],"":0,"a/b":1,"c%d":2," ":7,"m~n":8}""");
        Assert.True(PayloadPointer.IsPointer(pointer));
        Assert.Equal(expected, PayloadPointer.Find(payload.RootElement, pointer)?.GetRawText());
    }
}
