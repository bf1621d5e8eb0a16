using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vortex.Workflows.Tests;

/// <summary>
/// What a document computes, said simply: asks each output for its value and follows the document itself, without flattening anything. A value
/// is the hash of the node type and its values; equal hashes mean equal computations.
/// </summary>
internal sealed class DirectEvaluation(WorkflowDocument document, NodeCatalog catalog)
{
    private readonly Dictionary<(string Path, NodeId Node, string Port), string?> _known = [];
    private readonly List<string> _outputs = [];

    private const string Nothing = "";
    private const string Dead = "dead";

    /// <summary>Returns the values that output nodes take, sorted; null when some node lacks a value.</summary>
    public static ImmutableArray<string>? Of(WorkflowDocument document, NodeCatalog catalog)
    {
        DirectEvaluation evaluation = new(document, catalog);
        try
        {
            evaluation.RunAll(new Scope("", document.Nodes, document.Edges, null, null, 0, null));
            return [.. evaluation._outputs.Order(StringComparer.Ordinal)];
        }
        catch (MissingValueException)
        {
            return null;
        }
    }

    /// <summary>Returns the same for an expanded graph.</summary>
    public static ImmutableArray<string> Of(ExecutableGraph graph, NodeCatalog catalog)
    {
        Dictionary<NodeId, string> terms = [];
        List<string> outputs = [];
        foreach (ExecutableNode node in graph.Nodes)
        {
            SortedDictionary<string, string> inputs = new(StringComparer.Ordinal);
            foreach ((string port, JsonElement value) in node.Constants)
            {
                inputs[port] = Constant(value);
            }

            foreach ((string port, NodeLink link) in node.Links)
            {
                inputs[port] = Slot(terms[link.Node], link.Slot);
            }

            terms.Add(node.Id, Term(node.Type, inputs));
            if (catalog.Find(node.Type)!.IsOutput)
            {
                outputs.Add(terms[node.Id]);
            }
        }

        return [.. outputs.Order(StringComparer.Ordinal)];
    }

    private void RunAll(Scope scope)
    {
        foreach (WorkflowNode node in scope.Nodes.Where(node => node.Mode == NodeMode.Active))
        {
            if (node.SubgraphId is not null)
            {
                for (Scope? pass = Pass(scope, node, (node.Repeat?.Count ?? 1) - 1); pass is not null; pass = pass.Previous)
                {
                    RunAll(pass);
                }
            }
            else if (node.Type != "Reroute" && Selected(scope, node) is null)
            {
                string term = Execute(scope, node);
                if (term != Dead && catalog.Find(node.Type)!.IsOutput)
                {
                    _outputs.Add(term);
                }
            }
        }
    }

    private Scope Pass(Scope outer, WorkflowNode instance, int number)
    {
        WorkflowSubgraph subgraph = document.Subgraphs[instance.SubgraphId!];
        Scope? previous = number == 0 ? null : Pass(outer, instance, number - 1);
        return new Scope($"{outer.Path}{instance.Id}[{number}]", subgraph.Nodes, subgraph.Edges, outer, instance, number, previous);
    }

    /// <summary>What comes out of a port.</summary>
    private string Output(Scope scope, NodeId id, string port)
    {
        if (_known.TryGetValue((scope.Path, id, port), out string? known))
        {
            return known!;
        }

        string value = Compute(scope, id, port);
        _known[(scope.Path, id, port)] = value;
        return value;
    }

    private string Compute(Scope scope, NodeId id, string port)
    {
        if (scope.Instance is { } instance && id == NodeId.SubgraphInput)
        {
            WorkflowSubgraph subgraph = document.Subgraphs[instance.SubgraphId!];
            string name = port.StartsWith('#') ? subgraph.Inputs[int.Parse(port[1..], CultureInfo.InvariantCulture)].Name : port;
            if (instance.Repeat?.IndexPort == name)
            {
                return scope.Number.ToString(CultureInfo.InvariantCulture);
            }

            CarriedPort? carried = scope.Previous is null ? null : instance.Repeat!.Carry.FirstOrDefault(carried => carried.Input == name);
            return carried is null ? Input(scope.Outer!, instance, name) : Result(scope.Previous!, carried.Output);
        }

        WorkflowNode node = scope.Nodes.First(node => node.Id == id);
        (string[] inputs, (string Name, PortType Type)[] outputs, PortType[] types) = Ports(node);
        int slot = port.StartsWith('#') ? int.Parse(port[1..], CultureInfo.InvariantCulture) : Array.FindIndex(outputs, output => output.Name == port);
        if (node.Mode == NodeMode.Muted)
        {
            return Dead;
        }

        if (node.Mode == NodeMode.Bypassed)
        {
            int same = slot < inputs.Length && PortAdapters.Matches(types[slot], outputs[slot].Type) ? slot : Array.FindIndex(types, type => PortAdapters.Matches(type, outputs[slot].Type));
            return same < 0 ? Nothing : Edge(scope, node.Id, inputs[same]) ?? Nothing;
        }

        if (node.SubgraphId is not null)
        {
            return Result(Pass(scope, node, (node.Repeat?.Count ?? 1) - 1), outputs[slot].Name);
        }

        if (node.Type == "Reroute")
        {
            return Input(scope, node, "value");
        }

        if (Selected(scope, node) is { } chosen)
        {
            return Edge(scope, node.Id, "case" + chosen) ?? throw new MissingValueException();
        }

        string term = Execute(scope, node);
        return term == Dead ? Dead : Slot(term, slot);
    }

