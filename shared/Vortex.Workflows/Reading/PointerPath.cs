using System.Globalization;
using System.Text;

namespace Vortex.Workflows;

/// <summary>The way from the root of a JSON text to the value being read. Written as a JSON pointer only when somebody asks.</summary>
internal sealed class PointerPath
{
    private readonly List<Segment> _segments = [];

    public int Depth => _segments.Count;

    public void Push(string name) => _segments.Add(new Segment(name, 0));

    public void Push(int index) => _segments.Add(new Segment(null, index));

    public void Pop() => _segments.RemoveAt(_segments.Count - 1);

    /// <summary>Goes to the next entry of the array whose entry is the last segment.</summary>
    public void Next() => _segments[^1] = new Segment(null, _segments[^1].Index + 1);

    public string? NameAt(int depth) => _segments[depth].Name;

    /// <summary>Returns the pointer as RFC 6901 spells it.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (Segment segment in _segments)
        {
            text.Append('/').Append(segment.Name is null ? segment.Index.ToString(CultureInfo.InvariantCulture) : Escape(segment.Name));
        }

        return text.ToString();
    }

    public static string Escape(string name) =>
        name.AsSpan().IndexOfAny('~', '/') < 0 ? name : name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private readonly record struct Segment(string? Name, int Index);
}
