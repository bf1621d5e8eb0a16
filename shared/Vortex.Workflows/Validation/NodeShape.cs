using System.Globalization;

namespace Vortex.Workflows;

/// <summary>The ports of a node type or subgraph, found in constant time however many there are.</summary>
internal sealed class NodeShape
{
    private const int LinearUpTo = 16;

    private readonly Dictionary<string, NodeInput>? _inputs;
    private readonly Dictionary<string, int>? _outputs;
    private readonly bool _isReroute;

    public NodeShape(NodeType type)
    {
        Type = type;
        _isReroute = FlowTypes.IsReroute(type.Name);
        if (type.Inputs.Length > LinearUpTo)
        {
            _inputs = new Dictionary<string, NodeInput>(StringComparer.Ordinal);
            foreach (NodeInput input in type.Inputs)
            {
                _inputs.TryAdd(input.Name, input);
            }
        }

        if (type.Outputs.Length > LinearUpTo)
        {
            _outputs = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < type.Outputs.Length; i++)
            {
                _outputs.TryAdd(type.Outputs[i].Name, i);
            }
        }
    }

    public NodeType Type { get; }

    /// <summary>Finds an input. ComfyUI's growing inputs take <c>name.part</c> for every part.</summary>
    public NodeInput? FindInput(string port)
    {
        if (_isReroute)
        {
            return port is "" or "*" || port == Type.Inputs[0].Name ? Type.Inputs[0] : null;
        }

        if ((_inputs is null ? Type.FindInput(port) : _inputs.GetValueOrDefault(port)) is { } found)
        {
            return found;
        }

        int dot = port.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && FindInput(port[..dot]) is { } owner && owner.Type.Name.StartsWith("COMFY_", StringComparison.Ordinal)
            ? new NodeInput { Name = port, Type = PortType.Any, IsRequired = false }
            : null;
    }

    /// <summary>Finds an output's slot by name or position; -1 when there is none.</summary>
    public int FindOutput(string port)
    {
        if (_isReroute && port is "" or "*")
        {
            return 0;
        }

        if (_outputs is null)
        {
            return Type.FindOutput(port);
        }

        if (_outputs.TryGetValue(port, out int slot))
        {
            return slot;
        }

        return port.StartsWith('#') && int.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out slot) && slot < Type.Outputs.Length
            ? slot
            : -1;
    }
}
