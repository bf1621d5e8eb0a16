using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>Which output fits which input although their types have different names.</summary>
/// <remarks>
/// Only what loses nothing and surprises nobody: a whole number is a number, a choice is a text and a text may be a choice, pictures and
/// masks are tensors, and every plain value is JSON. A number is no text: how many digits it gets is for a node to decide. A text is
/// no file: files are looked up before a run, when the text is not yet known.
/// </remarks>
public static class PortAdapters
{
    /// <summary>ComfyUI's type whose ports agree among themselves; each alone fits everything.</summary>
    private const string MatchType = "COMFY_MATCHTYPE_V3";

    /// <summary>Returns whether the value of an output may be led to an input. Unions such as <c>A,B</c> fit when one of their types does.</summary>
    public static bool Fits(PortType from, PortType to)
    {
        if (from == to || IsAny(from) || IsAny(to))
        {
            return true;
        }

        if (from.Name.Contains(',', StringComparison.Ordinal) || to.Name.Contains(',', StringComparison.Ordinal))
        {
            return Parts(from).Any(one => Parts(to).Any(other => IsAny(one) || IsAny(other) || FitsPlain(one.Name, other.Name)));
        }

        return FitsPlain(from.Name, to.Name);
    }

    /// <summary>Returns whether two types are the same, wildcards and unions included but without conversion: how a bypassed node finds its input.</summary>
    public static bool Matches(PortType one, PortType other) =>
        one == other
        || IsAny(one)
        || IsAny(other)
        || (one.Name.Contains(',', StringComparison.Ordinal) || other.Name.Contains(',', StringComparison.Ordinal)) && Parts(one).Intersect(Parts(other)).Any();

    /// <summary>Finds the node type of the catalog that turns one type into the other with nothing else connected; null when there is none.</summary>
    /// <remarks>Types that can be executed come first, then those with fewer inputs, then by name.</remarks>
    public static NodeType? FindConverter(NodeCatalog catalog, PortType from, PortType to) => catalog.Types
        .Where(type => Converts(type, from, to))
        .OrderByDescending(type => type.IsExecutable)
        .ThenBy(type => type.Inputs.Length)
        .ThenBy(type => type.Name, StringComparer.Ordinal)
        .FirstOrDefault();

    internal static bool IsAny(PortType type) => type == PortType.Any || type.Name is MatchType or "";

    internal static ImmutableArray<PortType> Parts(PortType type) =>
        [.. type.Name.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => new PortType(name))];

    private static bool FitsPlain(string from, string to) => from == to || to switch
    {
        "Number" => from is "Integer",
        "Text" => from is "Choice",
        "Choice" => from is "Text",
        "Tensor" => from is "Image" or "Mask",
        "Json" => from is "Text" or "Number" or "Integer" or "Bool" or "Choice",
        _ => false,
    };

    private static bool Converts(NodeType type, PortType from, PortType to) =>
        !type.IsDeprecated
        && type.Outputs.Length == 1
        && type.Outputs[0].Type == to
        && type.Inputs.Count(input => input.Type == from || (input.Type == PortType.Any && !input.IsWidget)) == 1
        && type.Inputs.All(input => input.Type == from || input.Type == PortType.Any || !input.IsRequired || input.Default is not null || !input.Choices.IsEmpty);
}
