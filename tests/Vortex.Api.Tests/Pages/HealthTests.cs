using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Vortex.Api.Tests.Pages;

public sealed class HealthTests
{
    [Fact]
    public async Task Host_without_checks_is_live_and_ready()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Assert.Equal("healthy", (await host.Client.GetReplyAsync("/health/live")).Is(200)["status"]);
        Assert.Equal("healthy", (await host.Client.GetReplyAsync("/health/ready")).Is(200)["status"]);
    }

    [Fact]
    public async Task Degraded_is_ready_and_unhealthy_is_not_but_still_live()
    {
        HealthCheckResult result = HealthCheckResult.Degraded("slow disk");
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddHealthChecks().AddCheck("disk", () => result));
        Reply degraded = (await host.Client.GetReplyAsync("/health/ready")).Is(200);
        Assert.Equal(("degraded", "slow disk"), (degraded["status"], degraded.Json.GetProperty("checks")[0].GetProperty("description").GetString()));
        result = HealthCheckResult.Unhealthy("no disk");
        Reply unhealthy = (await host.Client.GetReplyAsync("/health/ready")).IsError(503, "server.not_ready");
        Assert.Equal("5", unhealthy.Header("Retry-After"));
        Assert.Equal("no disk", unhealthy.Json.GetProperty("details").GetProperty("checks")[0].GetProperty("description").GetString());
        (await host.Client.GetReplyAsync("/health/live")).Is(200);
    }

    [Fact]
    public async Task Health_needs_no_caller()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.GetReplyAsync("/health/ready", (HeaderCallers.Header, HeaderCallers.Nobody))).Is(200);
    }
}
