using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Names that come again and again in a document: one string for each.</summary>
internal sealed class NamePool
{
    private const int LongestPooled = 64;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public NamePool() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Returns the text of the reader's name or string.</summary>
    public string Get(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > LongestPooled)
        {
            return reader.GetString()!;
        }

        Span<char> buffer = stackalloc char[LongestPooled];
        ReadOnlySpan<char> text = buffer[..reader.CopyString(buffer)];
        if (_lookup.TryGetValue(text, out string? known))
        {
            return known;
        }

        string name = text.ToString();
        _names.Add(name);
        return name;
    }
}
