using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Text;

/// <summary>Nodes that search text with regular expressions in Python's notation.</summary>
/// <remarks>As in ComfyUI a pattern that is none matches nothing, except in the replacing node, where it is a problem. A search that takes too long is a problem everywhere.</remarks>
public static class RegexNodes
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    /// <summary>Says whether a pattern is found anywhere in a text.</summary>
    /// <param name="string">The text to search.</param>
    /// <param name="regexPattern">The pattern.</param>
    /// <param name="caseInsensitive">Whether capitals and small letters are the same.</param>
    /// <param name="multiline">Whether ^ and $ match at every line.</param>
    /// <param name="dotall">Whether a dot matches line breaks too.</param>
    [Node("RegexMatch", "text", DisplayName = "Regex Match", Cost = NodeCost.Trivial)]
    [Outputs("matches")]
    public static bool Match(
        [Input(Multiline = true)] string @string,
        [Input(Multiline = true)] string regexPattern,
        [Input(Default = true)] bool caseInsensitive,
        [Input(Default = false)] bool multiline,
        [Input(Default = false)] bool dotall) =>
        Search(() => TryParse(regexPattern, Options(caseInsensitive, multiline, dotall), s_longest)?.Match(@string).Success == true);

    /// <summary>Takes out of a text what a pattern matches; several results come on lines of their own.</summary>
    /// <param name="string">The text to search.</param>
    /// <param name="regexPattern">The pattern.</param>
    /// <param name="mode">The first match, all matches, or one group of the first or of all matches.</param>
    /// <param name="caseInsensitive">Whether capitals and small letters are the same.</param>
    /// <param name="multiline">Whether ^ and $ match at every line.</param>
    /// <param name="dotall">Whether a dot matches line breaks too.</param>
    /// <param name="groupIndex">Which group, for the modes that take one.</param>
    [Node("RegexExtract", "text", DisplayName = "Regex Extract", Cost = NodeCost.Trivial)]
    public static string Extract(
        [Input(Multiline = true)] string @string,
        [Input(Multiline = true)] string regexPattern,
        [Input(Choices = ["First Match", "All Matches", "First Group", "All Groups"])] string mode,
        [Input(Default = true)] bool caseInsensitive,
        [Input(Default = false)] bool multiline,
        [Input(Default = false)] bool dotall,
        [Input(Default = 1, Min = 0, Max = 100)] int groupIndex) =>
        Search(() => TryParse(regexPattern, Options(caseInsensitive, multiline, dotall), s_longest) is { } pattern
            ? Extract(pattern, @string, mode, groupIndex)
            : "");

    /// <summary>Replaces what a pattern matches.</summary>
    /// <param name="string">The text to search.</param>
    /// <param name="regexPattern">The pattern.</param>
    /// <param name="replace">What to put there; \1 or \g&lt;name&gt; stands for a group.</param>
    /// <param name="caseInsensitive">Whether capitals and small letters are the same.</param>
    /// <param name="multiline">Whether ^ and $ match at every line.</param>
    /// <param name="dotall">Whether a dot matches line breaks too.</param>
    /// <param name="count">The most replacements; 0 for all.</param>
    [Node("RegexReplace", "text", DisplayName = "Regex Replace", Cost = NodeCost.Trivial)]
    public static string Replace(
        [Input(Multiline = true)] string @string,
        [Input(Multiline = true)] string regexPattern,
        [Input(Multiline = true)] string replace,
        [Input(Default = true, Optional = true)] bool caseInsensitive,
        [Input(Default = false, Optional = true)] bool multiline,
        [Input(Default = false, Optional = true)] bool dotall,
        [Input(Default = 0, Min = 0, Max = 100, Optional = true)] int count) =>
        Search(() => Replace(@string, regexPattern, replace, Options(caseInsensitive, multiline, dotall), count));

    internal static T Search<T>(Func<T> search)
    {
        try
        {
            return search();
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw new NodeProblemException(
                "text.pattern_too_slow",
                "regex_pattern",
                string.Create(CultureInfo.InvariantCulture, $"The search was stopped after {exception.MatchTimeout.TotalSeconds:0.##} s. Nested repetitions such as (a+)+ take that long; write the pattern without them."));
        }
    }

    internal static PythonPattern? TryParse(string pattern, RegexOptions options, TimeSpan timeout)
    {
        try
        {
            return PythonPattern.Parse(pattern, options, timeout);
        }
        catch (Exception exception) when (exception is RegexParseException or FormatException)
        {
            return null;
        }
    }

    private static RegexOptions Options(bool caseInsensitive, bool multiline, bool dotall) =>
        (caseInsensitive ? RegexOptions.IgnoreCase : RegexOptions.None)
        | (multiline ? RegexOptions.Multiline : RegexOptions.None)
        | (dotall ? RegexOptions.Singleline : RegexOptions.None);

    private static string Extract(PythonPattern pattern, string text, string mode, int group)
    {
        if (mode is "First Match" or "First Group")
        {
            Match first = pattern.Match(text);
            int wanted = mode == "First Match" ? 0 : group;
            return first.Success && wanted <= pattern.Groups ? first.Groups[wanted].Value : "";
        }

        // All matches gives the first group where the pattern has one, as Python's findall does.
        int taken = mode == "All Matches" ? Math.Min(pattern.Groups, 1) : group;
        bool hasGroup = mode == "All Matches" || (pattern.Groups > 0 && group <= pattern.Groups);
        StringBuilder result = new();
        if (hasGroup)
        {
            foreach (Match match in pattern.Matches(text))
            {
                result.Append(match.Groups[taken].Value).Append('\n');
                TextLimits.Check(result.Length, "string");
            }
        }

        return result.Length == 0 ? "" : result.ToString(0, result.Length - 1);
    }

    private static string Replace(string text, string regexPattern, string replace, RegexOptions options, int count)
    {
        PythonPattern pattern;
        IReadOnlyList<(string Literal, int Group)> template;
        try
        {
            pattern = PythonPattern.Parse(regexPattern, options, s_longest);
        }
        catch (Exception exception) when (exception is RegexParseException or FormatException)
        {
            throw new NodeProblemException("text.bad_pattern", "regex_pattern", $"The pattern cannot be read: {exception.Message}");
        }

        try
        {
            template = pattern.ParseTemplate(replace);
        }
        catch (FormatException exception)
        {
            throw new NodeProblemException("text.bad_replacement", "replace", $"The replacement cannot be read: {exception.Message}. Write \\\\ for a backslash.");
        }

        long length = 0;
        return pattern.Replace(text, count == 0 ? -1 : count, match =>
        {
            StringBuilder result = new();
            foreach ((string literal, int group) in template)
            {
                result.Append(literal);
                if (group >= 0)
                {
                    result.Append(match.Groups[group].ValueSpan);
                }
            }

            length += result.Length;
            TextLimits.Check(length, "replace");
            return result.ToString();
        });
    }
}
