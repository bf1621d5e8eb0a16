namespace Vortex.Nodes.Packs.Text;

/// <summary>Text counted and cut by code points, as Python does; .NET counts an emoji as two.</summary>
internal static class CodePoints
{
    /// <summary>Counts the code points; a lone surrogate counts as one.</summary>
    public static int Count(string text)
    {
        int pairs = 0;
        for (int i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                pairs++;
                i++;
            }
        }

        return text.Length - pairs;
    }

    /// <summary>Python's <c>text[start:end]</c>: negative positions count from the end, positions beyond an end mean that end.</summary>
    public static string Slice(string text, long start, long end)
    {
        int count = Count(text);
        int from = Clip(start, count);
        int to = Clip(end, count);
        return from >= to ? "" : text[Offset(text, from)..Offset(text, to)];
    }

    /// <summary>Lists the offsets in UTF-16 units at which code points begin, and the text's length.</summary>
    public static IEnumerable<int> Boundaries(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            yield return i;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
            }
        }

        yield return text.Length;
    }

    private static int Clip(long position, int count) => (int)Math.Clamp(position < 0 ? position + count : position, 0, count);

    private static int Offset(string text, int codePoint) => Boundaries(text).Skip(codePoint).First();
}
