using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>ComfyUI's own HTTP and WebSocket API over the runs, artifacts, uploads, queue and node catalog of the caller's workspace.</summary>
/// <remarks>For clients that exist. What is served and where it differs from ComfyUI is told in <c>docs/comfyui-api.md</c>.</remarks>
internal static class ComfyApi
{
    public static void AddTo(IServiceCollection services)
    {
        services.TryAddSingleton<IFileNames, UploadedFileNames>();
        services.TryAddSingleton<PromptErrors>();
        services.TryAddSingleton<PromptRecords>();
        services.TryAddSingleton<ComfySockets>();
        services.TryAddSingleton<ViewFinder>();
    }

    /// <summary>Maps every route at the root and under <c>/api</c>, as ComfyUI does.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (string prefix in (string[])["", "/api"])
        {
            RouteGroupBuilder routes = app.MapGroup(prefix);
            routes.WithMetadata(WorkspaceScoped.Instance, ComfyRoute.Instance);
            routes.ExcludeFromDescription();
            PromptEndpoints.Map(routes);
            ComfyQueueEndpoints.Map(routes);
            HistoryEndpoints.Map(routes);
            ObjectInfoEndpoints.Map(routes);
            ModelEndpoints.Map(routes);
            SystemEndpoints.Map(routes);
            ViewEndpoint.Map(routes);
            ComfyUploadEndpoints.Map(routes);
            ComfySocketEndpoint.Map(routes);
        }
    }
}

/// <summary>Marks a route of ComfyUI's API: it is described in the guide, not in the OpenAPI document.</summary>
internal sealed class ComfyRoute
{
    public static ComfyRoute Instance { get; } = new();
}
