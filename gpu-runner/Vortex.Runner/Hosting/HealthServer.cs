using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Vortex.Runner;

/// <summary>Answers <c>GET /health/live</c> and <c>GET /health/ready</c>.</summary>
/// <remarks>
/// Live is a process that answers: whoever restarts it otherwise would lose what it works on. Ready is a runner that takes batches: not one that drains or
/// whose queue is out of reach. Both say what the runner does. Requests have no body and change nothing.
/// </remarks>
internal sealed class HealthServer(BatchRunner runner, IOptions<HealthOptions> options, TimeProvider time, ILogger<HealthServer> logger) : IHostedService, IAsyncDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private WebApplication? _server;

    /// <summary>Gets where it listens; null before it does.</summary>
    public Uri? Address { get; private set; }

    /// <exception cref="IOException">The port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        HealthOptions settings = options.Value;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = 32;
            kestrel.Listen(IPAddress.Parse(settings.Address), settings.Port);
        });
        // The host of the runner ends the process, not this small one inside it.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync(cancellationToken);
        Address = new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        logger.HealthListens(Address);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        RunnerStatus status = runner.Status;
        int? code = context.Request.Path.Value switch
        {
            "/health/live" => StatusCodes.Status200OK,
            "/health/ready" => status.Phase == RunnerPhase.Working ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            _ => null,
        };
        if (code is null || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            context.Response.StatusCode = code is null ? StatusCodes.Status404NotFound : StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        }

        context.Response.StatusCode = code.Value;
        context.Response.Headers.CacheControl = "no-store";
        double? idle = status.IdleSince is { } since ? Math.Max(0, Math.Round((time.GetUtcNow() - since).TotalSeconds, 1)) : null;
        return context.Response.WriteAsJsonAsync(new HealthAnswer(status.Phase, status.Batches, idle, runner.Capabilities.Backend), s_json, context.RequestAborted);
    }

    private sealed record HealthAnswer(RunnerPhase Phase, int Batches, double? IdleSeconds, string Backend);

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
