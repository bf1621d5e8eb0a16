using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>A model that workflows may name.</summary>
/// <param name="Folder">The model folder, such as <c>checkpoints</c>.</param>
/// <param name="Name">The name in it, slashes between folders.</param>
internal sealed record ModelView(string Folder, string Name)
{
    /// <summary>Gets the size in bytes; absent where the host does not know it.</summary>
    public long? Size { get; init; }

    /// <summary>Gets the SHA-256 of the content; absent until a run, or <c>vortex models verify</c>, has read the file.</summary>
    public string? Digest { get; init; }
}

/// <summary>A part of the list of models.</summary>
/// <param name="Items">The models, by folder and name.</param>
/// <param name="Folders">All model folders there are, also those without models.</param>
/// <param name="NextCursor">Give it back as <c>cursor</c> for the next part; null at the end.</param>
/// <param name="RequestId">The request's id.</param>
internal sealed record ModelsAnswer(
    ImmutableArray<ModelView> Items,
    ImmutableArray<string> Folders,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? NextCursor,
    string RequestId);

/// <summary><c>/v1/models</c>: names, sizes and digests of model files, never their paths.</summary>
internal static class ModelListEndpoint
{
    private const string List = "models";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/models", ListAsync).Describe(new Operation("listModels", "Models", "Lists the models that workflows may name")
        {
            Parameters = [Parameter.Query("folder", "Only those of this model folder."), Parameter.Query("q", "Only those whose name holds this text; capitals mean nothing."), Parameter.Cursor, Parameter.Limit],
            Answers = [new(200, typeof(ModelsAnswer), "A part of the list, by folder and name.") { Example = Examples.Models }],
            Errors = [ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidCursor],
        });

    private static async Task<IResult> ListAsync(HttpContext context, IFileNames names)
    {
        Query query = new(context);
        string? folder = query.Text("folder");
        string? text = query.Text("q");
        string? cursor = query.Cursor(List);
        int limit = query.Int("limit", 50, 1, 200);
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        IReadOnlyList<string> folders = await names.FoldersAsync(context.Workspace(), context.RequestAborted);
        (string Folder, string Name)? behind = cursor?.Split('\n', 2) is [{ } place, { } last] ? (place, last) : null;
        List<ModelListing> found = [];
        foreach (string one in folders.Where(one => folder is null || one == folder).Order(StringComparer.Ordinal))
        {
            if (found.Count > limit)
            {
                break;
            }

            if (behind is { } skipped && string.CompareOrdinal(one, skipped.Folder) < 0)
            {
                continue;
            }

            found.AddRange((await names.ModelsAsync(context.Workspace(), one, context.RequestAborted))
                .Where(model => text is null || model.Name.Contains(text, StringComparison.OrdinalIgnoreCase))
                .Where(model => behind is not { } from || model.Folder != from.Folder || string.CompareOrdinal(model.Name, from.Name) > 0)
                .OrderBy(model => model.Name, StringComparer.Ordinal));
        }

        ImmutableArray<ModelView> items = [.. found.Take(limit).Select(model => new ModelView(model.Folder, model.Name) { Size = model.Size, Digest = model.Digest?.Value })];
        string? next = found.Count > limit ? $"{items[^1].Folder}\n{items[^1].Name}" : null;
        return Answer.Json(new ModelsAnswer(items, [.. folders.Order(StringComparer.Ordinal)], Cursors.Wrap(List, next), context.RequestId()));
    }
}
