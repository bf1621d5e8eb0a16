using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Reads the members of a graph: nodes, edges and subgraph definitions.</summary>
internal static class VtxwGraphParser
{
    private static readonly ImmutableSortedDictionary<string, JsonElement> NoInputs =
        ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    public static ImmutableArray<WorkflowNode> Nodes(ref JsonCursor cursor)
    {
        ImmutableArray<WorkflowNode>.Builder nodes = ImmutableArray.CreateBuilder<WorkflowNode>();
        if (cursor.BeginArray())
        {
            while (cursor.NextItem())
            {
                if (Node(ref cursor) is { } node)
                {
                    nodes.Add(node);
                }
            }
        }

        return nodes.ToImmutable();
    }

    public static ImmutableArray<WorkflowEdge> Edges(ref JsonCursor cursor)
    {
        ImmutableArray<WorkflowEdge>.Builder edges = ImmutableArray.CreateBuilder<WorkflowEdge>();
        if (cursor.BeginArray())
        {
            while (cursor.NextItem())
            {
                if (Pair(ref cursor, "from", "to", "The edge") is { From: { } from, To: { } to })
                {
                    edges.Add(new WorkflowEdge(from, to));
                }
            }
        }

        return edges.ToImmutable();
    }

    public static ImmutableArray<PortRef>.Builder Ports(ref JsonCursor cursor)
    {
        ImmutableArray<PortRef>.Builder ports = ImmutableArray.CreateBuilder<PortRef>();
        if (cursor.BeginArray())
        {
            while (cursor.NextItem())
            {
                if (Port(ref cursor) is { } port)
                {
                    ports.Add(port);
                }
            }
        }

        return ports;
    }

    public static WorkflowSubgraph? Subgraph(ref JsonCursor cursor)
    {
        if (!cursor.BeginObject())
        {
            return null;
        }

        long start = cursor.Offset;
        WorkflowSubgraph subgraph = new() { Name = "" };
        VtxwParser.Presence present = default;
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "name":
                    present.First = true;
                    subgraph = subgraph with { Name = cursor.Text() ?? "" };
                    break;
                case "inputs":
                    subgraph = subgraph with { Inputs = SubgraphPorts(ref cursor) };
                    break;
                case "outputs":
                    subgraph = subgraph with { Outputs = SubgraphPorts(ref cursor) };
                    break;
                case "nodes":
                    present.Second = true;
                    subgraph = subgraph with { Nodes = Nodes(ref cursor) };
                    break;
                case "edges":
                    subgraph = subgraph with { Edges = Edges(ref cursor) };
                    break;
                case "ui":
                    subgraph = subgraph with { Ui = VtxwUiParser.Ui(ref cursor) };
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        VtxwParser.Require(ref cursor, present.First, "name", "The subgraph", start);
        VtxwParser.Require(ref cursor, present.Second, "nodes", "The subgraph", start);
        return subgraph;
    }

    private static WorkflowNode? Node(ref JsonCursor cursor)
    {
        if (!cursor.BeginObject())
        {
            return null;
        }

        long start = cursor.Offset;
        string? id = null;
        string? type = null;
        ImmutableSortedDictionary<string, JsonElement> inputs = NoInputs;
        NodeUi ui = new();
        NodeMode mode = NodeMode.Active;
        NodeRepeat? repeat = null;
        JsonElement? meta = null;
        VtxwParser.Presence present = default;
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "id":
                    present.First = true;
                    id = cursor.Text();
                    break;
                case "type":
                    present.Second = true;
                    type = cursor.Name();
                    break;
                case "inputs":
                    inputs = Constants(ref cursor);
                    break;
                case "mode":
                    mode = Mode(ref cursor);
                    break;
                case "repeat":
                    repeat = Repeat(ref cursor);
                    break;
                case "ui":
                    ui = VtxwUiParser.NodeUi(ref cursor);
                    break;
                case "meta":
                    meta = cursor.Object();
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        VtxwParser.Require(ref cursor, present.First, "id", "The node", start);
        VtxwParser.Require(ref cursor, present.Second, "type", "The node", start);
        return id is null || type is null
            ? null
            : new WorkflowNode { Id = new NodeId(id), Type = type, Inputs = inputs, Ui = ui, Mode = mode, Repeat = repeat, Meta = meta };
    }

