using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Hooks;

/// <summary>A host with a stored workflow that has inputs, a clock of its own, and somebody who delivers.</summary>
internal sealed class HookHost : IAsyncDisposable
{
    public const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /// <summary>Three nodes whose width and prefix are inputs of the workflow.</summary>
    private const string Workflow =
        """
        {"vtxw_version":"1.0","meta":{"name":"Order"},
         "inputs":[
          {"name":"width","type":"Integer","targets":[{"node":"1","port":"width"}]},
          {"name":"prefix","type":"Text","targets":[{"node":"3","port":"filename_prefix"}]}],
         "nodes":[
          {"id":"1","type":"EmptyImage","inputs":{"width":64,"height":8,"batch_size":1,"color":0},"ui":{"x":0,"y":0}},
          {"id":"3","type":"SaveImage","inputs":{"filename_prefix":"t"},"ui":{"x":2,"y":0}}],
         "edges":[{"from":{"node":"1","port":"IMAGE"},"to":{"node":"3","port":"images"}}]}
        """;

    private HookHost(ApiHost host, ManualTimeProvider time, string workflow) => (Host, Time, WorkflowId) = (host, time, workflow);

    public ApiHost Host { get; }

    public ManualTimeProvider Time { get; }

    public string WorkflowId { get; }

    public static async Task<HookHost> StartAsync(Action<VortexApiOptions>? configure = null)
    {
        ManualTimeProvider time = new(Some.Time);
        ApiHost host = await ApiHost.StartAsync(
            options =>
            {
                options.HookKeys.Add(Key);
                configure?.Invoke(options);
            },
            services: services => services.AddSingleton<TimeProvider>(time));
        Reply stored = (await host.Client.PostJsonAsync("/v1/workflows", $$"""{"definition":{{Workflow}}}""")).Is(201);
        return new HookHost(host, time, stored["workflow_id"]!);
    }

    /// <summary>Makes a hook that takes the width from the payload and has a prefix of its own.</summary>
    public async Task<MadeByApi> MakeAsync(string scheme = "token", string more = "")
    {
        Reply made = (await Host.Client.PostJsonAsync("/v1/hooks", $$"""
            {"workflow_id":"{{WorkflowId}}","scheme":"{{scheme}}","inputs":{"width":"/order/size"},"defaults":{"prefix":"hook"}{{more}}}
            """)).Is(201);
        return new MadeByApi(made["hook_id"]!, made["secret"]!, made);
    }

    /// <summary>Delivers with headers, and no account.</summary>
    public async Task<Reply> DeliverAsync(string hook, string body, params (string Name, string Value)[] headers)
    {
        using HttpClient sender = Host.ClientFor(HeaderCallers.Nobody);
        return await sender.AskAsync(HttpMethod.Post, "/v1/hooks/" + hook, body.Length == 0 ? null : Talk.Json(body), headers);
    }

    public Task<Reply> DeliverTokenAsync(MadeByApi hook, string body, params (string Name, string Value)[] headers) =>
        DeliverAsync(hook.Id, body, [("Authorization", "Bearer " + hook.Secret), .. headers]);

    /// <summary>Signs as Standard Webhooks lays down, written here from its text and not from the product.</summary>
    public static (string Name, string Value)[] Sign(string secret, string id, DateTimeOffset at, string body)
    {
        string seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] mac = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{seconds}.{body}"));
        return [("webhook-id", id), ("webhook-timestamp", seconds), ("webhook-signature", "v1," + Convert.ToBase64String(mac))];
    }

    public async Task<RunRecord> RunAsync(Reply delivered) =>
        Assert.IsType<RunRecord>(await Host.Ports.Runs.FindAsync(Some.Here, new RunId(delivered.Is(202)["run_id"]!)));

    public async Task<RunSnapshot> SnapshotAsync(Reply delivered)
    {
        await using Stream stored = (await Host.Ports.Artifacts.OpenAsync(Some.Here, (await RunAsync(delivered)).Snapshot))!;
        return System.Text.Json.JsonSerializer.Deserialize<RunSnapshot>(stored, RunsJson.Options)!;
    }

    public async Task<int> CountRunsAsync() => (await Host.Ports.Runs.ListAsync(Some.Here, new RunQuery())).Items.Length;

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

internal sealed record MadeByApi(string Id, string Secret, Reply Reply);
