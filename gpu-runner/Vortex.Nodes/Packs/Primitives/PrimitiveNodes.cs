using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Primitives;

/// <summary>Nodes that hold one value, so that several inputs can share it.</summary>
public static class PrimitiveNodes
{
    /// <summary>Holds a whole number.</summary>
    /// <param name="value">The number.</param>
    [Node("PrimitiveInt", "utilities/primitive", DisplayName = "Int", Cost = NodeCost.Trivial)]
    public static long Int([Input(Min = -long.MaxValue, Max = long.MaxValue, ControlAfterGenerate = true)] long value) => value;

    /// <summary>Holds a number.</summary>
    /// <param name="value">The number.</param>
    [Node("PrimitiveFloat", "utilities/primitive", DisplayName = "Float", Cost = NodeCost.Trivial)]
    public static double Float([Input(Min = -long.MaxValue, Max = long.MaxValue, Step = 0.1)] double value) => value;

    /// <summary>Holds a line of text.</summary>
    /// <param name="value">The text.</param>
    [Node("PrimitiveString", "utilities/primitive", DisplayName = "String", Cost = NodeCost.Trivial, IsDeprecated = true)]
    public static string String(string value) => value;

    /// <summary>Holds text of several lines.</summary>
    /// <param name="value">The text.</param>
    [Node("PrimitiveStringMultiline", "utilities/primitive", DisplayName = "String (Multiline)", Cost = NodeCost.Trivial)]
    public static string StringMultiline([Input(Multiline = true)] string value) => value;

    /// <summary>Holds true or false.</summary>
    /// <param name="value">True or false.</param>
    [Node("PrimitiveBoolean", "utilities/primitive", DisplayName = "Boolean", Cost = NodeCost.Trivial)]
    public static bool Boolean(bool value) => value;
}
