using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Flow;

/// <summary>Nodes that decide what is executed, or that only pass a value on.</summary>
public static class FlowNodes
{
    /// <summary>Passes one of two values on. What feeds the other one is not executed for its sake.</summary>
    /// <param name="switch">Which value: on_true when true, on_false otherwise.</param>
    /// <param name="onFalse">The value when the switch is false.</param>
    /// <param name="onTrue">The value when the switch is true.</param>
    [Node("ComfySwitchNode", "utilities/logic", DisplayName = "If/Else Switch", Cost = NodeCost.Trivial)]
    [Outputs("output")]
    public static object ComfySwitch(
        bool @switch,
        [Input(ChosenBy = "switch", ChosenAt = false)] object? onFalse,
        [Input(ChosenBy = "switch", ChosenAt = true)] object? onTrue)
    {
        string chosen = @switch ? "on_true" : "on_false";
        return (@switch ? onTrue : onFalse) ?? throw new NodeProblemException(
            "node.missing_input", chosen, $"The switch chose '{chosen}', which has no value; connect it.");
    }

    /// <summary>Passes on the case that a number selects. What feeds the other cases is not executed for their sake, and they may be left open.</summary>
    /// <param name="select">Which case.</param>
    /// <param name="case0">The value when select is 0.</param>
    /// <param name="case1">The value when select is 1.</param>
    /// <param name="case2">The value when select is 2.</param>
    /// <param name="case3">The value when select is 3.</param>
    /// <param name="case4">The value when select is 4.</param>
    /// <param name="case5">The value when select is 5.</param>
    /// <param name="case6">The value when select is 6.</param>
    /// <param name="case7">The value when select is 7.</param>
    [Node("vortex.Switch", "flow", DisplayName = "Switch", Cost = NodeCost.Trivial)]
    [Outputs("value")]
    public static object Switch(
        [Input(Default = 0, Min = 0, Max = 7)] int select,
        [Input(ChosenBy = "select", ChosenAt = 0)] object? case0,
        [Input(ChosenBy = "select", ChosenAt = 1)] object? case1,
        [Input(ChosenBy = "select", ChosenAt = 2)] object? case2,
        [Input(ChosenBy = "select", ChosenAt = 3)] object? case3,
        [Input(ChosenBy = "select", ChosenAt = 4)] object? case4,
        [Input(ChosenBy = "select", ChosenAt = 5)] object? case5,
        [Input(ChosenBy = "select", ChosenAt = 6)] object? case6,
        [Input(ChosenBy = "select", ChosenAt = 7)] object? case7)
    {
        object? chosen = select switch
        {
            0 => case0,
            1 => case1,
            2 => case2,
            3 => case3,
            4 => case4,
            5 => case5,
            6 => case6,
            7 => case7,
            _ => throw new NodeProblemException("node.out_of_range", "select", $"'select' is {select}; it must lie between 0 and 7."),
        };
        return chosen ?? throw new NodeProblemException(
            "node.missing_input", $"case{select}", $"The switch chose 'case{select}', which has no value; connect it.");
    }

    /// <summary>Passes a value on as it is, and an empty one when nothing is connected. For measuring what the engine itself costs.</summary>
    /// <param name="value">Anything.</param>
    [Node("vortex.NoOp", "utilities/logic", DisplayName = "No Operation", Cost = NodeCost.Trivial)]
    [Outputs("value")]
    public static object? NoOp(object? value) => value;
}
