using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Vortex.Workflows.Comfy;

/// <summary>Rewrites the few things real files contain that JSON does not allow.</summary>
internal static class JsonMending
{
    /// <summary>
    /// Returns the text with bare <c>NaN</c> and <c>Infinity</c> as <c>null</c>, lone surrogate escapes as U+FFFD and bytes that are
    /// no UTF-8 as <c>?</c>. All else stays as it is.
    /// </summary>
    public static ReadOnlyMemory<byte> Mend(ReadOnlySpan<byte> text)
    {
        ArrayBufferWriter<byte> mended = new(text.Length + 16);
        bool quoted = false;
        for (int at = 0; at < text.Length;)
        {
            byte value = text[at];
            if (value >= 0x80)
            {
                at += CopyCharacter(text[at..], mended);
            }
            else if (quoted && value == '\\' && at + 1 < text.Length)
            {
                at += CopyEscape(text[at..], mended);
            }
            else if (!quoted && NumberlessWord(text[at..]) is int length and > 0)
            {
                mended.Write("null"u8);
                at += length;
            }
            else
            {
                quoted ^= value == '"';
                mended.Write(text.Slice(at, 1));
                at++;
            }
        }

        return mended.WrittenMemory;
    }

    private static int CopyCharacter(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> mended)
    {
        if (Rune.DecodeFromUtf8(text, out _, out int length) == OperationStatus.Done)
        {
            mended.Write(text[..length]);
        }
        else
        {
            mended.Write("?"u8);
        }

        return Math.Max(1, length);
    }

    private static int CopyEscape(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> mended)
    {
        int unit = CodeUnit(text);
        if (unit < 0 || !char.IsSurrogate((char)unit))
        {
            mended.Write(text[..2]);
            return 2;
        }

        int next = text.Length >= 12 ? CodeUnit(text[6..]) : -1;
        if (char.IsHighSurrogate((char)unit) && next >= 0 && char.IsLowSurrogate((char)next))
        {
            mended.Write(text[..12]);
            return 12;
        }

        mended.Write("\\ufffd"u8);
        return 6;
    }

    /// <summary>The code unit of a <c>\uXXXX</c> escape at the start, or -1.</summary>
    private static int CodeUnit(ReadOnlySpan<byte> text) =>
        text.Length >= 6 && text[0] == '\\' && text[1] == 'u'
        && Utf8Parser.TryParse(text.Slice(2, 4), out int unit, out int used, 'x') && used == 4
            ? unit
            : -1;

    private static int NumberlessWord(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : text.StartsWith("-Infinity"u8) ? 9 : 0;
}
