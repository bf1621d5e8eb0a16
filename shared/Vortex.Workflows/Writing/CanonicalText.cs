using System.Buffers;
using System.Text;

namespace Vortex.Workflows;

/// <summary>Writes JSON strings in their one spelling: everything as it is in UTF-8 but quotes, backslashes and control characters.</summary>
/// <remarks>As RFC 8785 has it. Half a surrogate pair, which RFC 8785 forbids, stays a lower-case escape.</remarks>
internal static class CanonicalText
{
    private const string Hex = "0123456789abcdef";

    private static readonly SearchValues<byte> MustEscape = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Writes the string between the quotes of a JSON text.</summary>
    public static void WriteJson(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        if (!content.Contains((byte)'\\'))
        {
            output.Write(content);
        }
        else
        {
            Unescape(content, output, escapeAgain: true);
        }

        output.Write("\""u8);
    }

    /// <summary>Writes a .NET string.</summary>
    public static void Write(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        Span<byte> utf8 = stackalloc byte[4];
        while (!text.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf16(text, out Rune rune, out int used);
            if (status == OperationStatus.Done)
            {
                WriteByUnit(utf8[..rune.EncodeToUtf8(utf8)], output);
            }
            else
            {
                WriteUnicodeEscape(text[0], output);
                used = 1;
            }

            text = text[used..];
        }

        output.Write("\""u8);
    }

    /// <summary>Returns what the string between the quotes of a JSON text says, in UTF-8; half a surrogate pair as the three bytes it would have.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> content)
    {
        ArrayBufferWriter<byte> buffer = new(content.Length);
        Unescape(content, buffer, escapeAgain: false);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Returns where a JSON text, or the string between quotes in it, names half a surrogate pair; -1 when it is whole.</summary>
    public static int IndexOfHalf(ReadOnlySpan<byte> content)
    {
        Span<byte> utf8 = stackalloc byte[4];
        for (int at = 0; ;)
        {
            int escape = content[at..].IndexOf((byte)'\\');
            if (escape < 0)
            {
                return -1;
            }

            at += escape;
            int used = ReadEscape(content[at..], utf8, out int length, out _);
            if (length == 0)
            {
                return at;
            }

            at += used;
        }
    }

    private static void Unescape(ReadOnlySpan<byte> content, IBufferWriter<byte> output, bool escapeAgain)
    {
        Span<byte> utf8 = stackalloc byte[4];
        while (!content.IsEmpty)
        {
            int escape = content.IndexOf((byte)'\\');
            if (escape < 0)
            {
                output.Write(content);
                return;
            }

            output.Write(content[..escape]);
            content = content[escape..];
            int used = ReadEscape(content, utf8, out int length, out char half);
            if (length == 0)
            {
                WriteHalf(half, output, escapeAgain);
            }
            else if (escapeAgain)
            {
                WriteByUnit(utf8[..length], output);
            }
            else
            {
                output.Write(utf8[..length]);
            }

            content = content[used..];
        }
    }

    /// <summary>Decodes the escape at the start of <paramref name="content"/> into <paramref name="utf8"/>; no bytes for half a pair.</summary>
    /// <returns>How many bytes the escape takes.</returns>
    private static int ReadEscape(ReadOnlySpan<byte> content, Span<byte> utf8, out int length, out char half)
    {
        half = '\0';
        if (content[1] != 'u')
        {
            length = 1;
            utf8[0] = content[1] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                byte other => other,
            };
            return 2;
        }

        char unit = ReadUnit(content);
        if (Rune.TryCreate(unit, out Rune rune))
        {
            length = rune.EncodeToUtf8(utf8);
            return 6;
        }

        char next = content.Length >= 12 && content[6] == '\\' && content[7] == 'u' ? ReadUnit(content[6..]) : '\0';
        if (Rune.TryCreate(unit, next, out rune))
        {
            length = rune.EncodeToUtf8(utf8);
            return 12;
        }

        length = 0;
        half = unit;
        return 6;
    }

    private static void WriteHalf(char unit, IBufferWriter<byte> output, bool escapeAgain)
    {
        if (escapeAgain)
        {
            WriteUnicodeEscape(unit, output);
            return;
        }

        ReadOnlySpan<byte> bytes = [(byte)(0xE0 | (unit >> 12)), (byte)(0x80 | ((unit >> 6) & 0x3F)), (byte)(0x80 | (unit & 0x3F))];
        output.Write(bytes);
    }

    private static char ReadUnit(ReadOnlySpan<byte> escape)
    {
        int value = 0;
        foreach (byte digit in escape.Slice(2, 4))
        {
            value = (value << 4) | ((digit & 0x40) != 0 ? (digit & 0xF) + 9 : digit & 0xF);
        }

        return (char)value;
    }

    /// <summary>Writes the UTF-8 bytes of one character.</summary>
    private static void WriteByUnit(ReadOnlySpan<byte> character, IBufferWriter<byte> output)
    {
        if (character.Length > 1 || !MustEscape.Contains(character[0]))
        {
            output.Write(character);
            return;
        }

        switch (character[0])
        {
            case (byte)'"':
                output.Write("\\\""u8);
                break;
            case (byte)'\\':
                output.Write("\\\\"u8);
                break;
            case (byte)'\b':
                output.Write("\\b"u8);
                break;
            case (byte)'\f':
                output.Write("\\f"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            case (byte)'\r':
                output.Write("\\r"u8);
                break;
            case (byte)'\t':
                output.Write("\\t"u8);
                break;
            default:
                WriteUnicodeEscape((char)character[0], output);
                break;
        }
    }

    private static void WriteUnicodeEscape(char unit, IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> escape =
        [
            (byte)'\\', (byte)'u', (byte)Hex[unit >> 12], (byte)Hex[(unit >> 8) & 0xF], (byte)Hex[(unit >> 4) & 0xF], (byte)Hex[unit & 0xF],
        ];
        output.Write(escape);
    }
}
