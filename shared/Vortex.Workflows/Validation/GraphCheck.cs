using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Checks the nodes and constants of one graph. Its edges are the business of <see cref="EdgeCheck"/>.</summary>
/// <param name="graph">The graph.</param>
/// <param name="shapes">The ports of all nodes.</param>
/// <param name="catalog">Where converters are looked up.</param>
/// <param name="limits">The limits.</param>
/// <param name="problems">Takes the problems.</param>
/// <param name="promoted">Inputs that callers give a value; null where they cannot.</param>
internal sealed class GraphCheck(
    WorkflowGraph graph,
    DocumentShapes shapes,
    NodeCatalog catalog,
    WorkflowLimits limits,
    ProblemList problems,
    HashSet<(NodeId Node, string Port)>? promoted)
{
    private const int LongestId = 256;

    public void Run()
    {
        Dictionary<NodeId, int> index = CheckIds();
        NodeShape?[] nodeShapes = [.. graph.Nodes.Select(shapes.Of)];
        if (graph.Subgraph is { } subgraph)
        {
            CheckPortNames(subgraph);
        }

        EdgeCheck edges = new(graph, index, nodeShapes, graph.Subgraph is null ? null : shapes.Insides[graph.Index], catalog, problems);
        edges.Run();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            WorkflowNode node = graph.Nodes[i];
            CheckType(node, nodeShapes[i], edges, i);
            RepeatCheck.Run(graph, node, nodeShapes[i], limits, problems);
            if (nodeShapes[i] is { } shape && node.Mode == NodeMode.Active)
            {
                CheckConstants(node, shape);
                CheckRequired(node, shape, edges, i);
            }
        }

        edges.CheckCycles();
    }

    private Dictionary<NodeId, int> CheckIds()
    {
        Dictionary<NodeId, int> index = new(graph.Nodes.Length);
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            NodeId id = graph.Nodes[i].Id;
            string? text = id.Value;
            if (string.IsNullOrEmpty(text) || text.Length > LongestId || text.Any(char.IsControl)
                || id == NodeId.SubgraphInput || id == NodeId.SubgraphOutput)
            {
                string message = $"A node cannot be named '{Quote.Short(text ?? "")}': use 1 to {LongestId} characters, none of them a control character, "
                    + "and neither '$in' nor '$out'.";
                Add(WorkflowProblemCodes.BadId, message, id, null);
            }

            if (!index.TryAdd(id, i))
            {
                Add(WorkflowProblemCodes.DuplicateId, $"Two nodes are named '{Quote.Short(text ?? "")}'. Rename one.", id, null);
            }
        }

        return index;
    }

    private void CheckPortNames(WorkflowSubgraph subgraph)
    {
        Check("inputs", subgraph.Inputs.Select(port => port.Name), NodeId.SubgraphInput);
        Check("outputs", subgraph.Outputs.Select(port => port.Name), NodeId.SubgraphOutput);

        void Check(string side, IEnumerable<string> names, NodeId place)
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (string name in names)
            {
                if (!seen.Add(name))
                {
                    string message = $"Subgraph '{Quote.Short(subgraph.Name)}' has two {side} named '{Quote.Short(name)}'. Rename one.";
                    Add(WorkflowProblemCodes.DuplicatePort, message, place, name);
                }
            }
        }
    }

    private void CheckType(WorkflowNode node, NodeShape? shape, EdgeCheck edges, int index)
    {
        // What does not run may be of a type nobody knows.
        ProblemSeverity severity = node.Mode == NodeMode.Active ? ProblemSeverity.Error : ProblemSeverity.Warning;
        if (node.SubgraphId is { } id)
        {
            if (shapes.IndexOf(id) < 0)
            {
                string message = $"The document defines no subgraph '{Quote.Short(id)}'. Add it, or remove the node.";
                Add(WorkflowProblemCodes.UnknownSubgraph, message, node.Id, null, severity);
            }
        }
        else if (shape is null)
        {
            string message = $"No node type '{Quote.Short(node.Type)}' is known here. Install the pack that brings it, or replace the node.";
            Add(WorkflowProblemCodes.UnknownType, message, node.Id, null, severity);
        }
        else if (!shape.Type.IsExecutable && node.Mode == NodeMode.Active && !IsResolved(node, edges, index))
        {
            string message = $"Node type '{shape.Type.Name}' is known, but nothing here can execute it yet. Mute or replace the node.";
            Add(WorkflowProblemCodes.TypeNotExecutable, message, node.Id, null);
        }
    }

    /// <summary>Whether the expander takes the node out, so that nothing has to execute it.</summary>
    private static bool IsResolved(WorkflowNode node, EdgeCheck edges, int index) =>
        FlowTypes.IsReroute(node.Type)
        || (FlowTypes.SelectorOf(node.Type) is { } selector && !edges.IsFed(index, selector));

    private void CheckConstants(WorkflowNode node, NodeShape shape)
    {
        foreach ((string name, JsonElement value) in node.Inputs)
        {
            if (shape.FindInput(name) is not { } input)
            {
                if (!problems.IsFull)
                {
                    string message = $"A '{Quote.Short(shape.Type.Name)}' has no input '{Quote.Short(name)}'; its value is ignored.";
                    Add(WorkflowProblemCodes.UnknownInput, message, node.Id, name, ProblemSeverity.Warning);
                }
                else
                {
                    problems.AddUnsaid(ProblemSeverity.Warning);
                }
            }
            else if (ConstantRules.Check(input, value, limits) is { } wrong)
            {
                Add(wrong.Code, wrong.Message, node.Id, name);
            }
        }
    }

    private void CheckRequired(WorkflowNode node, NodeShape shape, EdgeCheck edges, int index)
    {
        foreach (NodeInput input in shape.Type.Inputs)
        {
            if (input.IsRequired
                && input.Default is null
                && !edges.IsFed(index, input.Name)
                && !DocumentShapes.HasConstant(node, input.Name)
                && promoted?.Contains((node.Id, input.Name)) != true
                && node.Repeat?.IndexPort != input.Name
                && !HasParts(node, shape, input, edges, index))
            {
                string action = input.IsWidget ? "Give it a value or connect it." : $"Connect an output of type {input.Type}.";
                Add(WorkflowProblemCodes.MissingInput, $"Input '{Quote.Short(input.Name)}' has no value. {action}", node.Id, input.Name);
            }
        }
    }

    /// <summary>Whether a growing input of ComfyUI has at least one part.</summary>
    private static bool HasParts(WorkflowNode node, NodeShape shape, NodeInput input, EdgeCheck edges, int index)
    {
        if (!input.Type.Name.StartsWith("COMFY_", StringComparison.Ordinal))
        {
            return false;
        }

        string prefix = input.Name + ".";
        return node.Inputs.Keys.Concat(edges.PortsOf(index)).Any(name => name.StartsWith(prefix, StringComparison.Ordinal) && shape.FindInput(name) is not null);
    }

    private void Add(string code, string message, NodeId node, string? port, ProblemSeverity severity = ProblemSeverity.Error) =>
        problems.Add(new WorkflowProblem(code, message) { Node = graph.Place(node), Port = port, Severity = severity });
}
