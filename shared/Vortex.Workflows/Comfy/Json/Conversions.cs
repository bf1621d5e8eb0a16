using System.Globalization;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Rewrites values the way ComfyUI does when it reads them, where nothing is lost by it.</summary>
internal static class Conversions
{
    /// <summary>Whether a text is a plain number.</summary>
    public static bool IsNumber(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        && decimal.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>Returns the value in the form an input asks for; the value itself where it has that form or no other is known.</summary>
    /// <param name="value">The value as the file writes it.</param>
    /// <param name="input">The input that takes it.</param>
    /// <param name="rewritten">Whether the result means something else to JSON than the value.</param>
    public static JsonElement Convert(JsonElement value, NodeInput input, out bool rewritten)
    {
        JsonElement result = Rewrite(value, input);
        rewritten = result.ValueKind != value.ValueKind;
        return result;
    }

    private static JsonElement Rewrite(JsonElement value, NodeInput input)
    {
        PortType type = input.Type;
        if (type == PortType.Integer)
        {
            return ToInteger(value);
        }

        if (type == PortType.Number && IsNumber(value))
        {
            return Parse(decimal.Parse(value.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture));
        }

        if (type == PortType.Text && value.ValueKind is JsonValueKind.Number)
        {
            return JsonAccess.ToJson(value.GetRawText());
        }

        if (type == PortType.Choice)
        {
            return ToChoice(value, input);
        }

        return value;
    }

    private static JsonElement ToInteger(JsonElement value)
    {
        bool isNumber = value.ValueKind == JsonValueKind.Number;
        if (!isNumber && !IsNumber(value))
        {
            return value;
        }

        string text = isNumber ? value.GetRawText() : value.GetString()!;
        bool plain = isNumber && text.AsSpan().IndexOfAny('.', 'e', 'E') < 0;
        return !plain && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) && number == decimal.Truncate(number)
            ? Parse(decimal.Truncate(number))
            : value;
    }

    /// <summary>Switches that became words: on and off of early versions are the first and second choice of enable and disable.</summary>
    private static JsonElement ToChoice(JsonElement value, NodeInput input)
    {
        string? word = value.ValueKind switch
        {
            JsonValueKind.True when input.Choices.Contains("enable", StringComparer.Ordinal) => "enable",
            JsonValueKind.False when input.Choices.Contains("disable", StringComparer.Ordinal) => "disable",
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        return word is not null && (input.Choices.IsEmpty || input.Choices.Contains(word, StringComparer.Ordinal)) ? JsonAccess.ToJson(word) : value;
    }

    private static JsonElement Parse(decimal number)
    {
        using JsonDocument document = JsonDocument.Parse(number.ToString(CultureInfo.InvariantCulture));
        return document.RootElement.Clone();
    }
}