    private static ImmutableSortedDictionary<string, JsonElement> Constants(ref JsonCursor cursor)
    {
        if (!cursor.BeginObject())
        {
            return NoInputs;
        }

        ImmutableSortedDictionary<string, JsonElement>.Builder? constants = null;
        while (cursor.NextMember(out string name))
        {
            constants ??= NoInputs.ToBuilder();
            constants[name] = cursor.Value();
            cursor.EndMember();
        }

        return constants?.ToImmutable() ?? NoInputs;
    }

    private static NodeMode Mode(ref JsonCursor cursor)
    {
        switch (cursor.Name())
        {
            case "muted":
                return NodeMode.Muted;
            case "bypassed":
                return NodeMode.Bypassed;
            case "active" or null:
                return NodeMode.Active;
            default:
                cursor.BadValue("A node's mode is 'active', 'muted' or 'bypassed'.");
                return NodeMode.Active;
        }
    }

    private static NodeRepeat? Repeat(ref JsonCursor cursor)
    {
        if (!cursor.BeginObject())
        {
            return null;
        }

        long start = cursor.Offset;
        int? count = null;
        ImmutableArray<CarriedPort>.Builder carry = ImmutableArray.CreateBuilder<CarriedPort>();
        string? indexPort = null;
        VtxwParser.Presence present = default;
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "count":
                    present.First = true;
                    count = cursor.Integer();
                    break;
                case "carry":
                    Carry(ref cursor, carry);
                    break;
                case "index_port":
                    indexPort = cursor.Name();
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        VtxwParser.Require(ref cursor, present.First, "count", "The loop", start);
        return count is { } passes ? new NodeRepeat(passes, carry.ToImmutable(), indexPort) : null;
    }

    private static void Carry(ref JsonCursor cursor, ImmutableArray<CarriedPort>.Builder carry)
    {
        if (!cursor.BeginArray())
        {
            return;
        }

        while (cursor.NextItem())
        {
            if (Names(ref cursor, "output", "input", "The carried value") is { First: { } output, Second: { } input })
            {
                carry.Add(new CarriedPort(output, input));
            }
        }
    }

    private static ImmutableArray<SubgraphPort> SubgraphPorts(ref JsonCursor cursor)
    {
        ImmutableArray<SubgraphPort>.Builder ports = ImmutableArray.CreateBuilder<SubgraphPort>();
        if (cursor.BeginArray())
        {
            while (cursor.NextItem())
            {
                if (Names(ref cursor, "name", "type", "The port") is { First: { } name, Second: { } type })
                {
                    ports.Add(new SubgraphPort(name, new PortType(type)));
                }
            }
        }

        return ports.ToImmutable();
    }

    private static PortRef? Port(ref JsonCursor cursor) =>
        Names(ref cursor, "node", "port", "The end of the edge") is { First: { } node, Second: { } port } ? new PortRef(new NodeId(node), port) : null;

    /// <summary>Reads an object of two texts; one of them is null where it is missing or no text.</summary>
    private static (string? First, string? Second) Names(ref JsonCursor cursor, string first, string second, string owner)
    {
        if (!cursor.BeginObject())
        {
            return (null, null);
        }

        long start = cursor.Offset;
        string? firstText = null;
        string? secondText = null;
        VtxwParser.Presence present = default;
        while (cursor.NextMember(out string name))
        {
            if (name == first)
            {
                present.First = true;
                firstText = cursor.Name();
            }
            else if (name == second)
            {
                present.Second = true;
                secondText = cursor.Name();
            }
            else
            {
                cursor.Unknown(name);
            }

            cursor.EndMember();
        }

        VtxwParser.Require(ref cursor, present.First, first, owner, start);
        VtxwParser.Require(ref cursor, present.Second, second, owner, start);
        return (firstText, secondText);
    }

    /// <summary>Reads an object of two ends of an edge.</summary>
    private static (PortRef? From, PortRef? To) Pair(ref JsonCursor cursor, string first, string second, string owner)
    {
        if (!cursor.BeginObject())
        {
            return (null, null);
        }

        long start = cursor.Offset;
        PortRef? from = null;
        PortRef? to = null;
        VtxwParser.Presence present = default;
        while (cursor.NextMember(out string name))
        {
            if (name == first)
            {
                present.First = true;
                from = Port(ref cursor);
            }
            else if (name == second)
            {
                present.Second = true;
                to = Port(ref cursor);
            }
            else
            {
                cursor.Unknown(name);
            }

            cursor.EndMember();
        }

        VtxwParser.Require(ref cursor, present.First, first, owner, start);
        VtxwParser.Require(ref cursor, present.Second, second, owner, start);
        return (from, to);
    }
}
