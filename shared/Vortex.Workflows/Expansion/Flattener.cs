using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Puts the nodes of all instances and passes into one list. Edges keep leading through the borders of instances.</summary>
/// <param name="shapes">The ports of a valid document.</param>
/// <param name="given">Values that callers gave to inputs of the top graph.</param>
internal sealed class Flattener(DocumentShapes shapes, Dictionary<(NodeId Node, string Port), JsonElement> given)
{
    private static readonly Dictionary<(NodeId Node, string Port), JsonElement> Nothing = [];

    /// <summary>Gets the flat nodes, in the order of the document.</summary>
    public List<FlatNode> Nodes { get; } = [];

    public void AddTop(WorkflowDocument document) => AddGraph(document.Nodes, document.Edges, "", -1, -1, given);

    private void AddGraph(
        ImmutableArray<WorkflowNode> nodes,
        ImmutableArray<WorkflowEdge> edges,
        string prefix,
        int inlet,
        int outlet,
        Dictionary<(NodeId Node, string Port), JsonElement> values)
    {
        Dictionary<NodeId, Ends> ends = new(nodes.Length);
        foreach (WorkflowNode node in nodes)
        {
            Ends added = node.SubgraphId is not null && node.Mode == NodeMode.Active
                ? AddInstance(node, prefix, values)
                : AddNode(node, prefix, values);
            ends.Add(node.Id, added);
        }

        foreach (WorkflowEdge edge in edges)
        {
            // Borders are passed by name; an edge may name an output by position.
            FlatPort from = inlet >= 0 && edge.From.Node == NodeId.SubgraphInput
                ? new FlatPort(inlet, NameOf(Nodes[inlet].Shape!, edge.From.Port))
                : ends[edge.From.Node].From(edge.From.Port);
            int to = outlet >= 0 && edge.To.Node == NodeId.SubgraphOutput ? outlet : ends[edge.To.Node].Input;
            string input = Nodes[to].Shape?.FindInput(edge.To.Port)?.Name ?? edge.To.Port;
            Nodes[to].Links.Add((input, from));
        }
    }

    private Ends AddNode(WorkflowNode node, string prefix, Dictionary<(NodeId Node, string Port), JsonElement> values)
    {
        int index = Nodes.Count;
        Nodes.Add(new FlatNode
        {
            Id = prefix + node.Id.Value,
            Kind = KindOf(node),
            Shape = shapes.Of(node),
            Constants = Constants(node, shapes.Of(node), values),
        });
        return new Ends(index, index, null);
    }

    private Ends AddInstance(WorkflowNode instance, string prefix, Dictionary<(NodeId Node, string Port), JsonElement> values)
    {
        int index = shapes.IndexOf(instance.SubgraphId!);
        WorkflowSubgraph definition = shapes.Definitions[index];
        string id = prefix + instance.Id.Value;
        int entry = Nodes.Count;
        Nodes.Add(new FlatNode { Id = id, Kind = FlatKind.Entry, Shape = shapes.Of(instance), Constants = Constants(instance, shapes.Of(instance), values) });
        int outlet = -1;
        for (int pass = 0; pass < (instance.Repeat?.Count ?? 1); pass++)
        {
            int inlet = Nodes.Count;
            Nodes.Add(new FlatNode
            {
                Id = id,
                Kind = FlatKind.Inlet,
                Shape = shapes.Insides[index],
                Entry = entry,
                PreviousOutlet = outlet,
                Pass = pass,
                Repeat = instance.Repeat,
            });
            outlet = Nodes.Count;
            Nodes.Add(new FlatNode { Id = id, Kind = FlatKind.Outlet });
            string inner = instance.Repeat is null ? $"{id}:" : $"{id}[{pass}]:";
            AddGraph(definition.Nodes, definition.Edges, inner, inlet, outlet, Nothing);
        }

        return new Ends(entry, outlet, shapes.Of(instance));
    }

    private static FlatKind KindOf(WorkflowNode node) => node.Mode switch
    {
        NodeMode.Muted => FlatKind.Muted,
        NodeMode.Bypassed => FlatKind.Bypassed,
        _ when FlowTypes.IsReroute(node.Type) => FlatKind.Reroute,
        _ when FlowTypes.SelectorOf(node.Type) is not null => FlatKind.Switch,
        _ => FlatKind.Real,
    };

    private static Dictionary<string, JsonElement>? Constants(
        WorkflowNode node, NodeShape? shape, Dictionary<(NodeId Node, string Port), JsonElement> values)
    {
        Dictionary<string, JsonElement>? constants = null;
        foreach ((string port, JsonElement value) in node.Inputs)
        {
            if (!ConstantRules.IsAbsent(value))
            {
                (constants ??= new Dictionary<string, JsonElement>(StringComparer.Ordinal))[shape?.FindInput(port)?.Name ?? port] = value;
            }
        }

        if (values.Count == 0 || shape is null)
        {
            return constants;
        }

        foreach (NodeInput input in shape.Type.Inputs)
        {
            if (values.TryGetValue((node.Id, input.Name), out JsonElement value))
            {
                (constants ??= new Dictionary<string, JsonElement>(StringComparer.Ordinal))[input.Name] = value;
            }
        }

        return constants;
    }

    /// <summary>Returns the name of an output that may be given by position.</summary>
    private static string NameOf(NodeShape shape, string port) =>
        shape.FindOutput(port) is >= 0 and int slot ? shape.Type.Outputs[slot].Name : port;

    /// <summary>Where edges to and from a node of a graph end in the flat list.</summary>
    /// <param name="Input">The node that takes edges.</param>
    /// <param name="Output">The node that gives values.</param>
    /// <param name="Instance">The ports of the instance; null for other nodes.</param>
    private readonly record struct Ends(int Input, int Output, NodeShape? Instance)
    {
        public FlatPort From(string port) => new(Output, Instance is null ? port : NameOf(Instance, port));
    }
}
