using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Api;
using Vortex.Azure;
using Vortex.Functions.Tests.Orchestration;
using Vortex.Runs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Functions.Tests;

/// <summary>The function app's own services over ports in memory: the container of a web host, as the worker has one, and functions called as the worker calls them.</summary>
internal sealed class FunctionWorld : IAsyncDisposable
{
    private readonly IHost _host;

    public FunctionWorld()
    {
        _host = new HostBuilder().ConfigureWebHostDefaults(web => web.Configure(_ => { }).UseUrls("http://127.0.0.1:0").ConfigureServices(services =>
        {
            services.AddSingleton<IRunStore>(Runs).AddSingleton<IWorkflowStore, InMemoryWorkflowStore>().AddSingleton<IArtifactStore>(Artifacts)
                .AddSingleton<IFileStore>(Files).AddSingleton<IHookStore, InMemoryHookStore>().AddSingleton<IBatchQueue>(Queue).AddSingleton<ILaneControl>(Queue).AddSingleton<IRunnerBoard>(new InMemoryRunnerBoard())
                .AddSingleton<IResultCache, InMemoryResultCache>().AddSingleton<TimeProvider>(Time);
            services.AddAuthentication("Bearer").AddScheme<AuthenticationSchemeOptions, ReadableTokens>("Bearer", null);
            services.AddSingleton<ICapacity>(new ResidentCapacity(() => []));
            services.AddSingleton<IModelStore>(Models).AddSingleton(new OutcomeReader(Contents)).AddSingleton(new Sweep("tickets", _ => TicketSweep()));
            services.AddVortexControlPlane();
            services.Replace(ServiceDescriptor.Singleton<IRealtimeGate>(Gate));
            services.Replace(ServiceDescriptor.Singleton(CoreCatalog.Load().With(new[] { "EmptyImage", "ImageInvert", "SaveImage" }.Select(name => CoreCatalog.Load().Find(name)! with { IsExecutable = true }))));
            foreach (Type function in new[] { typeof(ApiFunction), typeof(RunFunctions), typeof(ResultFunctions), typeof(MaintenanceFunctions) })
            {
                services.AddSingleton(function);
            }
        })).Build();
    }

    public ManualTimeProvider Time { get; } = new(Some.Time);

    public InMemoryRunStore Runs { get; } = new();

    public InMemoryArtifactStore Artifacts { get; } = new();

    public InMemoryFileStore Files { get; } = new();

    public InMemoryModelStore Models { get; } = new();

    /// <summary>Gets what packs outcomes that are large for a message.</summary>
    internal Packing Contents => new(Artifacts, 2_000);

    /// <summary>Gets or sets what the sweep of the tickets does.</summary>
    public Func<Task> TicketSweep { get; set; } = () => Task.CompletedTask;

    public InMemoryBatchQueue Queue { get; } = new(TimeProvider.System, TimeSpan.FromMinutes(1), 5);

    public FakeDurableClient Durable { get; } = new();

    public RecordingGate Gate { get; } = new();

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Sends a request through the HTTP function. The context has an endpoint of the host's own, as it has in the worker.</summary>
    public async Task<(int Status, string Body)> SendAsync(string method, string path, string? body = null, string? token = ReadableTokens.Person, params (string Name, string Value)[] headers)
    {
        using IServiceScope scope = _host.Services.CreateScope();
        int query = path.IndexOf('?', StringComparison.Ordinal);
        DefaultHttpContext context = new() { RequestServices = scope.ServiceProvider };
        context.SetEndpoint(new Endpoint(_ => throw new InvalidOperationException("The host's own endpoint was run."), EndpointMetadataCollection.Empty, "api"));
        context.Request.RouteValues["path"] = "whatever";
        context.Request.Method = method;
        context.Request.Scheme = "https";
        context.Request.Host = new HostString("vortex.example");
        context.Request.Path = query < 0 ? path : path[..query];
        context.Request.QueryString = new QueryString(query < 0 ? "" : path[query..]);
        if (token is not null)
        {
            context.Request.Headers.Authorization = "Bearer " + token;
        }

        foreach ((string name, string value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        if (body is not null)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(body);
            (context.Request.Body, context.Request.ContentLength, context.Request.ContentType) = (new MemoryStream(bytes), bytes.Length, "application/json");
        }

        using MemoryStream answer = new();
        context.Response.Body = answer;
        await Get<ApiFunction>().RunAsync(context.Request, Durable);
        await context.Response.BodyWriter.FlushAsync();
        return (context.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }

    public async ValueTask DisposeAsync()
    {
        await Durable.DisposeAsync();
        _host.Dispose();
    }

    internal sealed class RecordingGate : IRealtimeGate
    {
        public List<(WorkspaceId Workspace, RunId? Run)> Admitted { get; } = [];

        public ValueTask<RealtimeTicket> AdmitAsync(WorkspaceId workspace, RunId? run, CancellationToken cancellationToken = default)
        {
            Admitted.Add((workspace, run));
            return new(new RealtimeTicket(new Uri("https://signalr.example/client/?hub=runs"), "token"));
        }
    }
}

/// <summary>Tokens whose claims can be read: TYPE=VALUE, separated by semicolons. What the real scheme proves is not for these tests.</summary>
internal sealed class ReadableTokens(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Person = "tid=acme;oid=ada;scp=access_as_user";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string text = Request.Headers.Authorization.ToString();
        string[][] pairs = [.. text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..].Split(';').Select(pair => pair.Split('='))];
        return Task.FromResult(pairs.All(pair => pair.Length == 2)
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(pairs.Select(pair => new Claim(pair[0], pair[1])), Scheme.Name)), Scheme.Name))
            : AuthenticateResult.NoResult());
    }
}
