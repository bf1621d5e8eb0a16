using System.Text.Json;

namespace Vortex.Embedded;

/// <summary>Where a list goes on, as an opaque text: the sort key of the last entry.</summary>
internal static class Cursor
{
    internal static string Of(long number, string name) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new Place(number, name))).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Reads a cursor; null gives null.</summary>
    /// <exception cref="ArgumentException">It is none of ours.</exception>
    internal static Place? Read(string? cursor)
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

    internal sealed record Place(long Number, string Name);
}
