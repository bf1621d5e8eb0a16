using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vortex.Runs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Api.Tests;

/// <summary>The API on a real server on loopback, over the simplest adapters of every port.</summary>
public sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, Ports ports)
    {
        _app = app;
        Ports = ports;
        Address = new Uri(app.Urls.Single());
        Client = ClientFor(null);
    }

    /// <summary>What lies behind the API.</summary>
    public Ports Ports { get; }

    public Uri Address { get; }

    /// <summary>A client in <see cref="Some.Here"/>.</summary>
    public HttpClient Client { get; }

    public IEnumerable<RouteEndpoint> Endpoints =>
        _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public static async Task<ApiHost> StartAsync(Action<VortexApiOptions>? configure = null, Action<WebApplication>? map = null, Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        Ports ports = new();
        ports.AddTo(builder.Services);
        builder.Services.AddSingleton<ICallerResolver, HeaderCallers>();
        services?.Invoke(builder.Services);
        builder.Services.AddVortexApi(configure);
        WebApplication app = builder.Build();
        app.MapVortexApi();
        map?.Invoke(app);
        await app.StartAsync();
        return new ApiHost(app, ports);
    }

    /// <summary>A client that names another workspace, or none for <see cref="Some.Here"/>.</summary>
    public HttpClient ClientFor(string? workspace)
    {
        HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = Address };
        if (workspace is not null)
        {
            client.DefaultRequestHeaders.Add(HeaderCallers.Header, workspace);
        }

        return client;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>The ports of a test, in memory.</summary>
public sealed class Ports
{
    public InMemoryRunStore Runs { get; } = new();

    public InMemoryWorkflowStore Workflows { get; } = new();

    public InMemoryArtifactStore Artifacts { get; } = new();

    public InMemoryFileStore Files { get; } = new();

    public InMemoryHookStore Hooks { get; } = new();

    public InMemoryBatchQueue Queue { get; } = new(TimeProvider.System, TimeSpan.FromMinutes(1), 5);

    public InMemoryRunnerBoard Runners { get; } = new();

    public StandingOrchestrations Orchestrations { get; } = new();

    public NodeCatalog Catalog { get; } = CoreCatalog.Load().With(Executable(CoreCatalog.Load(), "EmptyImage", "ImageInvert", "SaveImage", "LoadImage"));

    public void AddTo(IServiceCollection services) => services
        .AddSingleton<IRunStore>(Runs)
        .AddSingleton<IWorkflowStore>(Workflows)
        .AddSingleton<IArtifactStore>(Artifacts)
        .AddSingleton<IFileStore>(Files)
        .AddSingleton<IHookStore>(Hooks)
        .AddSingleton<IBatchQueue>(Queue)
        .AddSingleton<ILaneControl>(Queue)
        .AddSingleton<IRunnerBoard>(Runners)
        .AddSingleton(Catalog)
        .AddSingleton<IResultCache, InMemoryResultCache>()
        .AddSingleton<IFileResolver, UploadedFiles>()
        .AddSingleton<IOrchestrationClient>(Orchestrations)
        .AddVortexRuns();

    private static IEnumerable<NodeType> Executable(NodeCatalog catalog, params string[] names) =>
        names.Select(name => catalog.Find(name)! with { IsExecutable = true });
}

/// <summary>Takes the workspace from a header: what no real host does, and what shows here that nothing else decides it.</summary>
public sealed class HeaderCallers : ICallerResolver
{
    public const string Header = "X-Test-Workspace";
    public const string Nobody = "nobody";

    public ValueTask<Caller?> ResolveAsync(HttpContext context, CancellationToken cancellationToken = default)
    {
        string? name = context.Request.Headers[Header];
        return new(name switch
        {
            null => new Caller(Some.Here, "here"),
            Nobody => null,
            _ => new Caller(new WorkspaceId("acme", name), name),
        });
    }
}
