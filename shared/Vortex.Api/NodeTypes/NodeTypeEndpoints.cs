using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>A node type with the request it answers.</summary>
internal sealed record NodeTypeAnswer(NodeType NodeType, string RequestId);

/// <summary>The node catalog: what workflows can be made of.</summary>
internal static class NodeTypeEndpoints
{
    private const string Tag = "Node types";
    private const string List = "node-types";
    private static readonly ConditionalWeakTable<NodeCatalog, string> Tags = [];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/node-types", ListAsync).Describe(new Operation("listNodeTypes", Tag, "Lists node types by name")
        {
            Description = "All of them unless a limit is given. The ETag changes only with the catalog: revalidate with If-None-Match.",
            Parameters =
            [
                Parameter.Query("q", "Only types whose name, title, category or help contains this."),
                Parameter.Query("category", "Only types of this menu path or below it."),
                Parameter.Query("pack", "Only types of this pack."),
                Parameter.Query("executable", "Only types a runner of this build can execute, or only the others.", ParameterKind.Boolean),
                Parameter.Query("output", "Only types that save or show something, or only the others.", ParameterKind.Boolean),
                Parameter.Cursor,
                Parameter.Query("limit", "The most entries, 1 to 10000; all when absent.", ParameterKind.Integer),
                Parameter.Header("If-None-Match", "The ETag of a copy already held."),
            ],
            Answers = [new(200, typeof(ListAnswer<NodeType>), "A part of the list.") { Example = Examples.NodeTypes }, new(304, null, "The copy already held is current.")],
            Errors = [ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidCursor],
        });
        api.MapGet("/node-types/{name}", GetAsync).Describe(new Operation("getNodeType", Tag, "Reads one node type")
        {
            Parameters = [Parameter.Header("If-None-Match", "The ETag of a copy already held.")],
            Answers = [new(200, typeof(NodeTypeAnswer), "The node type."), new(304, null, "The copy already held is current.")],
            Errors = [ApiErrorCodes.NodeTypeNotFound],
        });
    }

    private static IResult ListAsync(HttpContext context, Func<WorkspaceId, NodeCatalog> catalogOf)
    {
        NodeCatalog catalog = catalogOf(context.Workspace());
        Query query = new(context);
        string? text = query.Text("q");
        string? category = query.Text("category");
        string? pack = query.Text("pack");
        bool? executable = query.Flag("executable");
        bool? output = query.Flag("output");
        string? after = query.Cursor(List);
        int limit = query.Int("limit", 10_000, 1, 10_000);
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        if (IsKnown(context, catalog))
        {
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        ImmutableArray<NodeType> found =
        [
            .. catalog.Types
                .Where(type => after is null || string.CompareOrdinal(type.Name, after) > 0)
                .Where(type => Mentions(type, text) && IsUnder(type, category))
                .Where(type => pack is null || string.Equals(type.Pack, pack, StringComparison.Ordinal))
                .Where(type => executable is null || type.IsExecutable == executable)
                .Where(type => output is null || type.IsOutput == output)
                .Take(limit + 1),
        ];
        bool more = found.Length > limit;
        found = more ? found[..limit] : found;
        return Answer.Json(new ListAnswer<NodeType>(found, Cursors.Wrap(List, more ? found[^1].Name : null), context.RequestId()));
    }

    private static IResult GetAsync(HttpContext context, Func<WorkspaceId, NodeCatalog> catalogOf)
    {
        NodeCatalog catalog = catalogOf(context.Workspace());
        string name = context.Route("name");
        return catalog.Find(name) is not { } type
            ? Answer.Error(new ApiError(ApiErrorCodes.NodeTypeNotFound).With("name", ApiError.Shorten(name)))
            : IsKnown(context, catalog)
                ? Results.StatusCode(StatusCodes.Status304NotModified)
                : Answer.Json(new NodeTypeAnswer(type, context.RequestId()));
    }

    private static bool IsKnown(HttpContext context, NodeCatalog catalog)
    {
        EntityTagHeaderValue tag = new($"\"{Tags.GetValue(catalog, Hash)}\"", isWeak: true);
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = "private, no-cache";
        return ETags.Matches(context.Request.Headers.IfNoneMatch, tag);
    }

    // Weak, since the body also carries the request id.
    private static string Hash(NodeCatalog catalog) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(catalog.Types, RunsJson.Options)))[..32];

    private static bool Mentions(NodeType type, string? text) =>
        string.IsNullOrEmpty(text)
        || type.Name.Contains(text, StringComparison.OrdinalIgnoreCase)
        || type.DisplayName.Contains(text, StringComparison.OrdinalIgnoreCase)
        || type.Category.Contains(text, StringComparison.OrdinalIgnoreCase)
        || (type.Description?.Contains(text, StringComparison.OrdinalIgnoreCase) ?? false);

    private static bool IsUnder(NodeType type, string? category) =>
        string.IsNullOrEmpty(category)
        || type.Category.Equals(category, StringComparison.OrdinalIgnoreCase)
        || type.Category.StartsWith(category + "/", StringComparison.OrdinalIgnoreCase);
}
