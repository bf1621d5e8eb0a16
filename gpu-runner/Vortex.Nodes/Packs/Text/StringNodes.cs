using System.Text;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Text;

/// <summary>Nodes that cut, join and compare text. Positions and lengths count characters as people see them written: code points.</summary>
public static class StringNodes
{
    /// <summary>Joins two texts.</summary>
    /// <param name="stringA">The first text.</param>
    /// <param name="stringB">The second text.</param>
    /// <param name="delimiter">What stands between them.</param>
    [Node("StringConcatenate", "text", DisplayName = "Concatenate", Cost = NodeCost.Trivial)]
    public static string Concatenate(
        [Input(Name = "string_a", Multiline = true)] string stringA,
        [Input(Name = "string_b", Multiline = true)] string stringB,
        [Input(Default = "")] string delimiter)
    {
        TextLimits.Check((long)stringA.Length + delimiter.Length + stringB.Length, "string_a");
        return string.Concat(stringA, delimiter, stringB);
    }

    /// <summary>Cuts a piece out of a text.</summary>
    /// <param name="string">The text.</param>
    /// <param name="start">The first character, from 0; negative counts from the end.</param>
    /// <param name="end">The character behind the last one; negative counts from the end.</param>
    [Node("StringSubstring", "text", DisplayName = "Substring", Cost = NodeCost.Trivial)]
    public static string Substring([Input(Multiline = true)] string @string, long start, long end) => CodePoints.Slice(@string, start, end);

    /// <summary>Counts the characters of a text.</summary>
    /// <param name="string">The text.</param>
    [Node("StringLength", "text", DisplayName = "Length", Cost = NodeCost.Trivial)]
    [Outputs("length")]
    public static long Length([Input(Multiline = true)] string @string) => CodePoints.Count(@string);

    /// <summary>Changes between capitals and small letters.</summary>
    /// <param name="string">The text.</param>
    /// <param name="mode">Which letters become capitals: all, none, the first one, or the first of each word.</param>
    [Node("CaseConverter", "text", DisplayName = "Case Converter", Cost = NodeCost.Trivial)]
    public static string ConvertCase(
        [Input(Multiline = true)] string @string,
        [Input(Choices = ["UPPERCASE", "lowercase", "Capitalize", "Title Case"])] string mode) => mode switch
        {
            "UPPERCASE" => TextCase.Upper(@string),
            "lowercase" => TextCase.Lower(@string),
            "Capitalize" => TextCase.Capitalize(@string),
            _ => TextCase.Title(@string),
        };

    /// <summary>Removes spaces, tabs and line breaks at the ends of a text.</summary>
    /// <param name="string">The text.</param>
    /// <param name="mode">At which end.</param>
    [Node("StringTrim", "text", DisplayName = "Trim", Cost = NodeCost.Trivial)]
    public static string Trim([Input(Multiline = true)] string @string, [Input(Choices = ["Both", "Left", "Right"])] string mode)
    {
        int start = 0;
        int end = @string.Length;
        while (mode != "Right" && start < end && IsSpace(@string[start]))
        {
            start++;
        }

        while (mode != "Left" && end > start && IsSpace(@string[end - 1]))
        {
            end--;
        }

        return @string[start..end];
    }

    /// <summary>Replaces every occurrence of a text by another.</summary>
    /// <param name="string">The text to search.</param>
    /// <param name="find">What to replace; an empty text is found between all characters.</param>
    /// <param name="replace">What to put there.</param>
    [Node("StringReplace", "text", DisplayName = "Replace", Cost = NodeCost.Trivial)]
    public static string Replace(
        [Input(Multiline = true)] string @string,
        [Input(Multiline = true)] string find,
        [Input(Multiline = true)] string replace)
    {
        if (find.Length > 0)
        {
            TextLimits.Check(@string.Length + (Occurrences(@string, find) * (replace.Length - (long)find.Length)), "replace");
            return @string.Replace(find, replace, StringComparison.Ordinal);
        }

        TextLimits.Check(@string.Length + ((@string.Length + 1L) * replace.Length), "replace");
        StringBuilder result = new();
        int last = 0;
        foreach (int boundary in CodePoints.Boundaries(@string))
        {
            result.Append(@string, last, boundary - last).Append(replace);
            last = boundary;
        }

        return result.ToString();
    }

    /// <summary>Says whether a text holds another.</summary>
    /// <param name="string">The text to search.</param>
    /// <param name="substring">What to look for; an empty text is in every text.</param>
    /// <param name="caseSensitive">Whether capitals and small letters differ.</param>
    [Node("StringContains", "text", DisplayName = "Contains", Cost = NodeCost.Trivial)]
    [Outputs("contains")]
    public static bool Contains(
        [Input(Multiline = true)] string @string,
        [Input(Multiline = true)] string substring,
        [Input(Default = true)] bool caseSensitive) =>
        Folded(@string, caseSensitive).Contains(Folded(substring, caseSensitive), StringComparison.Ordinal);

    /// <summary>Compares two texts.</summary>
    /// <param name="stringA">The text to look at.</param>
    /// <param name="stringB">What it should begin with, end with or equal.</param>
    /// <param name="mode">How to compare.</param>
    /// <param name="caseSensitive">Whether capitals and small letters differ.</param>
    [Node("StringCompare", "text", DisplayName = "Compare", Cost = NodeCost.Trivial)]
    public static bool Compare(
        [Input(Name = "string_a", Multiline = true)] string stringA,
        [Input(Name = "string_b", Multiline = true)] string stringB,
        [Input(Choices = ["Starts With", "Ends With", "Equal"])] string mode,
        [Input(Default = true)] bool caseSensitive)
    {
        string a = Folded(stringA, caseSensitive);
        string b = Folded(stringB, caseSensitive);
        return mode switch
        {
            "Starts With" => a.StartsWith(b, StringComparison.Ordinal),
            "Ends With" => a.EndsWith(b, StringComparison.Ordinal),
            _ => string.Equals(a, b, StringComparison.Ordinal),
        };
    }

    private static string Folded(string text, bool caseSensitive) => caseSensitive ? text : TextCase.Lower(text);

    // Python's spaces: Unicode's, and the four information separators.
    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    private static long Occurrences(string text, string find)
    {
        long count = 0;
        for (int at = text.IndexOf(find, StringComparison.Ordinal); at >= 0; at = text.IndexOf(find, at + find.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }
}
