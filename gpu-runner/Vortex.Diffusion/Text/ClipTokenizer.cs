using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Vortex.Diffusion.Text;

/// <summary>Turns plain text into tokens as Hugging Face's CLIP tokenizer does where <c>ftfy</c> is not installed, which is how ComfyUI runs it.</summary>
/// <remarks>
/// Control characters go, white space becomes single spaces, Chinese characters stand alone, letters become lower case and composed (NFC).
/// Runs of letters, single digits, runs of other marks and English contractions are words; each is byte-pair encoded. Safe to use from several threads.
/// </remarks>
/// <param name="vocabulary">The tokens.</param>
public sealed class ClipTokenizer(ClipVocabulary vocabulary)
{
    // Words repeat. What is kept is bounded in number and in length, so that hostile prompts do not fill the memory.
    private const int CachedWords = 1 << 16;
    private const int CachedLength = 32;

    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];
    private readonly ConcurrentDictionary<string, int[]> _words = new(StringComparer.Ordinal);

    private readonly (string Text, int Token)[] _marks = [("<|startoftext|>", vocabulary.Start), ("<|endoftext|>", vocabulary.End)];

    /// <summary>Gets the tokens.</summary>
    public ClipVocabulary Vocabulary => vocabulary;

    /// <summary>Encodes a text without the marks of begin and end.</summary>
    public List<int> Encode(string text)
    {
        List<int> tokens = [];
        int begin = 0;
        for (int at = text.IndexOf("<|", StringComparison.Ordinal); at >= 0; at = text.IndexOf("<|", at + 1, StringComparison.Ordinal))
        {
            // Marks written into a text count as such, and split it, before anything is cleaned.
            if (at >= begin && MarkAt(text, at) is { } mark)
            {
                EncodePlain(text[begin..at], tokens);
                tokens.Add(mark.Token);
                begin = at + mark.Text.Length;
            }
        }

        EncodePlain(begin == 0 ? text : text[begin..], tokens);
        return tokens;
    }

    private void EncodePlain(string text, List<int> tokens)
    {
        foreach (string word in Composition.Compose(Clean(text)).Split([' ', '\u2028', '\u2029'], StringSplitOptions.RemoveEmptyEntries))
        {
            Split(Lower(word), tokens);
        }
    }

    private void Split(string word, List<int> tokens)
    {
        for (int at = 0; at < word.Length;)
        {
            if (MarkAt(word, at) is { } mark)
            {
                tokens.Add(mark.Token);
                at += mark.Text.Length;
                continue;
            }

            int length = PartLength(word, at);
            tokens.AddRange(length == word.Length ? Word(word) : Word(word.Substring(at, length)));
            at += length;
        }
    }

    private int[] Word(string word)
    {
        if (_words.TryGetValue(word, out int[]? known))
        {
            return known;
        }

        int[] tokens = vocabulary.Encode(Encoding.UTF8.GetBytes(word));
        if (word.Length <= CachedLength && _words.Count < CachedWords)
        {
            _words[word] = tokens;
        }

        return tokens;
    }

    private (string Text, int Token)? MarkAt(string text, int at)
    {
        foreach ((string Text, int Token) mark in _marks)
        {
            if (string.CompareOrdinal(text, at, mark.Text, 0, mark.Text.Length) == 0)
            {
                return mark;
            }
        }

        return null;
    }

    private static int PartLength(string word, int at)
    {
        foreach (string contraction in s_contractions)
        {
            // The long s is an s to a comparison without case.
            if (string.CompareOrdinal(word, at, contraction, 0, contraction.Length) == 0
                || (contraction == "'s" && string.CompareOrdinal(word, at, "'\u017F", 0, 2) == 0))
            {
                return contraction.Length;
            }
        }

        Kind kind = KindAt(word, at, out int length);
        if (kind == Kind.Number)
        {
            return length;
        }

        int end = at + length;
        while (end < word.Length && KindAt(word, end, out length) == kind)
        {
            end += length;
        }

        return end - at;
    }

    private static Kind KindAt(string word, int at, out int length)
    {
        char first = word[at];
        length = 1;
        if (first < 128)
        {
            return char.IsAsciiLetter(first) ? Kind.Letter : char.IsAsciiDigit(first) ? Kind.Number : Kind.Other;
        }

        length = Rune.GetRuneAt(word, at).Utf16SequenceLength;
        return CharUnicodeInfo.GetUnicodeCategory(word, at) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }

    private static string Clean(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0)
        {
            return text;
        }

        StringBuilder clean = new(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (rune.Value is '\t' or '\n' or '\r' || category == UnicodeCategory.SpaceSeparator)
            {
                clean.Append(' ');
            }
            else if (rune.Value == 0xFFFD || category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            {
                continue;
            }
            else if (IsChinese(rune.Value))
            {
                clean.Append(' ').Append(rune.ToString()).Append(' ');
            }
            else
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }

    private static bool IsChinese(int value) => value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>Python's lower case: beside the simple mapping, the dotted capital I takes two characters, and a sigma that ends a word its final form.</summary>
    private static string Lower(string word)
    {
        string lower = word.ToLowerInvariant();
        if (word.Contains('\u0130', StringComparison.Ordinal))
        {
            lower = string.Concat(word.Select(c => c == '\u0130' ? "i\u0307" : char.ToLowerInvariant(c).ToString()));
        }

        int sigma = word.IndexOf('\u03A3', StringComparison.Ordinal);
        if (sigma < 0 || lower.Length != word.Length)
        {
            return lower;
        }

        char[] letters = lower.ToCharArray();
        for (int i = sigma; i < word.Length; i++)
        {
            if (word[i] == '\u03A3' && i > 0 && char.IsLetter(word[i - 1]) && (i == word.Length - 1 || !char.IsLetter(word[i + 1])))
            {
                letters[i] = '\u03C2';
            }
        }

        return new string(letters);
    }

    private enum Kind
    {
        Letter,
        Number,
        Other,
    }
}
