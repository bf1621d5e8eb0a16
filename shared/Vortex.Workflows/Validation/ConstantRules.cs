using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Which constants an input takes.</summary>
internal static class ConstantRules
{
    private const int ChoicesShown = 5;

    /// <summary>Returns whether a constant is no value at all, as if it were not there.</summary>
    public static bool IsAbsent(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>Returns the code and sentence of what is wrong with a constant; null when it is right or absent.</summary>
    public static (string Code, string Message)? Check(NodeInput input, JsonElement value, WorkflowLimits limits)
    {
        if (IsAbsent(value))
        {
            return null;
        }

        if (IsTooLong(value, limits.MaxTextLength))
        {
            return (WorkflowProblemCodes.TextTooLong, $"The text of '{input.Name}' has more than {limits.MaxTextLength} characters.");
        }

        if (input.EdgeOnly && input.Type.IsConstant)
        {
            return NeedsEdge(input);
        }

        if (!input.Type.Name.Contains(',', StringComparison.Ordinal))
        {
            return CheckType(input, input.Type, value);
        }

        (string Code, string Message)? first = null;
        foreach (PortType part in PortAdapters.Parts(input.Type))
        {
            if (CheckType(input, part, value) is not { } problem)
            {
                return null;
            }

            first ??= problem;
        }

        return first;
    }

    private static bool IsTooLong(JsonElement value, int limit) =>
        value.ValueKind == JsonValueKind.String
        && JsonMarshal.GetRawUtf8Value(value).Length - 2 > limit
        && CharactersOf(value) > limit;

    private static int CharactersOf(JsonElement text) =>
        System.Text.Encoding.UTF8.GetCharCount(CanonicalText.Unescape(JsonMarshal.GetRawUtf8Value(text)[1..^1]));

    private static (string Code, string Message)? CheckType(NodeInput input, PortType type, JsonElement value)
    {
        bool isScalar = value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);
        return type.Name switch
        {
            "Text" or "File" or "ModelRef" => value.ValueKind == JsonValueKind.String ? null : Wrong(input, "a text", value),
            "Bool" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : Wrong(input, "true or false", value),
            "Number" => CheckNumber(input, value),
            "Integer" => CheckInteger(input, value),
            "Choice" => isScalar ? CheckChoice(input, value) : Wrong(input, "one of a list of texts", value),
            "Json" => null,
            "Image" or "Mask" or "Latent" or "Tensor" => NeedsEdge(input),
            // Types of other ecosystems: what is not a plain value may be theirs; ComfyUI's own dynamic types take texts too.
            _ when PortAdapters.IsAny(type) || !isScalar || type.Name.StartsWith("COMFY_", StringComparison.Ordinal) => null,
            _ => NeedsEdge(input),
        };
    }

    private static (string Code, string Message)? CheckNumber(NodeInput input, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            return Wrong(input, "a number", value);
        }

        return double.IsFinite(value.GetDouble()) ? CheckRange(input, value) : Wrong(input, "a number that fits 64 bits", value);
    }

    private static (string Code, string Message)? CheckInteger(NodeInput input, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            return Wrong(input, "a whole number", value);
        }

        return CanonicalNumber.TryReadInteger(JsonMarshal.GetRawUtf8Value(value), out _, out _)
            ? CheckRange(input, value)
            : Wrong(input, "a whole number of 64 bits", value);
    }

    private static (string Code, string Message)? CheckRange(NodeInput input, JsonElement value)
    {
        if (input.Min is { } min && IsBelow(value, min))
        {
            return (WorkflowProblemCodes.ValueTooSmall, $"'{input.Name}' is {Shown(value)}; the least allowed is {Shown(min)}.");
        }

        return input.Max is { } max && IsAbove(value, max)
            ? (WorkflowProblemCodes.ValueTooBig, $"'{input.Name}' is {Shown(value)}; the greatest allowed is {Shown(max)}.")
            : null;
    }

    // A number beyond a decimal's range is compared as a double: far enough from any bound a decimal can name.
    private static bool IsBelow(JsonElement value, decimal min) =>
        value.TryGetDecimal(out decimal number) ? number < min : value.GetDouble() < (double)min;

    private static bool IsAbove(JsonElement value, decimal max) =>
        value.TryGetDecimal(out decimal number) ? number > max : value.GetDouble() > (double)max;

    private static (string Code, string Message)? CheckChoice(NodeInput input, JsonElement value)
    {
        if (input.Choices.IsDefaultOrEmpty || input.Choices.Contains(ChoiceText(value), StringComparer.Ordinal))
        {
            return null;
        }

        string shown = string.Join(", ", input.Choices.Take(ChoicesShown).Select(choice => $"'{Quote.Short(choice)}'"));
        string more = input.Choices.Length > ChoicesShown
            ? string.Create(CultureInfo.InvariantCulture, $" and {input.Choices.Length - ChoicesShown} more")
            : "";
        return (WorkflowProblemCodes.ValueNotInList, $"'{input.Name}' is {Shown(value)}; choose one of {shown}{more}.");
    }

    /// <summary>Returns the text a choice stands for: lists of other ecosystems hold numbers and truth values too.</summary>
    public static string ChoiceText(JsonElement value) => value.ValueKind == JsonValueKind.String ? TextOf(value) : value.GetRawText();

    private static string TextOf(JsonElement value) =>
        System.Text.Encoding.UTF8.GetString(CanonicalText.Unescape(JsonMarshal.GetRawUtf8Value(value)[1..^1]));

    private static (string Code, string Message) Wrong(NodeInput input, string expected, JsonElement value) =>
        (WorkflowProblemCodes.WrongConstantType, $"'{input.Name}' must be {expected}, but is {Shown(value)}.");

    private static (string Code, string Message) NeedsEdge(NodeInput input) =>
        (WorkflowProblemCodes.EdgeRequired, $"'{input.Name}' takes its value ({input.Type}) from another node. Connect it and remove the constant.");

    private static string Shown(JsonElement value) => Quote.Short(value.GetRawText());

    private static string Shown(decimal value) => (value / 1.000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
}
