using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vortex.Nodes.Packs.Files;

/// <summary>Turns what a person wrote as a file name prefix into a relative name without an extension.</summary>
/// <remarks>
/// <c>%date:yyyy-MM-dd%</c> with ComfyUI's letters (d, M, y, h, m, s), <c>%year%</c> to <c>%second%</c>, <c>%width%</c> and
/// <c>%height%</c> are replaced; anything else between percent signs stays. A slash makes a folder. Characters that some system does not
/// allow in a file name become an underscore.
/// </remarks>
internal static partial class FileNamePrefix
{
    private const int MaxLength = 400;

    /// <summary>Resolves a prefix.</summary>
    /// <exception cref="NodeProblemException"><c>file.name_outside</c> when it leaves the output folder, <c>file.name_too_long</c>.</exception>
    public static string Resolve(string prefix, string port, DateTimeOffset now, int width, int height)
    {
        string named = Placeholder().Replace(prefix, match => Value(match.Groups[1].Value, now, width, height) ?? match.Value).Replace('\\', '/');
        if (named.Length > MaxLength)
        {
            throw new NodeProblemException("file.name_too_long", port, $"The file name would have {named.Length} characters; use at most {MaxLength}.");
        }

        if (named.StartsWith('/') || (named.Length > 1 && char.IsAsciiLetter(named[0]) && named[1] == ':'))
        {
            throw Outside(prefix, port);
        }

        List<string> parts = [];
        foreach (string part in named.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part.Trim(' ', '.').Length == 0)
            {
                throw Outside(prefix, port);
            }

            parts.Add(Portable(part));
        }

        // A prefix that ends with a slash, or is empty, names only the folder; the file is then called by its number.
        bool isFolder = named.Length == 0 || named.EndsWith('/');
        return string.Join('/', parts) + (isFolder && parts.Count > 0 ? "/" : "");
    }

    private static NodeProblemException Outside(string prefix, string port) =>
        new("file.name_outside", port, $"'{prefix}' leads out of the output folder; use a name below it, without '..' and not beginning with a slash.");

    private static string Portable(string part)
    {
        StringBuilder name = new(part.Length);
        foreach (char c in part)
        {
            name.Append(c is '<' or '>' or ':' or '"' or '|' or '?' or '*' || char.IsControl(c) ? '_' : c);
        }

        // Windows drops a space or dot at the end of a folder's name, and would then not find it.
        if (name[^1] is ' ' or '.')
        {
            name[^1] = '_';
        }

        return name.ToString();
    }

    private static string? Value(string name, DateTimeOffset now, int width, int height) => name switch
    {
        "width" => width.ToString(CultureInfo.InvariantCulture),
        "height" => height.ToString(CultureInfo.InvariantCulture),
        "year" => now.Year.ToString(CultureInfo.InvariantCulture),
        "month" => Two(now.Month),
        "day" => Two(now.Day),
        "hour" => Two(now.Hour),
        "minute" => Two(now.Minute),
        "second" => Two(now.Second),
        _ when name.StartsWith("date:", StringComparison.Ordinal) => DatePart().Replace(name[5..], part => Date(part.Value, now)),
        _ => null,
    };

    private static string Two(int number) => number.ToString("00", CultureInfo.InvariantCulture);

    private static string Date(string letters, DateTimeOffset now)
    {
        int number = letters[0] switch
        {
            'd' => now.Day,
            'M' => now.Month,
            'h' => now.Hour,
            'm' => now.Minute,
            's' => now.Second,
            _ => letters.Length == 2 ? now.Year % 100 : now.Year,
        };
        return number.ToString(new string('0', letters[0] == 'y' ? Math.Min(letters.Length, 4) : letters.Length), CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Placeholder();

    [GeneratedRegex("d{1,2}|M{1,2}|h{1,2}|m{1,2}|s{1,2}|y{2,4}")]
    private static partial Regex DatePart();
}
