using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Vortex.Workflows.Comfy;

/// <summary>Reads the text chunks of PNG (specification, section 11.3.4), and EXIF in an eXIf chunk.</summary>
internal static class PngTexts
{
    private const int Signature = 8;
    private const int MaxName = 79;

    public static void Read(ReadOnlyMemory<byte> file, FoundTexts found)
    {
        for (int at = Signature; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.Span[at..]);
            if (length > file.Length - at - 12)
            {
                // Cut short; what lies before may hold what is looked for, this does not.
                return;
            }

            ReadOnlySpan<byte> type = file.Span.Slice(at + 4, 4);
            ReadOnlyMemory<byte> data = file.Slice(at + 8, (int)length);
            if (type.SequenceEqual("tEXt"u8) || type.SequenceEqual("zTXt"u8) || type.SequenceEqual("iTXt"u8))
            {
                ReadText(type[0], data, found);
            }
            else if (type.SequenceEqual("eXIf"u8))
            {
                ExifTexts.Read(data, found);
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                return;
            }

            at += 12 + (int)length;
        }
    }

    private static void ReadText(byte kind, ReadOnlyMemory<byte> data, FoundTexts found)
    {
        int end = data.Span[..Math.Min(data.Length, MaxName + 1)].IndexOf((byte)0);
        if (end <= 0 || !found.Wants(data.Span[..end]))
        {
            return;
        }

        ReadOnlySpan<byte> name = data.Span[..end];
        ReadOnlyMemory<byte> rest = data[(end + 1)..];
        ReadOnlyMemory<byte>? text = kind switch
        {
            (byte)'t' => Latin1(rest),
            (byte)'z' when rest.Length > 1 && rest.Span[0] == 0 => Latin1(Inflate(rest[1..], found.Left)),
            (byte)'i' => International(rest, found.Left),
            _ => null,
        };
        if (text is { } value)
        {
            found.Offer(name, value);
        }
    }

    private static ReadOnlyMemory<byte>? International(ReadOnlyMemory<byte> rest, int most)
    {
        if (rest.Length < 4)
        {
            return null;
        }

        bool isCompressed = rest.Span[0] == 1;
        ReadOnlyMemory<byte> after = rest[2..];
        for (int field = 0; field < 2; field++)
        {
            int end = after.Span.IndexOf((byte)0);
            if (end < 0)
            {
                return null;
            }

            after = after[(end + 1)..];
        }

        return isCompressed ? Inflate(after, most) : after;
    }

    /// <summary>
    /// Text chunks are Latin-1 by the standard. Some writers put UTF-8 there all the same; what is valid UTF-8 is taken as that.
    /// </summary>
    private static ReadOnlyMemory<byte>? Latin1(ReadOnlyMemory<byte>? text) =>
        text is { } bytes && !System.Text.Unicode.Utf8.IsValid(bytes.Span) ? Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(bytes.Span)) : text;

    /// <summary>Inflates at most that many bytes; null for a broken stream and for one that goes on after them.</summary>
    private static ReadOnlyMemory<byte>? Inflate(ReadOnlyMemory<byte> compressed, int most)
    {
        try
        {
            using MemoryStream source = new(compressed.ToArray());
            using ZLibStream inflated = new(source, CompressionMode.Decompress);
            using MemoryStream result = new();
            byte[] buffer = new byte[16 * 1024];
            while (inflated.Read(buffer) is int count and > 0)
            {
                if (result.Length + count > most)
                {
                    return null;
                }

                result.Write(buffer, 0, count);
            }

            return result.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
