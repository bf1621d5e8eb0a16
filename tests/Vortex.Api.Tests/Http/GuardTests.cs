using Vortex.Testing;

namespace Vortex.Api.Tests.Http;

public sealed class GuardTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:7700", true)]
    [InlineData("studio.localhost", true)]
    [InlineData("127.0.0.1:7700", true)]
    [InlineData("127.8.9.1", true)]
    [InlineData("[::1]:7700", true)]
    [InlineData("box.lan", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("10.0.0.7", false)]
    public async Task Only_loopback_and_allowed_names_are_served(string name, bool served)
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.AllowedHosts.Add("box.lan"));
        Reply reply = await host.Client.GetReplyAsync("/v1/queue", ("Host", name));
        if (served)
        {
            reply.Is(200);
        }
        else
        {
            reply.IsError(403, "request.host_refused");
        }
    }

    [Theory]
    [InlineData("http://localhost:3000", true)]
    [InlineData("http://127.0.0.1:7700", true)]
    [InlineData("https://studio.example", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("https://studio.example.evil.example", false)]
    [InlineData("null", false)]
    [InlineData("file://", false)]
    [InlineData("chrome-extension://localhost", false)]
    public async Task Pages_of_strangers_are_refused_whatever_they_ask(string origin, bool served)
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.AllowedOrigins.Add("https://studio.example"));
        foreach (string path in new[] { "/v1/queue/pause", "/v1/hub/negotiate?negotiateVersion=1" })
        {
            Reply reply = await host.Client.AskAsync(HttpMethod.Post, path, null, ("Origin", origin));
            if (served)
            {
                reply.Is(200);
            }
            else
            {
                reply.IsError(403, "request.origin_refused");
            }
        }

        Assert.Equal(served, (await host.Ports.Queue.ReadAsync(Some.Here)).Paused);
    }

    [Fact]
    public async Task Guard_can_be_turned_off_by_a_host_that_knows_its_callers()
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.RequireLoopback = false);
        (await host.Client.GetReplyAsync("/v1/queue", ("Host", "api.example"), ("Origin", "https://evil.example"))).Is(200);
    }

    [Fact]
    public async Task Allowed_origins_get_cors_headers_and_others_none()
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.AllowedOrigins.Add("https://studio.example"));
        Reply preflight = await host.Client.AskAsync(HttpMethod.Options, "/v1/runs", null, ("Origin", "https://studio.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type"));
        Assert.Equal((204, "https://studio.example"), ((int)preflight.Status, preflight.Header("Access-Control-Allow-Origin")));
        Assert.Equal("https://studio.example", (await host.Client.GetReplyAsync("/v1/runs", ("Origin", "https://studio.example"))).Header("Access-Control-Allow-Origin"));
        Assert.Empty((await host.Client.GetReplyAsync("/v1/runs", ("Origin", "http://localhost:3000"))).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Rate_limit_is_per_workspace_and_says_when_to_come_back()
    {
        await using ApiHost host = await ApiHost.StartAsync(options => (options.RequestsPerSecond, options.RequestBurst) = (1, 3));
        Reply[] all = new Reply[12];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = await host.Client.GetReplyAsync("/v1/queue");
        }

        Assert.All(all[..3], reply => reply.Is(200));
        Reply refused = Assert.IsType<Reply>(all.FirstOrDefault(reply => (int)reply.Status == 429));
        refused.IsError(429, "request.too_many");
        Assert.True(int.Parse(refused.Header("Retry-After"), System.Globalization.CultureInfo.InvariantCulture) >= 1);
        using HttpClient other = host.ClientFor("other");
        (await other.GetReplyAsync("/v1/queue")).Is(200);
        (await host.Client.GetReplyAsync("/health/live")).Is(200);
    }

    [Fact]
    public async Task Wrong_settings_stop_the_host()
    {
        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => ApiHost.StartAsync(options => options.MaxJsonDepth = 1));
    }
}