    private string Result(Scope pass, string output) => Edge(pass, NodeId.SubgraphOutput, output) ?? Nothing;

    /// <summary>The constant selector of a switch; null when it is none.</summary>
    private string? Selected(Scope scope, WorkflowNode node)
    {
        string selector = node.Type == "vortex.Switch" ? Input(scope, node, "select") : "#";
        return selector.All(char.IsAsciiDigit) && selector.Length < 20 ? selector : null;
    }

    private string Execute(Scope scope, WorkflowNode node)
    {
        SortedDictionary<string, string> inputs = new(StringComparer.Ordinal);
        bool dead = false;
        bool missing = false;
        foreach (NodeInput input in catalog.Find(node.Type)!.Inputs)
        {
            string? value = Edge(scope, node.Id, input.Name);
            dead |= value == Dead && input.IsRequired;
            string given = value == Dead ? Default(input) : value is null or Nothing ? Own(node, input) : value;
            missing |= given == Nothing && input.IsRequired;
            if (given != Nothing)
            {
                inputs[input.Name] = given;
            }
        }

        return dead ? Dead : missing ? throw new MissingValueException() : Term(node.Type, inputs);
    }

    private string Input(Scope scope, WorkflowNode node, string port) =>
        Edge(scope, node.Id, port) is { Length: > 0 } value ? value : Own(node, catalog.Find(node.Type)?.FindInput(port) ?? new NodeInput { Name = port, Type = PortType.Any });

    private string? Edge(Scope scope, NodeId node, string port)
    {
        WorkflowEdge? edge = scope.Edges.FirstOrDefault(edge => edge.To.Node == node && edge.To.Port == port);
        return edge is null ? null : Output(scope, edge.From.Node, edge.From.Port);
    }

    private (string[] Inputs, (string Name, PortType Type)[] Outputs, PortType[] Types) Ports(WorkflowNode node)
    {
        if (node.SubgraphId is { } id)
        {
            WorkflowSubgraph subgraph = document.Subgraphs[id];
            SubgraphPort[] ordered = [.. subgraph.Inputs.OrderBy(port => port.Type.IsConstant)];
            return ([.. ordered.Select(port => port.Name)], [.. subgraph.Outputs.Select(port => (port.Name, port.Type))], [.. ordered.Select(port => port.Type)]);
        }

        NodeType type = catalog.Find(node.Type)!;
        NodeInput[] inputs = [.. type.Inputs.OrderBy(input => input.IsWidget)];
        return ([.. inputs.Select(input => input.Name)], [.. type.Outputs.Select(output => (output.Name, output.Type))], [.. inputs.Select(input => input.Type)]);
    }

    private static string Own(WorkflowNode node, NodeInput input) =>
        node.Inputs.TryGetValue(input.Name, out JsonElement value) ? Constant(value) : Default(input);

    private static string Default(NodeInput input) => input.Default is { } value ? Constant(value) : Nothing;

    private static string Constant(JsonElement value) => Encoding.UTF8.GetString(CanonicalJson.ToBytes(value));

    private static string Slot(string term, int slot) => string.Create(CultureInfo.InvariantCulture, $"{term}/{slot}");

    private static string Term(string type, SortedDictionary<string, string> inputs)
    {
        string text = type + "(" + string.Join(";", inputs.Select(input => input.Key + "=" + input.Value)) + ")";
        return "@" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private sealed record Scope(
        string Path,
        ImmutableArray<WorkflowNode> Nodes,
        ImmutableArray<WorkflowEdge> Edges,
        Scope? Outer,
        WorkflowNode? Instance,
        int Number,
        Scope? Previous);

    private sealed class MissingValueException : Exception;
}
