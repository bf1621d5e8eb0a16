using System.Text;

namespace Vortex.Runner;

/// <summary>The rules for names of files that nodes make: a relative path that every system can write below a folder of its choice.</summary>
internal static class ArtifactNames
{
    private const int MaxLength = 512;
    private const int MaxPartBytes = 255;

    /// <summary>Returns what is wrong with a name; null when nothing is.</summary>
    public static string? ProblemOf(string name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return $"it has {name.Length} characters, and 1 to {MaxLength} are possible";
        }

        foreach (string part in name.Split('/'))
        {
            if (part.Length == 0)
            {
                return "it begins or ends with a slash, or has two in a row";
            }

            if (part is "." or "..")
            {
                return "it has a part that leads to another folder";
            }

            if (Encoding.UTF8.GetByteCount(part) > MaxPartBytes)
            {
                return $"a part of it is longer than {MaxPartBytes} bytes";
            }

            if (part[^1] is '.' or ' ' || IsDevice(part))
            {
                return "Windows cannot keep a file of that name";
            }

            foreach (Rune rune in part.EnumerateRunes())
            {
                if (Rune.IsControl(rune) || rune == Rune.ReplacementChar || rune.Value is '<' or '>' or ':' or '"' or '|' or '?' or '*' or '\\')
                {
                    return "it has a character that file names cannot have everywhere";
                }
            }
        }

        return null;
    }

    private static bool IsDevice(string part)
    {
        int dot = part.IndexOf('.', StringComparison.Ordinal);
        string stem = (dot < 0 ? part : part[..dot]).TrimEnd(' ').ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL"
            || (stem.Length == 4 && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal)) && stem[3] is >= '1' and <= '9');
    }
}
