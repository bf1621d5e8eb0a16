using System.IO.Compression;
using System.Text;
using Vortex.Imaging.Codecs.Exif;

namespace Vortex.Imaging.Codecs.Png.Chunks;

/// <summary>Reads the text chunks tEXt, zTXt and iTXt (PNG specification, section 11.3.3) within the limit on text.</summary>
internal static class PngTextReader
{
    // ImageMagick and exiftool hide EXIF in text: a line with the name, one with the length, then hexadecimal digits.
    private const string HexExifKeyword = "Raw profile type exif";

    /// <summary>Reads one text chunk.</summary>
    /// <exception cref="ImageFormatException">Its compressed data is damaged, or there is too much text.</exception>
    internal static void Read(uint type, ReadOnlyMemory<byte> data, MetadataBuilder metadata)
    {
        int end = data.Span.IndexOf((byte)0);
        if (end < 0)
        {
            // A keyword alone. Nothing is lost by reading it as an empty text, as Pillow does.
            metadata.AddText(Encoding.Latin1.GetString(data.Span), "");
            return;
        }

        string keyword = Encoding.Latin1.GetString(data.Span[..end]);
        ReadOnlyMemory<byte> rest = data[(end + 1)..];
        string? text = type switch
        {
            PngChunkType.Text => Plain(rest, metadata),
            PngChunkType.CompressedText => Compressed(rest, metadata),
            _ => International(rest, metadata),
        };
        if (text is null)
        {
            return;
        }

        if (keyword == HexExifKeyword)
        {
            ReadHexExif(text, metadata);
        }
        else
        {
            metadata.AddText(keyword, text);
        }
    }

    private static string Plain(ReadOnlyMemory<byte> text, MetadataBuilder metadata)
    {
        if (text.Length > metadata.TextBytesLeft)
        {
            metadata.Count(text.Length);
        }

        return Encoding.Latin1.GetString(text.Span);
    }

    private static string? Compressed(ReadOnlyMemory<byte> rest, MetadataBuilder metadata) =>
        rest.Length == 0 || rest.Span[0] != 0 ? null : Encoding.Latin1.GetString(Inflate(rest[1..], metadata));

    private static string? International(ReadOnlyMemory<byte> rest, MetadataBuilder metadata)
    {
        if (rest.Length < 2)
        {
            return null;
        }

        (bool compressed, byte method) = (rest.Span[0] != 0, rest.Span[1]);
        rest = rest[2..];
        for (int skipped = 0; skipped < 2; skipped++)
        {
            // The language and the translated keyword.
            int end = rest.Span.IndexOf((byte)0);
            if (end < 0)
            {
                return null;
            }

            rest = rest[(end + 1)..];
        }

        if (compressed && method != 0)
        {
            return null;
        }

        if (!compressed && rest.Length > metadata.TextBytesLeft)
        {
            metadata.Count(rest.Length);
        }

        return Encoding.UTF8.GetString(compressed ? Inflate(rest, metadata) : rest.Span);
    }

    private static ReadOnlySpan<byte> Inflate(ReadOnlyMemory<byte> data, MetadataBuilder metadata)
    {
        using MemoryStream inflated = new();
        byte[] block = new byte[16 * 1024];
        try
        {
            using ZLibStream zlib = new(new SegmentStream([data]), CompressionMode.Decompress);
            int read;
            while ((read = zlib.Read(block)) > 0)
            {
                // A small chunk may inflate a thousandfold: stop as soon as it is too much, not when it is done.
                if (inflated.Length + read > metadata.TextBytesLeft)
                {
                    metadata.Count(inflated.Length + read);
                }

                inflated.Write(block, 0, read);
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            throw ImageFormatException.Corrupt("PNG", "a compressed text does not inflate", failure);
        }

        return inflated.GetBuffer().AsSpan(0, (int)inflated.Length);
    }

    private static void ReadHexExif(string text, MetadataBuilder metadata)
    {
        // "\nexif\n      1234\n4578...": whatever stands before the third line end is not data.
        int start = 0;
        for (int line = 0; line < 3; line++)
        {
            int next = text.IndexOf('\n', start);
            if (next < 0)
            {
                return;
            }

            start = next + 1;
        }

        StringBuilder digits = new(text.Length - start);
        foreach (char character in text.AsSpan(start))
        {
            if (!char.IsWhiteSpace(character))
            {
                digits.Append(character);
            }
        }

        byte[] block = new byte[digits.Length / 2];
        if (Convert.FromHexString(digits.ToString(), block, out _, out int written) == System.Buffers.OperationStatus.Done)
        {
            ExifReader.Read(block.AsMemory(0, written), metadata);
        }
    }
}
