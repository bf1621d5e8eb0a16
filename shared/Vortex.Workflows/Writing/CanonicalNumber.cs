using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;

namespace Vortex.Workflows;

/// <summary>Writes a JSON number in its one spelling.</summary>
/// <remarks>
/// RFC 8785 asks for the shortest text that reads back as the same double, which would change seeds above 2^53. Whole numbers
/// from -2^63 to 2^64 - 1 are therefore written exactly; all others as RFC 8785 (ECMAScript's Number::toString) has them. Numbers
/// beyond the range of a double, which RFC 8785 forbids, keep their digits.
/// </remarks>
internal static class CanonicalNumber
{
    /// <summary>Digits of 2^64 - 1.</summary>
    private const int MaxIntegerDigits = 20;

    /// <summary>Writes the number whose JSON text is <paramref name="json"/>.</summary>
    public static void Write(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        // Nearly all numbers are short plain integers and already in their one spelling.
        if (IsPlainInteger(json))
        {
            output.Write(json);
            return;
        }

        if (TryReadInteger(json, out bool negative, out ulong magnitude))
        {
            WriteInteger(negative, magnitude, output);
            return;
        }

        bool parsed = Utf8Parser.TryParse(json, out double value, out int used) && used == json.Length;
        Debug.Assert(parsed, "A JSON number is always a number.");
        if (double.IsFinite(value))
        {
            Write(value, output);
        }
        else
        {
            WriteHuge(json, output);
        }
    }

