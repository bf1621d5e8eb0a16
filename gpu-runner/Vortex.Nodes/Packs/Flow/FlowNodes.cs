using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Flow;

/// <summary>Nodes that decide what is executed, or that only pass a value on.</summary>
public static class FlowNodes
{
    /// <summary>Passes one of two values on. What feeds the other one is not executed for its sake.</summary>
    /// <param name="switch">Which value: on_true when true, on_false otherwise.</param>
    /// <param name="onFalse">The value when the switch is false.</param>
    /// <param name="onTrue">The value when the switch is true.</param>
    [Node("ComfySwitchNode", "utils/logic", DisplayName = "If/Else Switch", Cost = NodeCost.Trivial)]
    [Outputs("output")]
    public static object? ComfySwitch(
        bool @switch,
        [Input(ChosenBy = "switch", ChosenAt = false)] object onFalse,
        [Input(ChosenBy = "switch", ChosenAt = true)] object onTrue) => Switch(@switch, onFalse, onTrue);

    /// <summary>Passes one of two values on; the one that is not chosen may be left open. What feeds it is not executed for its sake.</summary>
    /// <param name="switch">Which value: on_true when true, on_false otherwise.</param>
    /// <param name="onFalse">The value when the switch is false.</param>
    /// <param name="onTrue">The value when the switch is true.</param>
    [Node("vortex.Switch", "utils/logic", DisplayName = "Switch", Cost = NodeCost.Trivial)]
    [Outputs("output")]
    public static object Switch(
        bool @switch,
        [Input(ChosenBy = "switch", ChosenAt = false)] object? onFalse,
        [Input(ChosenBy = "switch", ChosenAt = true)] object? onTrue)
    {
        string chosen = @switch ? "on_true" : "on_false";
        return (@switch ? onTrue : onFalse) ?? throw new NodeProblemException(
            "node.missing_input", chosen, $"The switch chose '{chosen}', which has no value; connect it.");
    }

    /// <summary>Passes a value on as it is, and an empty one when nothing is connected. For measuring what the engine itself costs.</summary>
    /// <param name="value">Anything.</param>
    [Node("vortex.NoOp", "utils/logic", DisplayName = "No Operation", Cost = NodeCost.Trivial)]
    [Outputs("value")]
    public static object? NoOp(object? value) => value;
}
