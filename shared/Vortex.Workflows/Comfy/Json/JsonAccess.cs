using System.Globalization;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Looks into JSON of uncertain shape: what is missing or of another kind reads as nothing.</summary>
internal static class JsonAccess
{
    /// <summary>The member of that name, or null when there is none, it is null, or this is no object.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>The member as text, or null when it is none.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The member if it is an object.</summary>
    public static JsonElement? Object(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Object } value ? value : null;

    /// <summary>The entries of the member if it is an array; else none.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : default;

    /// <summary>The length of the member if it is an array; else 0.</summary>
    public static int Count(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.GetArrayLength() : 0;

    /// <summary>An id as text, however it is written: <c>4</c>, <c>4.0</c> and <c>"4"</c> are one. Null when it is none.</summary>
    public static string? Key(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number when element.TryGetInt64(out long whole) => whole.ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Number when element.TryGetDouble(out double number) && Math.Abs(number) < 1e15 && number == Math.Truncate(number) =>
            ((long)number).ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };

    /// <summary>A slot or mode number, also when written as text; null when it is none.</summary>
    public static int? Whole(this JsonElement element) =>
        int.TryParse(element.Key(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;

    /// <summary>A finite number, or null.</summary>
    public static double? Number(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) && double.IsFinite(value) ? value : null;

    /// <summary>The entry of a list that is written as an array or as an object with the members "0", "1" and so on.</summary>
    public static double? NumberAt(this JsonElement element, int index)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return index < element.GetArrayLength() ? element[index].Number() : null;
        }

        return element.Member(index.ToString(CultureInfo.InvariantCulture))?.Number();
    }

    /// <summary>The text as a JSON value of its own.</summary>
    public static JsonElement ToJson(string text) => JsonSerializer.SerializeToElement(text);
}
