using System.Globalization;
using System.Text.Json;

namespace Vortex.Api;

/// <summary>JSON pointers (RFC 6901) into what a delivery brings.</summary>
internal static class PayloadPointer
{
    private const int Longest = 1024;

    /// <summary>Says whether a text is a pointer: empty for the whole payload, else parts that each begin with a slash, with <c>~0</c> and <c>~1</c> for tilde and slash.</summary>
    public static bool IsPointer(string? text)
    {
        if (text is null || text.Length > Longest || (text.Length > 0 && text[0] != '/'))
        {
            return false;
        }

        for (int at = text.IndexOf('~', StringComparison.Ordinal); at >= 0; at = text.IndexOf('~', at + 1))
        {
            if (at + 1 >= text.Length || text[at + 1] is not ('0' or '1'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Follows a pointer; null where it leads to nothing.</summary>
    public static JsonElement? Find(JsonElement payload, string pointer)
    {
        JsonElement at = payload;
        foreach (string part in pointer.Split('/').Skip(1))
        {
            string name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            JsonElement? next = at.ValueKind switch
            {
                JsonValueKind.Object => at.TryGetProperty(name, out JsonElement member) ? member : null,
                JsonValueKind.Array => Index(name) is { } index && index < at.GetArrayLength() ? at[index] : null,
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            at = next.Value;
        }

        return at;
    }

    // No sign and no leading zero: one element has one name.
    private static int? Index(string name) =>
        (name == "0" || (name.Length > 0 && name[0] != '0')) && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;
}
