using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary><c>/models</c>, <c>/experiment/models</c> and <c>/embeddings</c>: names of model files, never their paths.</summary>
internal static class ModelEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/models", async (HttpContext context, IFileNames names) => Answer.Json(Texts(await names.FoldersAsync(context.Workspace(), context.RequestAborted))));
        routes.MapGet("/models/{folder}", (HttpContext context, IFileNames names) => FolderAsync(context, names, name => name));
        routes.MapGet("/experiment/models", async (HttpContext context, IFileNames names) =>
            Answer.Json(new JsonArray([.. (await names.FoldersAsync(context.Workspace(), context.RequestAborted)).Select(name => new JsonObject { ["name"] = name, ["folders"] = new JsonArray() })])));
        routes.MapGet("/experiment/models/{folder}", (HttpContext context, IFileNames names) => FolderAsync(context, names, name => new JsonObject { ["name"] = name, ["pathIndex"] = 0 }));
        routes.MapGet("/embeddings", EmbeddingsAsync);
    }

    private static async Task<IResult> FolderAsync(HttpContext context, IFileNames names, Func<string, JsonNode> write)
    {
        string folder = context.Route("folder");
        IReadOnlyList<string> folders = await names.FoldersAsync(context.Workspace(), context.RequestAborted);
        return folders.Contains(folder, StringComparer.Ordinal)
            ? Answer.Json(new JsonArray([.. (await names.ListAsync(context.Workspace(), folder, context.RequestAborted)).Select(write)]))
            : ComfyAnswer.Error(new ApiError(ApiErrorCodes.RouteNotFound).With("path", ApiError.Shorten(context.Request.Path)), context);
    }

    private static async Task<IResult> EmbeddingsAsync(HttpContext context, IFileNames names) =>
        Answer.Json(Texts((await names.ListAsync(context.Workspace(), "embeddings", context.RequestAborted)).Select(name => Path.ChangeExtension(name, null))));

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
