using System.Text;
using System.Text.Json;

namespace Vortex.Workflows.Tests.Comfy;

/// <summary>Short ways to import and to look at what came out.</summary>
internal static class Imported
{
    public static NodeCatalog Catalog { get; } = CoreCatalog.Load();

    public static ComfyImport From(string json, WorkflowLimits? limits = null) =>
        ComfyImporter.Import(Encoding.UTF8.GetBytes(json), Catalog, limits);

    /// <summary>Imports a graph of the editor's format from its nodes and links.</summary>
    public static ComfyImport Graph(string nodes, string links = "", string more = "") =>
        From($$"""{"last_node_id": 99, "nodes": [{{nodes}}], "links": [{{links}}], "version": 0.4{{(more.Length > 0 ? ", " + more : "")}}}""");

    public static WorkflowNode Node(this ComfyImport import, string id) => import.Document.Nodes.Single(node => node.Id.Value == id);

    public static WorkflowNode Node(this WorkflowSubgraph graph, string id) => graph.Nodes.Single(node => node.Id.Value == id);

    /// <summary>The constants as one line of JSON, in the order of their names.</summary>
    public static string Values(this WorkflowNode node) =>
        string.Join(", ", node.Inputs.Select(input => $"{input.Key}: {input.Value.GetRawText()}"));

    /// <summary>The edges as <c>1.IMAGE > 2.images</c>, in document order.</summary>
    public static string[] Edges(this ComfyImport import) => Lines(import.Document.Edges);

    public static string[] Edges(this WorkflowSubgraph graph) => Lines(graph.Edges);

    public static string[] Codes(this ComfyImport import) =>
        [.. import.Report.Items.Select(item => item.Code).Where(code => code != ImportCodes.NotExecutable).Distinct()];

    public static JsonElement Api(this ComfyImport import)
    {
        using JsonDocument json = JsonDocument.Parse(ComfyExporter.ToApi(import.Document, Catalog).Json);
        return json.RootElement.Clone();
    }

    private static string[] Lines(IEnumerable<WorkflowEdge> edges) =>
        [.. edges.Select(edge => $"{edge.From.Node}.{edge.From.Port} > {edge.To.Node}.{edge.To.Port}")];
}
