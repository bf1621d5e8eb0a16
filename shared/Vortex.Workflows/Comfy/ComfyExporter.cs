using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vortex.Workflows.Comfy;

namespace Vortex.Workflows;

/// <summary>Writes workflows in the formats of ComfyUI: what its server takes, and what its editor saves.</summary>
/// <remarks>
/// Subgraphs are written out with ids like <c>outer:inner</c>, loops with one copy per pass; muted nodes are left out and bypassed ones
/// replaced by what they pass on. For a workflow that was imported from the API format, nodes and inputs are those of the file.
/// </remarks>
public static class ComfyExporter
{
    /// <summary>The code for a workflow that would become too large, or that nests without end.</summary>
    public const string TooLarge = "export.too_large";

    /// <summary>The code for an instance of a subgraph that is not in the document.</summary>
    public const string MissingSubgraph = "export.missing_subgraph";

    /// <summary>The code for a node of unknown type whose values the file kept without names.</summary>
    public const string UnnamedValues = "export.unnamed_values";

    /// <summary>The code for an edge whose far end does not exist.</summary>
    public const string EdgeNowhere = "export.edge_nowhere";

    /// <summary>The code for a loop, which ComfyUI's editor cannot show.</summary>
    public const string Loop = "export.loop";

    /// <summary>The code for workflow inputs whose names are lost.</summary>
    public const string InputsDropped = "export.inputs_dropped";

    /// <summary>Exports a workflow as ComfyUI's editor saves it, places and subgraphs included. Problems never throw.</summary>
    /// <param name="document">The workflow; it need not be valid.</param>
    /// <param name="catalog">The known node types.</param>
    /// <param name="limits">Bounds on the result; null for <see cref="WorkflowLimits.Default"/>.</param>
    /// <remarks>Ids that are no numbers become numbers. Loops cannot be shown there: they are errors, and the result is an empty object.</remarks>
    public static ComfyExport ToUi(WorkflowDocument document, NodeCatalog catalog, WorkflowLimits? limits = null) =>
        new UiExport(document, catalog, limits ?? WorkflowLimits.Default).Write();

    /// <summary>Exports a workflow. Problems never throw: what can be written is.</summary>
    /// <param name="document">The workflow; it need not be valid.</param>
    /// <param name="catalog">The known node types.</param>
    /// <param name="limits">Bounds on the result; null for <see cref="WorkflowLimits.Default"/>.</param>
    public static ComfyExport ToApi(WorkflowDocument document, NodeCatalog catalog, WorkflowLimits? limits = null) =>
        new Writer(document, catalog, limits ?? WorkflowLimits.Default).Write();

    private sealed class Writer(WorkflowDocument document, NodeCatalog catalog, WorkflowLimits limits)
    {
        private static readonly JsonWriterOptions s_options =
            new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 4_096 };

        private readonly Dictionary<string, IndexedGraph> _graphs = new(StringComparer.Ordinal);
        private readonly ExportSources _sources = new(document, catalog);
        private readonly List<WorkflowProblem> _problems = [];
        private int _nodes;
        private long _values;

        public ComfyExport Write()
        {
            ExportScope top = new(new IndexedGraph(document.Nodes, document.Edges), "");
            List<ExportScope> scopes = [];
            if (!Open(top, scopes, 0))
            {
                return new ComfyExport("{}"u8.ToArray(), [.. _problems]);
            }

            using MemoryStream stream = new();
            using (Utf8JsonWriter writer = new(stream, s_options))
            {
                writer.WriteStartObject();
                foreach (ExportScope scope in scopes)
                {
                    foreach (WorkflowNode node in scope.Graph.Nodes.Where(node => node.Mode == NodeMode.Active && node.SubgraphId is null))
                    {
                        WriteNode(writer, scope, node);
                        if (stream.Length + writer.BytesPending > limits.MaxBytes)
                        {
                            Problem(TooLarge, $"Written out, the workflow has more than {limits.MaxBytes} bytes.", null);
                            return new ComfyExport("{}"u8.ToArray(), [.. _problems]);
                        }
                    }
                }

                writer.WriteEndObject();
            }

            return new ComfyExport(stream.ToArray(), [.. _problems]);
        }

        private void Problem(string code, string message, NodeId? node, ProblemSeverity severity = ProblemSeverity.Error, string? port = null)
        {
            if (_problems.Count < limits.MaxProblems)
            {
                _problems.Add(new WorkflowProblem(code, message) { Node = node, Port = port, Severity = severity });
            }
        }

