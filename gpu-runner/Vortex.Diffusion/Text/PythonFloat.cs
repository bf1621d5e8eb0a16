using System.Buffers;
using System.Globalization;

namespace Vortex.Diffusion.Text;

/// <summary>Numbers as Python's <c>float</c> reads them from a text: white space around, underscores between digits, digits of any script, <c>inf</c> and <c>nan</c>.</summary>
internal static class PythonFloat
{
    private static readonly SearchValues<char> s_numberLetters = SearchValues.Create("0123456789.eE+-");

    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        while (text.Length > 0 && IsSpace(text[0]))
        {
            text = text[1..];
        }

        while (text.Length > 0 && IsSpace(text[^1]))
        {
            text = text[..^1];
        }

        // Longer ones are no numbers a person wrote; this bounds the stack.
        if (text.Length is 0 or > 400)
        {
            return false;
        }

        Span<char> plain = stackalloc char[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int digit = CharUnicodeInfo.GetDecimalDigitValue(text[i]);
            if (text[i] == '_')
            {
                if (i == 0 || i == text.Length - 1 || !IsDigit(text[i - 1]) || !IsDigit(text[i + 1]))
                {
                    return false;
                }
            }
            else
            {
                plain[length++] = digit >= 0 ? (char)('0' + digit) : text[i];
            }
        }

        return TryParsePlain(plain[..length], out value);
    }

    private static bool TryParsePlain(ReadOnlySpan<char> text, out double value)
    {
        ReadOnlySpan<char> unsigned = text[0] is '+' or '-' ? text[1..] : text;
        double sign = text[0] == '-' ? -1 : 1;
        if (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            value = sign * double.PositiveInfinity;
            return true;
        }

        if (unsigned.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        value = 0;
        return unsigned.Length > 0 && unsigned.IndexOfAnyExcept(s_numberLetters) < 0
            && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }

    private static bool IsDigit(char c) => CharUnicodeInfo.GetDecimalDigitValue(c) >= 0;

    // The four separators U+001C to U+001F are white space to Python.
    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';
}
