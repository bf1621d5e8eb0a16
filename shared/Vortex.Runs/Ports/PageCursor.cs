using System.Text.Json;

namespace Vortex.Runs;

/// <summary>Where a list goes on, as an opaque text: the sort key of the last entry.</summary>
public static class PageCursor
{
    /// <summary>Makes the cursor that goes on behind an entry.</summary>
    public static string Of(long number, string name) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new Place(number, name))).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Reads a cursor; null gives null.</summary>
    /// <exception cref="ArgumentException">It is none of ours.</exception>
    public static Place? Read(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        try
        {
            string padded = cursor.Replace('-', '+').Replace('_', '/');
            padded = padded.PadRight((padded.Length + 3) / 4 * 4, '=');
            if (JsonSerializer.Deserialize<Place>(Convert.FromBase64String(padded)) is { Name: not null } place)
            {
                return place;
            }
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw new ArgumentException("The cursor is not one that a list returned. Begin again without it.", nameof(cursor), error);
        }

        throw new ArgumentException("The cursor is not one that a list returned. Begin again without it.", nameof(cursor));
    }

    /// <summary>The sort key of an entry: a number, then a name.</summary>
    public sealed record Place(long Number, string Name);
}
