using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vortex.Nodes.Packs.Text;

/// <summary>A regular expression in Python's notation, and templates for what replaces its matches.</summary>
/// <remarks>
/// .NET numbers named groups after the others and Python numbers all in order, so named groups become plain ones here and names are kept
/// aside. Translated are <c>(?P&lt;n&gt;…)</c>, <c>(?P=n)</c>, <c>(?(n)…)</c>, <c>\Z</c> and <c>{,n}</c>; the rest reads the same in both.
/// </remarks>
internal sealed class PythonPattern
{
    private readonly Regex _regex;
    private readonly Dictionary<string, int> _names;

    private PythonPattern(Regex regex, Dictionary<string, int> names, int groups) => (_regex, _names, Groups) = (regex, names, groups);

    /// <summary>Gets the number of groups.</summary>
    public int Groups { get; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="RegexParseException">It is not a pattern.</exception>
    public static PythonPattern Parse(string pattern, RegexOptions options, TimeSpan timeout)
    {
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        int groups = 0;
        string translated = Translate(pattern, names, ref groups);
        try
        {
            return new PythonPattern(new Regex(translated, options | RegexOptions.CultureInvariant, timeout), names, groups);
        }
        catch (ArgumentException exception) when (exception is not RegexParseException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <summary>Finds matches from left to right.</summary>
    public MatchCollection Matches(string text) => _regex.Matches(text);

    /// <summary>Finds the first match.</summary>
    public Match Match(string text) => _regex.Match(text);

    /// <summary>Replaces matches.</summary>
    /// <param name="text">The text to search.</param>
    /// <param name="count">The most replacements; -1 for all.</param>
    /// <param name="evaluator">Gives what to put in place of a match.</param>
    public string Replace(string text, int count, MatchEvaluator evaluator) => _regex.Replace(text, evaluator, count);

    /// <summary>Reads a replacement template: <c>\1</c>, <c>\g&lt;1&gt;</c>, <c>\g&lt;name&gt;</c> and escapes as in Python; a dollar sign is a dollar sign.</summary>
    /// <exception cref="FormatException">An escape or a group does not exist; the message says which.</exception>
    public IReadOnlyList<(string Literal, int Group)> ParseTemplate(string template)
    {
        List<(string, int)> parts = [];
        StringBuilder literal = new();
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i] != '\\')
            {
                literal.Append(template[i]);
                continue;
            }

            if (++i == template.Length)
            {
                throw new FormatException("it ends with a single backslash");
            }

            if (Escaped(template[i]) is { } character)
            {
                literal.Append(character);
            }
            else if (Group(template, ref i) is { } group)
            {
                parts.Add((literal.ToString(), group));
                literal.Clear();
            }
            else if (template[i] == '0' || IsOctal(template, i))
            {
                int digits = 0;
                int value = 0;
                while (digits < 3 && i + digits < template.Length && template[i + digits] is >= '0' and <= '7')
                {
                    value = (value * 8) + template[i + digits++] - '0';
                }

                literal.Append((char)(value & 0xFF));
                i += digits - 1;
            }
            else if (char.IsAsciiLetter(template[i]))
            {
                throw new FormatException($"'\\{template[i]}' means nothing there");
            }
            else
            {
                literal.Append('\\').Append(template[i]);
            }
        }

        parts.Add((literal.ToString(), -1));
        return parts;
    }

    private static char? Escaped(char c) => c switch
    {
        '\\' => '\\',
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\a',
        'b' => '\b',
        'f' => '\f',
        'v' => '\v',
        _ => null,
    };

    private static bool IsOctal(string text, int i) =>
        i + 2 < text.Length && text[i] is >= '0' and <= '3' && text[i + 1] is >= '0' and <= '7' && text[i + 2] is >= '0' and <= '7';

    private int? Group(string template, ref int i)
    {
        if (template[i] == 'g')
        {
            int close = template.IndexOf('>', i);
            if (i + 1 >= template.Length || template[i + 1] != '<' || close < 0)
            {
                throw new FormatException("'\\g' must be followed by a group in angle brackets, such as \\g<1>");
            }

            string name = template[(i + 2)..close];
            i = close;
            return Checked(name, int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : _names.GetValueOrDefault(name, -1));
        }

        if (template[i] is < '1' or > '9' || IsOctal(template, i))
        {
            return null;
        }

        int start = i;
        if (i + 1 < template.Length && char.IsAsciiDigit(template[i + 1]))
        {
            i++;
        }

        string digits = template[start..(i + 1)];
        return Checked(digits, int.Parse(digits, CultureInfo.InvariantCulture));
    }

    private int Checked(string name, int group) => group >= 0 && group <= Groups
        ? group
        : throw new FormatException($"the pattern has no group '{name}'");

    private static string Translate(string pattern, Dictionary<string, int> names, ref int groups)
    {
        StringBuilder result = new(pattern.Length);
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                i++;
                result.Append('\\').Append(!inClass && pattern[i] == 'Z' ? 'z' : pattern[i]);
            }
            else if (inClass)
            {
                // A bracket inside a class would begin a subtraction in .NET.
                inClass = c != ']';
                result.Append(c == '[' ? "\\[" : c.ToString());
            }
            else if (c == '[')
            {
                inClass = true;
                result.Append(c);
                if (i + 1 < pattern.Length && pattern[i + 1] == '^')
                {
                    result.Append(pattern[++i]);
                }

                if (i + 1 < pattern.Length && pattern[i + 1] == ']')
                {
                    i++;
                    result.Append("\\]");
                }
            }
            else if (c == '{' && i + 2 < pattern.Length && pattern[i + 1] == ',' && char.IsAsciiDigit(pattern[i + 2]))
            {
                result.Append("{0");
            }
            else if (c == '(')
            {
                i += OpenGroup(pattern.AsSpan(i), result, names, ref groups) - 1;
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    // Returns how many characters of the pattern it has dealt with.
    private static int OpenGroup(ReadOnlySpan<char> rest, StringBuilder result, Dictionary<string, int> names, ref int groups)
    {
        if (rest.Length < 2 || rest[1] != '?')
        {
            groups++;
            result.Append('(');
            return 1;
        }

        int prefix = rest.StartsWith("(?P<") ? 4 : rest.StartsWith("(?P=") ? 4 : rest.StartsWith("(?(") ? 3 : 0;
        char closing = prefix == 3 || rest.StartsWith("(?P=") ? ')' : '>';
        int close = prefix == 0 ? -1 : rest[prefix..].IndexOf(closing);
        if (close < 0)
        {
            result.Append("(?");
            return 2;
        }

        string name = rest.Slice(prefix, close).ToString();
        int length = prefix + close + 1;
        if (rest.StartsWith("(?P<"))
        {
            names[name] = ++groups;
            result.Append('(');
        }
        else
        {
            string number = names.TryGetValue(name, out int known) ? known.ToString(CultureInfo.InvariantCulture) : name;
            result.Append(rest.StartsWith("(?P=") ? $"\\k<{number}>" : $"(?({number})");
        }

        return length;
    }
}
