using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Imports the editor's format: graphs with widgets, links and subgraph definitions.</summary>
internal sealed class UiImport
{
    private const double NewestVersion = 1;
    private readonly NodeCatalog _catalog;
    private readonly WorkflowLimits _limits;
    private readonly ReportBuilder _report;
    private readonly WidgetMatcher _matcher;
    private readonly PromotedWidgets _promoted;
    private readonly Dictionary<UiDefinition, GraphDraft> _insides = [];
    private readonly Dictionary<UiGraph, SourceResolver> _sources = [];

    private UiImport(NodeCatalog catalog, WorkflowLimits limits, ReportBuilder report)
    {
        _catalog = catalog;
        _limits = limits;
        _report = report;
        _matcher = new WidgetMatcher(catalog);
        _promoted = new PromotedWidgets(catalog, _matcher, limits);
    }

    /// <summary>Says whether a JSON value is of the editor's format.</summary>
    public static bool Recognizes(JsonElement root) => root.Member("nodes") is { ValueKind: JsonValueKind.Array };

    public static WorkflowDocument Read(JsonElement root, NodeCatalog catalog, WorkflowLimits limits, ReportBuilder report) =>
        new UiImport(catalog, limits, report).Read(root);

    private WorkflowDocument Read(JsonElement root)
    {
        double? version = root.Member("version")?.Number();
        string number = version is { } known ? " " + known.ToString(CultureInfo.InvariantCulture) : "";
        _report.Format = $"comfyui-ui{number}";
        if (version > NewestVersion)
        {
            _report.Warn(ImportCodes.NewerVersion, $"The file says it is of format version{number}; versions up to 1 are known.");
        }

        Dictionary<string, UiDefinition> byType = UiDefinitions.Find(root, _report, _limits);
        UiGraphReader reader = new(_report, _limits, byType);
        UiGraph top = reader.Read(root);
        ImmutableArray<UiDefinition> definitions = [.. byType.Values.Distinct()];
        foreach (UiDefinition definition in definitions)
        {
            UiDefinitions.Read(definition, reader);
        }

        if (reader.IsFull)
        {
            return new WorkflowDocument();
        }

        AssignPaths(top);
        ReportCycles(definitions);
        return Compose(root, top, definitions);
    }

    /// <summary>Names each graph by the first way that leads to it, so that reports can point at nodes inside.</summary>
    private static void AssignPaths(UiGraph top)
    {
        HashSet<UiGraph> seen = [top];
        Queue<UiGraph> open = new([top]);
        while (open.TryDequeue(out UiGraph? graph))
        {
            foreach (UiNode instance in graph.Nodes.Where(node => node.Kind == UiNodeKind.Instance))
            {
                UiGraph inside = instance.Definition!.Graph;
                if (seen.Add(inside))
                {
                    // A chain of thousands must not make names of quadratic length.
                    inside.Path = graph.Path.Length < 1_024 ? $"{graph.Path}{instance.Id.Value}:" : graph.Path;
                    open.Enqueue(inside);
                }
            }
        }
    }

    private void ReportCycles(ImmutableArray<UiDefinition> definitions)
    {
        Dictionary<UiDefinition, int> open = definitions.ToDictionary(definition => definition, Contained);
        ILookup<UiDefinition, UiDefinition> containers = definitions
            .SelectMany(outer => outer.Graph.Nodes.Where(node => node.Definition is not null).Select(node => (Inner: node.Definition!, Outer: outer)))
            .ToLookup(pair => pair.Inner, pair => pair.Outer);
        Queue<UiDefinition> free = new(definitions.Where(definition => open[definition] == 0));
        while (free.TryDequeue(out UiDefinition? definition))
        {
            open.Remove(definition);
            foreach (UiDefinition outer in containers[definition])
            {
                if (open.TryGetValue(outer, out int left))
                {
                    open[outer] = left - 1;
                    if (left == 1)
                    {
                        free.Enqueue(outer);
                    }
                }
            }
        }

        foreach (UiDefinition definition in definitions.Where(open.ContainsKey))
        {
            _report.Error(ImportCodes.SubgraphCycle, $"The subgraph '{ReportBuilder.Short(definition.Name)}' contains itself, directly or through others.");
        }

        static int Contained(UiDefinition definition) => definition.Graph.Nodes.Count(node => node.Definition is not null);
    }

