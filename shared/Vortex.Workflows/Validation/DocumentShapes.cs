using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>The ports of every node of a document, and how its subgraphs contain each other.</summary>
/// <remarks>A subgraph counts as a node type: its inputs are required where something inside needs them.</remarks>
internal sealed class DocumentShapes
{
    private readonly NodeCatalog _catalog;
    private readonly Dictionary<string, NodeShape?> _byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _subgraphIndex = new(StringComparer.Ordinal);

    public DocumentShapes(WorkflowDocument document, NodeCatalog catalog)
    {
        _catalog = catalog;
        Ids = [.. document.Subgraphs.Keys];
        for (int i = 0; i < Ids.Length; i++)
        {
            _subgraphIndex.Add(Ids[i], i);
        }

        Definitions = [.. document.Subgraphs.Values];
        List<(int From, int To)> contains = [];
        for (int i = 0; i < Ids.Length; i++)
        {
            foreach (WorkflowNode node in Definitions[i].Nodes)
            {
                if (node.SubgraphId is { } child && _subgraphIndex.TryGetValue(child, out int index))
                {
                    contains.Add((i, index));
                }
            }
        }

        Contains = new GraphLinks(Ids.Length, contains);
        Components = Cycles.Components(Contains);
        Recursions = Cycles.Find(Contains, Components);
        Depths = new int[Ids.Length];
        ShowsSomething = new bool[Ids.Length];
        HasUnknownTypes = new bool[Ids.Length];
        Insides = [.. Definitions.Select(Inside)];
        foreach (int[] component in Components)
        {
            foreach (int index in component)
            {
                Analyze(index);
            }
        }
    }

    /// <summary>Gets the ids of the subgraphs, in order.</summary>
    public ImmutableArray<string> Ids { get; }

    public ImmutableArray<WorkflowSubgraph> Definitions { get; }

    /// <summary>Gets which definition has instances of which.</summary>
    public GraphLinks Contains { get; }

    /// <summary>Gets the definitions in an order in which contained ones come first.</summary>
    public List<int[]> Components { get; }

    /// <summary>Gets the definitions that contain themselves, one ring each.</summary>
    public List<int[]> Recursions { get; }

    /// <summary>Gets how many levels of instances each definition holds.</summary>
    public int[] Depths { get; }

    /// <summary>Gets whether a definition has a node that shows or saves something.</summary>
    public bool[] ShowsSomething { get; }

    public bool[] HasUnknownTypes { get; }

    /// <summary>Gets each definition as its inner nodes see it: it gives its inputs and takes its outputs.</summary>
    public ImmutableArray<NodeShape> Insides { get; }

    public int IndexOf(string subgraph) => _subgraphIndex.GetValueOrDefault(subgraph, -1);

    /// <summary>Returns the ports of a node; null when its type or subgraph is unknown.</summary>
    public NodeShape? Of(WorkflowNode node)
    {
        if (_byType.TryGetValue(node.Type, out NodeShape? shape))
        {
            return shape;
        }

        // Subgraphs are entered as they are analyzed; one that is missing here does not exist or contains itself.
        NodeType? type = node.SubgraphId is null ? _catalog.Find(node.Type) ?? FlowTypes.Find(node.Type) : null;
        shape = type is null ? null : new NodeShape(type);
        if (node.SubgraphId is null)
        {
            _byType.Add(node.Type, shape);
        }

        return shape;
    }

    private static NodeShape Inside(WorkflowSubgraph definition) => new(new NodeType
    {
        Name = definition.Name,
        DisplayName = definition.Name,
        Inputs = [.. definition.Outputs.Select(port => new NodeInput { Name = port.Name, Type = port.Type })],
        Outputs = [.. definition.Inputs.Select(port => new NodeOutput(port.Name, port.Type))],
    });

    private void Analyze(int index)
    {
        WorkflowSubgraph definition = Definitions[index];
        HashSet<string> required = RequiredInputs(definition);
        foreach (int child in Contains.From(index))
        {
            Depths[index] = Math.Max(Depths[index], Depths[child] + 1);
        }

        foreach (WorkflowNode node in definition.Nodes.Where(node => node.Mode == NodeMode.Active))
        {
            int child = node.SubgraphId is { } id ? IndexOf(id) : -1;
            NodeShape? shape = Of(node);
            ShowsSomething[index] |= child >= 0 ? ShowsSomething[child] : shape?.Type.IsOutput == true;
            HasUnknownTypes[index] |= child >= 0 ? HasUnknownTypes[child] : shape is null;
        }

        NodeType type = new()
        {
            Name = WorkflowNode.SubgraphPrefix + Ids[index],
            DisplayName = definition.Name,
            Inputs = [.. definition.Inputs.Select(port => new NodeInput { Name = port.Name, Type = port.Type, IsRequired = required.Contains(port.Name) })],
            Outputs = [.. definition.Outputs.Select(port => new NodeOutput(port.Name, port.Type))],
            IsExecutable = true,
        };
        _byType[type.Name] = new NodeShape(type);
    }

    private HashSet<string> RequiredInputs(WorkflowSubgraph definition)
    {
        HashSet<string> required = new(StringComparer.Ordinal);
        if (!definition.Edges.Any(edge => edge.From.Node == NodeId.SubgraphInput))
        {
            return required;
        }

        Dictionary<NodeId, WorkflowNode> nodes = [];
        foreach (WorkflowNode node in definition.Nodes)
        {
            nodes.TryAdd(node.Id, node);
        }

        foreach (WorkflowEdge edge in definition.Edges)
        {
            if (edge.From.Node == NodeId.SubgraphInput
                && nodes.TryGetValue(edge.To.Node, out WorkflowNode? node)
                && node.Mode == NodeMode.Active
                && Of(node)?.FindInput(edge.To.Port) is { IsRequired: true, Default: null } input
                && !HasConstant(node, input.Name))
            {
                required.Add(edge.From.Port);
            }
        }

        return required;
    }

    public static bool HasConstant(WorkflowNode node, string port) =>
        node.Inputs.TryGetValue(port, out JsonElement value) && !ConstantRules.IsAbsent(value);
}
