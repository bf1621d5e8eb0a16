using System.Globalization;
using System.Text;

namespace Vortex.Nodes.Packs.Text;

/// <summary>Upper, lower and title case without regard to a language.</summary>
/// <remarks>
/// One character becomes one character, except for the Latin letters whose capital is written with several
/// (ß, ŉ, ǰ, and the ligatures ﬀ to ﬆ), which become what Unicode's SpecialCasing.txt and so Python says. A Greek sigma that ends a word is lowered to ς.
/// </remarks>
internal static class TextCase
{
    public static string Upper(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text)
        {
            if (Expanded(c) is { } capital)
            {
                result.Append(capital.ToUpperInvariant());
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString().ToUpperInvariant();
    }

    public static string Lower(string text)
    {
        string lower = text.ToLowerInvariant();
        if (!text.Contains('Σ', StringComparison.Ordinal))
        {
            return lower;
        }

        char[] letters = lower.ToCharArray();
        for (int i = 0; i < letters.Length; i++)
        {
            if (text[i] == 'Σ' && i > 0 && char.IsLetter(text[i - 1]) && (i + 1 == text.Length || !char.IsLetter(text[i + 1])))
            {
                letters[i] = 'ς';
            }
        }

        return new string(letters);
    }

    /// <summary>The first character as a capital, all others small.</summary>
    public static string Capitalize(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        int first = text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;
        return Titled(text[..first]) + Lower(text)[first..];
    }

    /// <summary>Every letter that follows none as a capital, all others small; so <c>they're</c> becomes <c>They'Re</c>, as in Python.</summary>
    public static string Title(string text)
    {
        string lower = Lower(text);
        StringBuilder result = new(text.Length);
        bool inWord = false;
        for (int i = 0; i < text.Length; i++)
        {
            int length = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
            bool isCased = IsCased(text, i);
            result.Append(isCased && !inWord ? Titled(text.Substring(i, length)) : lower.Substring(i, length));
            inWord = isCased;
            i += length - 1;
        }

        return result.ToString();
    }

    private static bool IsCased(string text, int index) => CharUnicodeInfo.GetUnicodeCategory(text, index)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static string Titled(string character) =>
        character.Length == 1 && Expanded(character[0]) is { } expanded ? char.ToUpperInvariant(expanded[0]) + expanded[1..] : character.ToUpperInvariant();

    // The letters, in small, that the capital of a character is written with; null where it is one character.
    private static string? Expanded(char c) => c switch
    {
        'ß' => "ss",
        'ŉ' => "\u02BCn",
        'ǰ' => "j\u030C",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' or 'ﬆ' => "st",
        _ => null,
    };
}