    private WorkflowDocument Compose(JsonElement root, UiGraph top, ImmutableArray<UiDefinition> definitions)
    {
        _sources[top] = new SourceResolver(top, null, _report);
        foreach (UiDefinition definition in definitions)
        {
            SourceResolver sources = new(definition.Graph, definition, _report);
            _sources[definition.Graph] = sources;
            _promoted.Know(definition, sources);
        }

        ImmutableArray<UiGraph> graphs = [top, .. definitions.Select(definition => definition.Graph)];
        AddPorts(graphs, definitions);

        GraphBuilder builder = new(_catalog, _limits, _report, _matcher);
        GraphDraft main = builder.Build(top, null, _sources[top]);
        foreach (UiDefinition definition in definitions)
        {
            _insides[definition] = builder.Build(definition.Graph, definition, _sources[definition.Graph]);
        }

        FillInstances(top, main, definitions, out InstanceValues values);
        return new WorkflowDocument
        {
            Nodes = [.. main.Nodes.Select(node => node.Build())],
            Edges = main.Edges,
            Ui = main.Ui,
            Meta = MetaOf(root),
            Subgraphs = definitions.ToImmutableSortedDictionary(
                definition => definition.Id, definition => Subgraph(definition, values), StringComparer.Ordinal),
        };
    }

    private void AddPorts(ImmutableArray<UiGraph> graphs, ImmutableArray<UiDefinition> definitions)
    {
        foreach (UiDefinition definition in definitions.Where(definition => definition.IsGroupNode))
        {
            _promoted.AddGroupPorts(definition);
        }

        foreach (UiGraph graph in graphs)
        {
            foreach (UiNode instance in graph.Nodes.Where(node => node.Kind == UiNodeKind.Instance))
            {
                _promoted.AddPorts(instance.Definition!, instance);
                if (instance.Definition!.IsGroupNode)
                {
                    _report.Inform(
                        ImportCodes.GroupNodeConverted, $"The group node '{ReportBuilder.Short(instance.Definition.Name)}' is a subgraph now.", graph.Place(instance));
                }
            }
        }
    }

    private void FillInstances(UiGraph top, GraphDraft main, ImmutableArray<UiDefinition> definitions, out InstanceValues values)
    {
        ImmutableArray<(UiNode Node, NodeDraft Draft)> instances =
        [
            .. Instances(top, main),
            .. definitions.SelectMany(definition => Instances(definition.Graph, _insides[definition])),
        ];
        values = new InstanceValues(_insides, _promoted, _report, _limits);
        foreach ((UiNode node, NodeDraft draft) in instances)
        {
            values.SetOwn(node, draft);
        }

        foreach ((UiNode node, NodeDraft draft) in instances)
        {
            values.SetInner(node, draft);
        }
    }

    private static IEnumerable<(UiNode Node, NodeDraft Draft)> Instances(UiGraph graph, GraphDraft draft) =>
        graph.Nodes.Where(node => node.Kind == UiNodeKind.Instance).Select(node => (node, draft.ById[node.Id]));

    private WorkflowSubgraph Subgraph(UiDefinition definition, InstanceValues values)
    {
        GraphDraft inside = _insides[definition];
        return new WorkflowSubgraph
        {
            Name = definition.Name,
            Inputs = [.. definition.Inputs.Select(port => new SubgraphPort(port.Name, values.TypeOf(definition, port)))],
            Outputs = [.. definition.Outputs.Select(port => new SubgraphPort(port.Name, OutputType(port.Type)))],
            Nodes = [.. inside.Nodes.Select(node => node.Build())],
            Edges = inside.Edges,
            Ui = inside.Ui,
        };
    }

    private static PortType OutputType(string type) =>
        type.Contains(',', StringComparison.Ordinal) || type.StartsWith("COMFY_", StringComparison.Ordinal) ? PortType.Any : ComfyTypes.FromComfy(type);

    private static WorkflowMeta MetaOf(JsonElement root)
    {
        JsonElement info = root.Object("extra")?.Object("info") ?? default;
        return new WorkflowMeta(NotEmpty(info.Text("name")) ?? "Untitled")
        {
            Author = NotEmpty(info.Text("author")),
            Description = NotEmpty(info.Text("description")),
        };
    }

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
