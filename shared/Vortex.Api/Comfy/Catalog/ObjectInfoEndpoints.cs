using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary><c>/object_info</c>: the node types this host executes. Those known only by their interface are not offered, since a prompt with them is refused.</summary>
internal static class ObjectInfoEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/object_info", ListAsync);
        routes.MapGet("/object_info/{name}", GetAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, Func<WorkspaceId, NodeCatalog> catalogOf, IFileNames names) =>
        Answer.Json(await DescribeAsync(context, catalogOf(context.Workspace()).Types.Where(type => type.IsExecutable), names));

    private static async Task<IResult> GetAsync(HttpContext context, Func<WorkspaceId, NodeCatalog> catalogOf, IFileNames names)
    {
        // Clients probe for types of their own; ComfyUI answers those with an empty object.
        NodeType? type = catalogOf(context.Workspace()).Find(context.Route("name"));
        return Answer.Json(await DescribeAsync(context, type is { IsExecutable: true } ? [type] : [], names));
    }

    private static async Task<JsonObject> DescribeAsync(HttpContext context, IEnumerable<NodeType> types, IFileNames names)
    {
        NodeType[] all = [.. types];
        // Each folder is listed once, whatever number of types load from it.
        Dictionary<string, IReadOnlyList<string>> known = new(StringComparer.Ordinal);
        IReadOnlyList<string>? files = null;
        foreach (NodeInput input in all.SelectMany(type => type.Inputs))
        {
            if (input.Type == PortType.ModelRef && !known.ContainsKey(input.ModelFolder ?? ""))
            {
                known[input.ModelFolder ?? ""] = await names.ListAsync(context.Workspace(), input.ModelFolder ?? "", context.RequestAborted);
            }
            else if (input.Type == PortType.File)
            {
                files ??= await names.ListAsync(context.Workspace(), null, context.RequestAborted);
            }
        }

        ObjectInfo info = new(folder => folder is null ? files ?? [] : known.GetValueOrDefault(folder, []));
        JsonObject described = [];
        foreach (NodeType type in all)
        {
            described[type.Name] = info.Of(type);
        }

        return described;
    }
}