    /// <summary>Writes a finite double as ECMAScript does.</summary>
    public static void Write(double value, IBufferWriter<byte> output)
    {
        if (value == 0)
        {
            output.Write("0"u8);
            return;
        }

        // "R" gives the shortest digits that read back as the same double; only the place of the point is written differently.
        Span<char> text = stackalloc char[40];
        bool formatted = value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        Debug.Assert(formatted, "40 characters hold every double.");
        Span<byte> digits = stackalloc byte[40];
        int count = 0;
        int pointAt = -1;
        int exponent = 0;
        int i = text[0] == '-' ? 1 : 0;
        for (; i < length; i++)
        {
            if (text[i] == '.')
            {
                pointAt = count;
            }
            else if (text[i] == 'E')
            {
                exponent = int.Parse(text[(i + 1)..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                break;
            }
            else
            {
                digits[count++] = (byte)text[i];
            }
        }

        int point = (pointAt < 0 ? count : pointAt) + exponent;
        int first = 0;
        while (first < count - 1 && digits[first] == '0')
        {
            first++;
            point--;
        }

        while (count > first + 1 && digits[count - 1] == '0')
        {
            count--;
        }

        WriteDigits(value < 0, digits[first..count], point, output);
    }

    private static bool IsPlainInteger(ReadOnlySpan<byte> json)
    {
        // 18 digits never reach 2^63. "-0" is not plain.
        ReadOnlySpan<byte> digits = json[0] == '-' ? json[1..] : json;
        return digits.Length <= 18 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') && (digits[0] != '0' || json.Length == 1);
    }

    /// <summary>Reads a number that is whole, however it is spelled, and within the exact range.</summary>
    internal static bool TryReadInteger(ReadOnlySpan<byte> json, out bool negative, out ulong magnitude)
    {
        magnitude = 0;
        negative = json[0] == '-';
        if (!TrySplit(json, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> fraction, out long exponent))
        {
            return false;
        }

        // Count the zeros at the end of all digits: they may stand for a fraction that is none.
        ReadOnlySpan<byte> fractionDigits = fraction.TrimEnd((byte)'0');
        ReadOnlySpan<byte> wholeDigits = whole.TrimStart((byte)'0');
        if (fractionDigits.IsEmpty && wholeDigits.IsEmpty)
        {
            negative = false;
            return true;
        }

        long trailing = 0;
        if (fractionDigits.IsEmpty)
        {
            ReadOnlySpan<byte> trimmed = wholeDigits.TrimEnd((byte)'0');
            trailing = wholeDigits.Length - trimmed.Length;
            wholeDigits = trimmed;
        }

        long power = exponent + trailing - fractionDigits.Length;
        if (power < 0 || wholeDigits.Length + fractionDigits.Length + power > MaxIntegerDigits + (wholeDigits.IsEmpty ? fractionDigits.Length : 0))
        {
            return false;
        }

        UInt128 value = 0;
        foreach (byte digit in wholeDigits)
        {
            value = (value * 10) + (uint)(digit - '0');
        }

        foreach (byte digit in fractionDigits)
        {
            if (value > ulong.MaxValue)
            {
                return false;
            }

            value = (value * 10) + (uint)(digit - '0');
        }

        for (; power > 0; power--)
        {
            if (value > ulong.MaxValue)
            {
                return false;
            }

            value *= 10;
        }

        if (value > (negative ? (UInt128)1 << 63 : ulong.MaxValue))
        {
            return false;
        }

        magnitude = (ulong)value;
        return true;
    }

    private static bool TrySplit(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> fraction, out long exponent)
    {
        ReadOnlySpan<byte> text = json[0] == '-' ? json[1..] : json;
        exponent = 0;
        int e = text.IndexOfAny((byte)'e', (byte)'E');
        bool inRange = true;
        if (e >= 0)
        {
            ReadOnlySpan<byte> exponentText = text[(e + 1)..];
            exponentText = exponentText[0] == '+' ? exponentText[1..] : exponentText;
            inRange = Utf8Parser.TryParse(exponentText, out exponent, out int used) && used == exponentText.Length
                && exponent is > -int.MaxValue and < int.MaxValue;
            text = text[..e];
        }

        int point = text.IndexOf((byte)'.');
        whole = point < 0 ? text : text[..point];
        fraction = point < 0 ? [] : text[(point + 1)..];
        return inRange;
    }

    private static void WriteInteger(bool negative, ulong magnitude, IBufferWriter<byte> output)
    {
        Span<byte> span = output.GetSpan(MaxIntegerDigits + 1);
        int length = 0;
        if (negative)
        {
            span[length++] = (byte)'-';
        }

        bool written = Utf8Formatter.TryFormat(magnitude, span[length..], out int digits);
        Debug.Assert(written, "The span was asked for with room enough.");
        output.Advance(length + digits);
    }

    /// <summary>Places the decimal point: 0.digits times ten to the <paramref name="point"/>.</summary>
    private static void WriteDigits(bool negative, ReadOnlySpan<byte> digits, int point, IBufferWriter<byte> output)
    {
        if (negative)
        {
            output.Write("-"u8);
        }

        int count = digits.Length;
        if (count <= point && point <= 21)
        {
            output.Write(digits);
            WriteZeros(point - count, output);
        }
        else if (point is > 0 and <= 21)
        {
            output.Write(digits[..point]);
            output.Write("."u8);
            output.Write(digits[point..]);
        }
        else if (point is > -6 and <= 0)
        {
            output.Write("0."u8);
            WriteZeros(-point, output);
            output.Write(digits);
        }
        else
        {
            WriteScientific(digits, point - 1, output);
        }
    }

    private static void WriteScientific(ReadOnlySpan<byte> digits, long exponent, IBufferWriter<byte> output)
    {
        output.Write(digits[..1]);
        if (digits.Length > 1)
        {
            output.Write("."u8);
            output.Write(digits[1..]);
        }

        output.Write(exponent < 0 ? "e-"u8 : "e+"u8);
        WriteInteger(false, (ulong)Math.Abs(exponent), output);
    }

    private static void WriteZeros(int count, IBufferWriter<byte> output)
    {
        Span<byte> span = output.GetSpan(Math.Max(count, 1));
        span[..count].Fill((byte)'0');
        output.Advance(count);
    }

    /// <summary>A number too large for a double: its digits without needless zeros, and its exponent.</summary>
    private static void WriteHuge(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        if (!TrySplit(json, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> fraction, out long exponent))
        {
            // An exponent of ten digits and more: nobody computes with it; it only has to stay what it is.
            output.Write(json);
            return;
        }

        byte[] all = [.. whole, .. fraction];
        ReadOnlySpan<byte> digits = all.AsSpan().TrimStart((byte)'0');
        long point = whole.Length - (all.Length - digits.Length) + exponent;
        if (json[0] == '-')
        {
            output.Write("-"u8);
        }

        WriteScientific(digits.TrimEnd((byte)'0'), point - 1, output);
    }
}
