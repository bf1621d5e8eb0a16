using System.Globalization;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Finds the place a JSON pointer names in a text.</summary>
internal static class PointerPlaces
{
    /// <summary>Returns where the value that <paramref name="pointer"/> names begins, or the nearest container of it that is there.</summary>
    /// <param name="text">Valid JSON.</param>
    /// <param name="pointer">RFC 6901.</param>
    /// <param name="maxDepth">The nesting the text may have.</param>
    public static long Find(ReadOnlySpan<byte> text, string pointer, int maxDepth)
    {
        Utf8JsonReader reader = new(text, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        long found = reader.TokenStartIndex;
        foreach (string escaped in pointer.Split('/').Skip(1))
        {
            string segment = escaped.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            bool entered = reader.TokenType switch
            {
                JsonTokenType.StartObject => EnterMember(ref reader, segment),
                JsonTokenType.StartArray => EnterItem(ref reader, segment),
                _ => false,
            };
            if (!entered)
            {
                break;
            }

            found = reader.TokenStartIndex;
        }

        return found;
    }

    private static bool EnterMember(ref Utf8JsonReader reader, string name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool here = reader.ValueTextEquals(name);
            reader.Read();
            if (here)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool EnterItem(ref Utf8JsonReader reader, string index)
    {
        if (!int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int wanted))
        {
            return false;
        }

        for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (i == wanted)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
