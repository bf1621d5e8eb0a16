namespace Vortex.Workflows;

/// <summary>Makes foreign text fit for a sentence.</summary>
internal static class Quote
{
    private const int Longest = 60;

    /// <summary>Returns the text, cut to a readable length and without control characters.</summary>
    public static string Short(string text)
    {
        bool cut = text.Length > Longest;
        // Never cut a surrogate pair in two.
        int length = !cut ? text.Length : char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest;
        string part = text[..length];
        if (part.AsSpan().ContainsAnyInRange('\0', '\u001F'))
        {
            part = string.Concat(part.Select(character => character < ' ' ? ' ' : character));
        }

        return cut ? part + "..." : part;
    }
}
