using System.Collections.Immutable;
using System.Globalization;
using Vortex.Workflows;

namespace Vortex.Testing.Workflows;

/// <summary>Grows a graph node by node, connecting each only to what is there already.</summary>
internal sealed class GraphBuilder(Random random, WorkflowDocument document, string prefix)
{
    private readonly List<WorkflowNode> _nodes = [];
    private readonly List<WorkflowEdge> _edges = [];
    private readonly List<(PortRef Port, PortType Type)> _outputs = [];

    /// <summary>Makes the inputs of a subgraph available.</summary>
    public void Open(NodeId node, (string Name, PortType Type)[] ports) =>
        _outputs.AddRange(ports.Select(port => (new PortRef(node, port.Name), port.Type)));

    /// <summary>Adds nodes.</summary>
    public void Fill(int count)
    {
        // A first picture, so that there is always something to connect.
        if (!_outputs.Any(output => output.Type == PortType.Image))
        {
            Add("Source");
        }

        string[] types = ["Source", "Blend", "Blend", "Masked", "MaskToImage", "ImageToMask", "Whole", "Reroute", "vortex.Switch", .. document.Subgraphs.Keys.Select(id => WorkflowNode.SubgraphPrefix + id)];
        while (_nodes.Count < count)
        {
            Add(types[random.Next(types.Length)]);
        }
    }

    /// <summary>Leads the last picture to a port and returns the graph.</summary>
    public (ImmutableArray<WorkflowNode> Nodes, ImmutableArray<WorkflowEdge> Edges) Close(NodeId node, string port)
    {
        (PortRef from, _) = _outputs.Last(output => output.Type == PortType.Image);
        return ([.. _nodes], [.. _edges, new WorkflowEdge(from, new PortRef(node, port))]);
    }

    private void Add(string typeName)
    {
        WorkflowNode node = SomeWorkflow.Node(prefix + _nodes.Count.ToString(CultureInfo.InvariantCulture), typeName);
        PortType passed = random.Next(2) == 0 ? PortType.Image : PortType.Mask;
        (string Name, PortType Type, bool Required)[] inputs;
        (string Name, PortType Type)[] outputs;
        if (node.SubgraphId is not null)
        {
            inputs = [("in", PortType.Image, true)];
            outputs = [("out", PortType.Image)];
            node = node with { Inputs = node.Inputs.Add("strength", TestCatalog.Json("0.25")).Add("count", TestCatalog.Json("3")) };
            if (random.Next(2) == 0)
            {
                node = node with { Repeat = new NodeRepeat(random.Next(1, 4), [new CarriedPort("out", "in")], random.Next(2) == 0 ? "count" : null) };
            }
        }
        else if (typeName == "vortex.Switch")
        {
            inputs = [("case0", passed, true), ("case1", passed, true)];
            outputs = [("value", passed)];
            if (random.Next(2) == 0)
            {
                node = node with { Inputs = node.Inputs.Add("select", TestCatalog.Json(random.Next(2) == 0 ? "1.0" : "0")) };
            }
            else
            {
                inputs = [.. inputs, ("select", PortType.Integer, false)];
            }
        }
        else if (typeName == "Reroute")
        {
            inputs = [("value", passed, true)];
            outputs = [("value", passed)];
        }
        else
        {
            NodeType type = TestCatalog.Catalog.Find(typeName)!;
            inputs = [.. type.Inputs.Where(input => input.Type != PortType.Choice).Select(input => (input.Name, input.Type, input.IsRequired && input.Default is null))];
            outputs = [.. type.Outputs.Select(output => (output.Name, output.Type))];
        }

        Connect(node, inputs, outputs);
    }

    private void Connect(WorkflowNode node, (string Name, PortType Type, bool Required)[] inputs, (string Name, PortType Type)[] outputs)
    {
        List<WorkflowEdge> edges = [];
        foreach ((string name, PortType type, bool required) in inputs)
        {
            (PortRef Port, PortType Type)[] fitting = [.. _outputs.Where(output => PortAdapters.Fits(output.Type, type))];
            if (fitting.Length > 0 && (required || random.Next(3) > 0))
            {
                edges.Add(new WorkflowEdge(fitting[random.Next(fitting.Length)].Port, new PortRef(node.Id, name)));
            }
            else if (type == PortType.Integer)
            {
                node = node with { Inputs = node.Inputs.SetItem(name, TestCatalog.Json(name == "select" ? "0" : "18446744073709551615")) };
            }
            else if (required)
            {
                // Nothing of that type yet: another time.
                return;
            }
        }

        int mode = random.Next(12);
        _nodes.Add(mode > 1 ? node : node with { Mode = mode == 0 ? NodeMode.Muted : NodeMode.Bypassed });
        _edges.AddRange(edges);
        _outputs.AddRange(outputs.Select((output, slot) =>
            (new PortRef(node.Id, random.Next(4) == 0 ? "#" + slot.ToString(CultureInfo.InvariantCulture) : output.Name), output.Type)));
    }
}
