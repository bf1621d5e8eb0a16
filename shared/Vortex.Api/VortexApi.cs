using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Adds the HTTP API to a host.</summary>
public static class VortexApi
{

    private static readonly Type[] Needed =
    [
        typeof(IRunStore), typeof(IWorkflowStore), typeof(IArtifactStore), typeof(IFileStore), typeof(IHookStore), typeof(ILaneControl), typeof(IRunnerBoard),
        typeof(Func<WorkspaceId, NodeCatalog>), typeof(RunService),
    ];

    /// <summary>Adds the API's services. Its options are checked when the host starts.</summary>
    /// <remarks>
    /// The host also registers the ports (<see cref="IRunStore"/>, <see cref="IWorkflowStore"/>, <see cref="IArtifactStore"/>,
    /// <see cref="IFileStore"/>, <see cref="IHookStore"/>, <see cref="ILaneControl"/>, <see cref="IRunnerBoard"/>), a <see cref="NodeCatalog"/>, and runs
    /// (<see cref="RunsServiceCollectionExtensions.AddVortexRuns"/>). Without an
    /// <see cref="ICallerResolver"/> of its own everybody is the one local user.
    /// </remarks>
    public static IServiceCollection AddVortexApi(this IServiceCollection services, Action<VortexApiOptions>? configure = null)
    {
        services.AddOptions<VortexApiOptions>()
            .BindConfiguration(VortexApiOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IdSource>();
        services.TryAddSingleton<ICallerResolver, LocalCallerResolver>();
        services.TryAddSingleton<RequestLimiter>();
        services.TryAddSingleton<RunSubscriptions>();
        services.TryAddSingleton<RunRequestReader>();
        services.TryAddSingleton<WorkflowDesk>();
        services.TryAddSingleton<WorkflowShelf>();
        services.TryAddSingleton<HookSecrets>();
        services.TryAddSingleton<HookProof>();
        services.TryAddSingleton<HookDesk>();
        services.TryAddSingleton<HookDelivery>();
        services.TryAddSingleton<StartPage>();
        services.TryAddSingleton(provider => new SmallPictures(provider.GetRequiredService<IArtifactStore>(), provider.GetService<IPictureEditor>()));
        services.AddRouting();
        ComfyApi.AddTo(services);
        services.AddHealthChecks();
        services.AddCors();
        // Only what is the same for everybody is compressed: of an answer with something secret in it, the length would tell.
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/javascript", "text/css", "image/svg+xml"];
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.AddSignalR(options => options.EnableDetailedErrors = false)
            .AddJsonProtocol(options => options.PayloadSerializerOptions = RunsJson.Options);
        services.AddOptions<Microsoft.AspNetCore.SignalR.HubOptions<RunEventsHub>>()
            .Configure<IOptions<VortexApiOptions>>((hub, api) => hub.KeepAliveInterval = api.Value.KeepAlive);

        // The OpenAPI document takes its names from here; the endpoints themselves always write by RunsJson.
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        });
        services.AddOpenApi("v1", options =>
        {
            options.AddDocumentTransformer<DocumentTransformer>();
            options.AddOperationTransformer<OperationTransformer>();
            options.AddSchemaTransformer<SchemaTransformer>();
        });
        return services;
    }

    /// <summary>Maps the API, its hub and its pages, and puts its guard around every request of the host.</summary>
    /// <remarks>Call it before any middleware of the host that answers requests by itself: what stands before it is not guarded.</remarks>
    /// <exception cref="InvalidOperationException">The host lacks a port.</exception>
    public static WebApplication MapVortexApi(this WebApplication app)
    {
        Guard(app, app.Services);
        MapEndpoints(app);
        return app;
    }

    /// <summary>Builds the API as one function from request to answer, for a host that routes requests by means of its own and hands them over.</summary>
    /// <remarks>
    /// What the host has found out about the request's route is put aside: the API routes by the path alone. A host that cannot hold
    /// connections open registers an <see cref="IRealtimeGate"/>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The host lacks a port.</exception>
    public static RequestDelegate BuildVortexApi(IServiceProvider services)
    {
        ApplicationBuilder app = new(services);
        app.Use(next => context =>
        {
            context.SetEndpoint(null);
            context.Request.RouteValues.Clear();
            return next(context);
        });
        app.UseRouting();
        Guard(app, services);
        app.UseEndpoints(MapEndpoints);
        return app.Build();
    }

    private static void Guard(IApplicationBuilder app, IServiceProvider services)
    {
        IServiceProviderIsService known = services.GetRequiredService<IServiceProviderIsService>();
        if (Needed.FirstOrDefault(type => !known.IsService(type)) is { } missing)
        {
            throw new InvalidOperationException($"The API needs a {missing.Name}: register one before mapping it.");
        }

        VortexApiOptions options = services.GetRequiredService<IOptions<VortexApiOptions>>().Value;
        app.UseMiddleware<ApiPipeline>();
        app.UseCors(policy => policy
            .WithOrigins([.. options.AllowedOrigins])
            .AllowAnyMethod()
            .AllowAnyHeader()
            .WithExposedHeaders(RequestIds.Header, "ETag", "Location", "Retry-After", "Content-Range")
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10)));
        app.UseResponseCompression();
        app.UseWebSockets();
    }

    private static void MapEndpoints(IEndpointRouteBuilder app)
    {
        RouteGroupBuilder api = app.MapGroup("/v1").WithMetadata(WorkspaceScoped.Instance);
        RunEndpoints.Map(api);
        RunDefinitionEndpoint.Map(api);
        QueueEndpoints.Map(api);
        RunnerEndpoints.Map(api);
        ModelListEndpoint.Map(api);
        WorkflowEndpoints.Map(api);
        ConversionEndpoints.Map(api);
        DiffEndpoints.Map(api);
        ArtifactEndpoints.Map(api);
        UploadEndpoints.Map(api);
        NodeTypeEndpoints.Map(api);
        HookEndpoints.Map(api);
        HookEndpoints.MapDelivery(app);
        WebSocketEndpoint.Map(api);
        if (app.ServiceProvider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(IRealtimeGate)))
        {
            RealtimeGateEndpoint.Map(api);
        }
        else
        {
            app.MapHub<RunEventsHub>("/v1/hub").WithMetadata(WorkspaceScoped.Instance);
        }

        ComfyApi.Map(app);
        HealthEndpoints.Map(app);
        app.MapOpenApi("/openapi/{documentName}.json");
        PageEndpoints.Map(app);
    }
}
