using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>What an edge brings once subgraphs, muted and bypassed nodes are gone.</summary>
/// <param name="Node">The node's id in the export; null when no node stands at the far end.</param>
/// <param name="Slot">The output's position.</param>
/// <param name="Value">A constant of a subgraph instance.</param>
/// <param name="IsRemoved">Whether the value would come from a muted node, so that the input has none at all.</param>
internal readonly record struct ExportSource(string? Node, int Slot, JsonElement? Value, bool IsRemoved);

/// <summary>Follows edges to the nodes that stay.</summary>
internal sealed class ExportSources(WorkflowDocument document, NodeCatalog catalog)
{
    private static readonly ExportSource s_nothing = new(null, 0, null, IsRemoved: false);
    private static readonly ExportSource s_removed = new(null, 0, null, IsRemoved: true);
    private readonly Dictionary<(ExportScope Scope, PortRef From), ExportSource> _known = [];

    /// <summary>Returns what the output <paramref name="from"/> brings within a scope.</summary>
    public ExportSource Resolve(ExportScope scope, PortRef from)
    {
        List<(ExportScope, PortRef)> passed = [];
        HashSet<(ExportScope, PortRef)> seen = [];
        (ExportScope Scope, PortRef From) at = (scope, from);
        ExportSource source;
        while (true)
        {
            if (!seen.Add(at))
            {
                source = s_nothing;
                break;
            }

            passed.Add(at);
            if (_known.TryGetValue(at, out source) || Step(at.Scope, at.From, out source) is not { } next)
            {
                break;
            }

            at = next;
        }

        foreach ((ExportScope, PortRef) way in passed)
        {
            _known[way] = source;
        }

        return source;
    }

    private (ExportScope Scope, PortRef From)? Step(ExportScope scope, PortRef from, out ExportSource source)
    {
        source = s_nothing;
        if (from.Node == NodeId.SubgraphInput)
        {
            return Outward(scope, from.Port, out source);
        }

        if (!scope.Graph.ById.TryGetValue(from.Node, out WorkflowNode? node))
        {
            return null;
        }

        switch (node.Mode)
        {
            case NodeMode.Muted:
                source = s_removed;
                return null;
            case NodeMode.Bypassed:
                return Passed(node, from.Port) is { } input && scope.Graph.From.TryGetValue(new PortRef(node.Id, input), out PortRef? feeding)
                    ? (scope, feeding)
                    : null;
        }

        if (node.SubgraphId is not null)
        {
            // The last pass of a loop gives the instance's outputs.
            return scope.Inner.TryGetValue(node.Id, out ExportScope[]? passes) && passes is [.., { } last]
                && last.Graph.From.TryGetValue(new PortRef(NodeId.SubgraphOutput, from.Port), out PortRef? inner)
                    ? (last, inner)
                    : null;
        }

        int slot = Slot(node, from.Port);
        source = slot < 0 ? s_nothing : new ExportSource(scope.Prefix + node.Id.Value, slot, null, IsRemoved: false);
        return null;
    }

    /// <summary>From an input of a subgraph to what feeds the instance: the pass before, an edge, or a constant.</summary>
    private static (ExportScope Scope, PortRef From)? Outward(ExportScope scope, string port, out ExportSource source)
    {
        source = s_nothing;
        if (scope.Outer is not { } outer || scope.Instance is not { } instance)
        {
            return null;
        }

        if (instance.Repeat is { } repeat)
        {
            if (string.Equals(repeat.IndexPort, port, StringComparison.Ordinal))
            {
                source = new ExportSource(null, 0, JsonSerializer.SerializeToElement(scope.Pass), IsRemoved: false);
                return null;
            }

            if (scope.Pass > 0 && repeat.Carry.FirstOrDefault(carried => carried.Input == port) is { } carried)
            {
                ExportScope before = outer.Inner[instance.Id][scope.Pass - 1];
                return before.Graph.From.TryGetValue(new PortRef(NodeId.SubgraphOutput, carried.Output), out PortRef? last) ? (before, last) : null;
            }
        }

        if (outer.Graph.From.TryGetValue(new PortRef(instance.Id, port), out PortRef? feeding))
        {
            return (outer, feeding);
        }

        if (instance.Inputs.TryGetValue(port, out JsonElement value))
        {
            source = new ExportSource(null, 0, value, IsRemoved: false);
        }

        return null;
    }

    /// <summary>The input whose value a bypassed node passes on: the one at the output's place if the type is the same, else the first of the type.</summary>
    private string? Passed(WorkflowNode node, string output)
    {
        (ImmutableArray<(string Name, string Type)> inputs, ImmutableArray<(string Name, string Type)> outputs) = Ports(node);
        int slot = Slot(node, output);
        if (slot < 0 || slot >= outputs.Length)
        {
            return null;
        }

        string type = outputs[slot].Type;
        if (slot < inputs.Length && (type == "*" || inputs[slot].Type == type))
        {
            return inputs[slot].Name;
        }

        return inputs.FirstOrDefault(input => type == "*" || input.Type == type).Name;
    }

    private int Slot(WorkflowNode node, string port)
    {
        if (catalog.Find(node.Type) is { } type)
        {
            return type.FindOutput(port);
        }

        ImmutableArray<(string Name, string Type)> outputs = Ports(node).Outputs;
        for (int i = 0; i < outputs.Length; i++)
        {
            if (string.Equals(outputs[i].Name, port, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return port.StartsWith('#') && int.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int slot) ? slot : -1;
    }

    /// <summary>The ports in the editor's order: what edges alone can feed comes first.</summary>
    private (ImmutableArray<(string Name, string Type)> Inputs, ImmutableArray<(string Name, string Type)> Outputs) Ports(WorkflowNode node)
    {
        if (node.SubgraphId is { } id)
        {
            return document.Subgraphs.TryGetValue(id, out WorkflowSubgraph? subgraph)
                ? ([.. subgraph.Inputs.Select(port => (port.Name, port.Type.Name))], [.. subgraph.Outputs.Select(port => (port.Name, port.Type.Name))])
                : ([], []);
        }

        return catalog.Find(node.Type) is { } type
            ? ([.. type.Inputs.OrderBy(input => input.IsWidget).Select(input => (input.Name, input.Type.Name))],
                [.. type.Outputs.Select(output => (output.Name, output.Type.Name))])
            : (ComfyMeta.ReadPorts(node, ComfyMeta.InputsMember), ComfyMeta.ReadPorts(node, ComfyMeta.OutputsMember));
    }
}
