using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Follows edges through everything that only passes values on, to where the value comes from.</summary>
/// <remarks>Each passing port is followed once; the way is a loop and no recursion, as a document may be one long row of reroutes.</remarks>
internal sealed class ValueResolver(List<FlatNode> nodes, ProblemList problems)
{
    private readonly Dictionary<FlatPort, FlatValue> _known = [];
    private readonly List<FlatPort> _way = [];

    /// <summary>Decides which switches have a constant selector. A selector that comes out of another switch is none.</summary>
    public void DecideSwitches()
    {
        foreach (FlatNode node in nodes)
        {
            if (node.Kind != FlatKind.Switch)
            {
                continue;
            }

            string type = node.Shape!.Type.Name;
            string selector = FlowTypes.SelectorOf(type)!;
            FlatValue value = node.LinkTo(selector) is { } link ? Follow(link) : FlatValue.Nothing;
            if (value.Kind == FlatValueKind.Nothing)
            {
                value = Own(node, selector);
            }

            if (value.Kind == FlatValueKind.Constant)
            {
                node.Kind = FlatKind.Chosen;
                node.PassedInput = FlowTypes.CaseOf(type, value.Constant);
            }
        }

        // What was followed up to an undecided switch now leads on.
        _known.Clear();
        foreach (FlatNode node in nodes.Where(node => node.Kind == FlatKind.Switch))
        {
            node.Kind = FlatKind.Real;
        }
    }

    /// <summary>Returns what an edge from this port carries.</summary>
    public FlatValue Follow(FlatPort port)
    {
        _way.Clear();
        FlatValue value;
        while (true)
        {
            if (_known.TryGetValue(port, out value))
            {
                break;
            }

            FlatNode node = nodes[port.Node];
            if (node.Kind is FlatKind.Real or FlatKind.Switch)
            {
                value = new FlatValue(FlatValueKind.Output, port.Node, node.Shape!.FindOutput(port.Port));
                break;
            }

            _way.Add(port);
            if (_way.Count > nodes.Count * 4L + _known.Count + 1_000_000)
            {
                throw new UnreachableException("A valid document has no cycle of nodes that only pass values on.");
            }

            if (Step(node, port.Port, out value) is not { } next)
            {
                break;
            }

            port = next;
        }

        foreach (FlatPort passed in _way)
        {
            _known[passed] = value;
        }

        return value;
    }

    /// <summary>Goes one step back: to the port that feeds this one, or to a value.</summary>
    private FlatPort? Step(FlatNode node, string port, out FlatValue value)
    {
        value = FlatValue.Nothing;
        switch (node.Kind)
        {
            case FlatKind.Muted:
                value = FlatValue.Dead;
                return null;
            case FlatKind.Inlet:
                return StepInlet(node, port, out value);
            case FlatKind.Outlet:
                return node.LinkTo(port);
            case FlatKind.Reroute:
                return StepTo(node, node.Shape!.Type.Inputs[0].Name, out value);
            case FlatKind.Entry:
                return StepTo(node, port, out value);
            case FlatKind.Chosen:
                return StepChosen(node, out value);
            default:
                return StepBypassed(node, port);
        }
    }

    private static FlatPort? StepTo(FlatNode node, string input, out FlatValue value)
    {
        if (node.LinkTo(input) is { } link)
        {
            value = default;
            return link;
        }

        value = Own(node, input);
        return null;
    }

    private FlatPort? StepInlet(FlatNode inlet, string port, out FlatValue value)
    {
        value = default;
        if (inlet.Repeat?.IndexPort == port)
        {
            value = new FlatValue(FlatValueKind.Constant, Constant: JsonElement.Parse(inlet.Pass.ToString(CultureInfo.InvariantCulture)));
            return null;
        }

        if (inlet.PreviousOutlet >= 0)
        {
            foreach (CarriedPort carried in inlet.Repeat!.Carry)
            {
                if (carried.Input == port)
                {
                    NodeShape instance = nodes[inlet.Entry].Shape!;
                    return new FlatPort(inlet.PreviousOutlet, instance.Type.Outputs[instance.FindOutput(carried.Output)].Name);
                }
            }
        }

        return new FlatPort(inlet.Entry, port);
    }

    private FlatPort? StepChosen(FlatNode node, out FlatValue value)
    {
        value = FlatValue.Nothing;
        FlatPort? next = node.PassedInput is null ? null : StepTo(node, node.PassedInput, out value);
        if (next is null && value.Kind == FlatValueKind.Nothing)
        {
            string which = node.PassedInput is null ? "no case it has" : $"'{node.PassedInput}', which nothing feeds";
            problems.Add(new WorkflowProblem(WorkflowProblemCodes.SwitchCaseMissing, $"The switch chooses {which}. Connect that case or choose another.")
            {
                Node = new NodeId(node.Id),
                Port = node.PassedInput,
            });
        }

        return next;
    }

    /// <summary>
    /// ComfyUI's rule: the input of the output's position if its type matches, else the first input whose type does. Inputs that are
    /// no widgets come first, as they do on its nodes. Only edges are passed on, never constants.
    /// </summary>
    private static FlatPort? StepBypassed(FlatNode node, string port)
    {
        if (node.Shape is null)
        {
            // Nothing is known of the type: take the edge of the output's position, or the first.
            int position = port.Length > 1 && port[0] == '#' && int.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int found) ? found : 0;
            return position < node.Links.Count ? node.Links[position].From : null;
        }

        int slot = node.Shape.FindOutput(port);
        PortType type = node.Shape.Type.Outputs[slot].Type;
        ImmutableArray<NodeInput> inputs = [.. node.Shape.Type.Inputs.Where(input => !input.IsWidget), .. node.Shape.Type.Inputs.Where(input => input.IsWidget)];
        NodeInput? chosen = slot < inputs.Length && PortAdapters.Matches(inputs[slot].Type, type)
            ? inputs[slot]
            : inputs.FirstOrDefault(input => PortAdapters.Matches(input.Type, type));
        return chosen is null ? null : node.LinkTo(chosen.Name);
    }

    /// <summary>A constant of the node itself, or the default of its input.</summary>
    private static FlatValue Own(FlatNode node, string input)
    {
        if (node.Constants is not null && node.Constants.TryGetValue(input, out JsonElement constant))
        {
            return new FlatValue(FlatValueKind.Constant, Constant: constant);
        }

        return node.Shape?.FindInput(input)?.Default is { } value && !ConstantRules.IsAbsent(value)
            ? new FlatValue(FlatValueKind.Constant, Constant: value)
            : FlatValue.Nothing;
    }
}