        /// <summary>Opens the instances of a graph, and theirs. False when a limit was reached.</summary>
        private bool Open(ExportScope scope, List<ExportScope> scopes, int depth)
        {
            scopes.Add(scope);
            _nodes += scope.Graph.Nodes.Count;
            _values += scope.Graph.Values;
            if (_nodes > limits.MaxNodes || scopes.Count > limits.MaxNodes || _values > limits.MaxEdges * 4L)
            {
                Problem(TooLarge, $"Written out, the workflow has more than {limits.MaxNodes} nodes or {limits.MaxEdges * 4L} inputs.", null);
                return false;
            }

            foreach (WorkflowNode instance in scope.Graph.Nodes.Where(node => node is { Mode: NodeMode.Active, SubgraphId: not null }))
            {
                NodeId place = new(scope.Prefix + instance.Id.Value);
                if (!document.Subgraphs.TryGetValue(instance.SubgraphId!, out WorkflowSubgraph? subgraph))
                {
                    Problem(MissingSubgraph, $"The subgraph '{instance.SubgraphId}' is not in the document.", place);
                    continue;
                }

                if (depth >= limits.MaxSubgraphDepth)
                {
                    Problem(TooLarge, $"The subgraphs nest deeper than {limits.MaxSubgraphDepth}; perhaps one contains itself.", place);
                    return false;
                }

                if (!_graphs.TryGetValue(instance.SubgraphId!, out IndexedGraph? graph))
                {
                    _graphs[instance.SubgraphId!] = graph = new IndexedGraph(subgraph.Nodes, subgraph.Edges);
                }

                int passes = Math.Clamp(instance.Repeat?.Count ?? 1, 1, limits.MaxRepeat);
                ExportScope[] inner = new ExportScope[passes];
                scope.Inner[instance.Id] = inner;
                for (int pass = 0; pass < passes; pass++)
                {
                    string mark = instance.Repeat is null ? "" : $"[{pass.ToString(CultureInfo.InvariantCulture)}]";
                    inner[pass] = new ExportScope(graph, $"{place.Value}{mark}:") { Outer = scope, Instance = instance, Pass = pass };
                    if (!Open(inner[pass], scopes, depth + 1))
                    {
                        return false;
                    }
                }
            }

            return true;
        }

        private void WriteNode(Utf8JsonWriter writer, ExportScope scope, WorkflowNode node)
        {
            string id = scope.Prefix + node.Id.Value;
            NodeType? type = catalog.Find(node.Type);
            writer.WriteStartObject(id);
            writer.WriteStartObject("inputs");
            foreach ((string input, JsonElement? value, ExportSource link) in Inputs(scope, node, type))
            {
                writer.WritePropertyName(input);
                if (value is { } constant)
                {
                    WriteValue(writer, constant);
                }
                else
                {
                    writer.WriteStartArray();
                    writer.WriteStringValue(link.Node);
                    writer.WriteNumberValue(link.Slot);
                    writer.WriteEndArray();
                }
            }

            foreach (JsonProperty extra in ComfyMeta.ReadExtraInputs(node))
            {
                extra.WriteTo(writer);
            }

            writer.WriteEndObject();
            writer.WriteString("class_type", node.Type);
            writer.WriteStartObject("_meta");
            writer.WriteString("title", node.Ui.Title ?? type?.DisplayName ?? node.Type);
            writer.WriteEndObject();
            writer.WriteEndObject();
            if (type is null && node.Inputs.IsEmpty && node.Meta?.Object(ComfyMeta.Member)?.Member("widgets_values") is not null)
            {
                Problem(
                    UnnamedValues, $"The values of '{node.Type}' have no names and are left out; install its pack and import again.", new NodeId(id), ProblemSeverity.Warning);
            }
        }

        private IEnumerable<(string Input, JsonElement? Value, ExportSource Link)> Inputs(ExportScope scope, WorkflowNode node, NodeType? type)
        {
            SortedDictionary<string, (JsonElement? Value, ExportSource Link)> inputs = new(StringComparer.Ordinal);
            foreach ((string input, JsonElement value) in node.Inputs)
            {
                inputs[input] = (value, default);
            }

            foreach (PortRef to in scope.Graph.Inputs.GetValueOrDefault(node.Id) ?? [])
            {
                ExportSource source = _sources.Resolve(scope, scope.Graph.From[to]);
                if (source.IsRemoved)
                {
                    inputs.Remove(to.Port);
                }
                else if (source.Node is not null || source.Value is not null)
                {
                    inputs[to.Port] = (source.Value, source);
                }
                else if (!inputs.ContainsKey(to.Port) && type?.FindInput(to.Port) is { IsRequired: true, Default: null })
                {
                    Problem(EdgeNowhere, $"Nothing feeds the input '{to.Port}'.", new NodeId(scope.Prefix + node.Id.Value), ProblemSeverity.Warning, to.Port);
                }
            }

            // In the order of the type, so that two exports of one workflow read alike.
            return inputs
                .OrderBy(input => type is null ? 0 : IndexOf(type, input.Key))
                .Select(input => (input.Key, input.Value.Value, input.Value.Link));
        }

        private static int IndexOf(NodeType type, string input)
        {
            for (int i = 0; i < type.Inputs.Length; i++)
            {
                if (string.Equals(type.Inputs[i].Name, input, StringComparison.Ordinal))
                {
                    return i;
                }
            }

            return int.MaxValue;
        }

        private static void WriteValue(Utf8JsonWriter writer, JsonElement value)
        {
            // A bare list would read as a link.
            if (value.ValueKind == JsonValueKind.Array)
            {
                writer.WriteStartObject();
                writer.WritePropertyName(ApiImport.ValueMember);
                value.WriteTo(writer);
                writer.WriteEndObject();
                return;
            }

            value.WriteTo(writer);
        }
    }
}
